import BackpropFiles

/// A value while a pickle is being read. Values name one another by their place in one array, so
/// that a list may still change after another list holds it (as in Python), and so that freeing
/// deeply nested values needs no recursion.
///
/// A byte of a file can make one, so that they are kept small: what takes more room than a text is
/// held apart.
enum PickleNode {
  case none
  case bool(Bool)
  case int(Int)
  /// Two's complement of over 64 bits, the lowest byte first.
  case wideInt([UInt8])
  case float(Double)
  case string(String)
  /// A `str` of Python 2: bytes, and usually text.
  case oldString([UInt8])
  case bytes([UInt8])
  case list([UInt32])
  /// The items of a tuple never change, and lie with those of all others: see `PickleNodes.tuple(_:)`.
  case tuple(start: UInt32, count: UInt32)
  case set([UInt32])
  /// Key, value, key, value.
  case dictionary([UInt32])
  /// A function or type, with the name that the file gives it.
  indirect case function(PickleFunction, name: String)
  indirect case dtype(NumPyType)
  /// What `_reconstruct` gives before its state is set.
  case emptyArray
  indirect case array(StoredArray)
  /// The bytes of PyTorch tensors: their place in `PickleNodes.storages`.
  case storage(Int)
  indirect case tensor(TorchTensor)
}

/// All values that a pickle has made so far.
struct PickleNodes {
  private var nodes: [PickleNode]
  private var notes: [Note]
  /// The items of all tuples, one tuple after the other.
  private var tupleItems: [UInt32] = []
  /// The bytes of tensors that the pickle has named.
  var storages: [TorchStorage] = []

  /// What is known of a value besides.
  private struct Note {
    private var bits: UInt16 = 0

    /// How deep values lie in it, as far as it is known when they are put there.
    var depth: Int {
      get { Int(bits >> 1) }
      set { bits = bits & 1 | UInt16(min(newValue, 0x7fff)) << 1 }
    }

    /// Whether it may occur more than once.
    var isNamedAgain: Bool {
      get { bits & 1 != 0 }
      set { bits = bits & ~1 | (newValue ? 1 : 0) }
    }
  }

  // The places of values that are there from the start: what one byte of a file makes takes no more
  // than its place on the stack.
  static let none: UInt32 = 0
  static let newFalse: UInt32 = 1
  static let newTrue: UInt32 = 2
  static let emptyTuple: UInt32 = 3
  static let emptyText: UInt32 = 4
  static let emptyBytes: UInt32 = 5
  /// Containers that nothing was put into yet and that nothing else names: see `settled(_:)`.
  static let newList: UInt32 = 6
  static let newDictionary: UInt32 = 7
  static let newSet: UInt32 = 8
  private static let firstSmall: UInt32 = 9

  init() {
    nodes = [
      .none, .bool(false), .bool(true), .tuple(start: 0, count: 0), .string(""), .bytes([]),
      .list([]), .dictionary([]), .set([]),
    ]
    nodes += (0...255).map { .int($0) }
    notes = Array(repeating: Note(), count: nodes.count)
  }

  /// The place of a whole number below 256.
  static func small(_ number: UInt8) -> UInt32 { firstSmall + UInt32(number) }

  /// How many values there are, or items of tuples if those are more.
  var count: Int { max(nodes.count, tupleItems.count) }

  subscript(place: UInt32) -> PickleNode { nodes[Int(place)] }

  /// The items of a tuple; `nil` if this is none.
  func tuple(_ place: UInt32) -> [UInt32]? {
    guard case .tuple(let start, let count) = self[place] else { return nil }
    return Array(tupleItems[Int(start)..<Int(start + count)])
  }

  /// Adds a value that holds no others.
  mutating func add(_ node: PickleNode) -> UInt32 {
    nodes.append(node)
    notes.append(Note())
    return UInt32(nodes.count - 1)
  }

  /// Adds a value that holds `items`.
  mutating func add(_ node: PickleNode, holding items: [UInt32]) -> UInt32 {
    let place = add(node)
    notes[Int(place)].depth = depth(holding: items)
    return place
  }

  /// Adds a tuple.
  mutating func add(tuple items: [UInt32]) -> UInt32 {
    if items.isEmpty { return Self.emptyTuple }
    let start = UInt32(tupleItems.count)
    tupleItems += items
    return add(.tuple(start: start, count: UInt32(items.count)), holding: items)
  }

  /// Puts another value in the place of one, as when a dictionary gets members.
  mutating func replace(_ place: UInt32, by node: PickleNode, holding items: [UInt32]) {
    nodes[Int(place)] = node
    notes[Int(place)].depth = max(depth(place), depth(holding: items))
  }

  /// Takes a value out, so that it can be changed without being copied.
  mutating func take(_ place: UInt32) -> PickleNode {
    defer { nodes[Int(place)] = .none }
    return nodes[Int(place)]
  }

  /// A container of its own in the place of one of those that are there from the start, before it is
  /// changed or named a second time.
  mutating func settled(_ place: UInt32) -> UInt32 {
    (Self.newList...Self.newSet).contains(place) ? add(self[place]) : place
  }

  func depth(_ place: UInt32) -> Int { notes[Int(place)].depth }

  private func depth(holding items: [UInt32]) -> Int {
    items.reduce(0) { max($0, depth($1) + 1) }
  }

  func isNamedAgain(_ place: UInt32) -> Bool { notes[Int(place)].isNamedAgain }

  /// Notes that a value occurs once more.
  mutating func nameAgain(_ place: UInt32) { notes[Int(place)].isNamedAgain = true }
}
