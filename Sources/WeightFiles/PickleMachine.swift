import BackpropFiles

/// Reads a pickle's opcodes one after the other and builds the values that they describe.
struct PickleMachine {
  /// All values made so far.
  var nodes = PickleNodes()
  var reader: PickleReader
  /// How many bytes of text were turned into bytes.
  var encodedCount = 0
  /// How many bytes the NumPy arrays made so far have.
  var arrayByteCount = 0
  /// How many items containers were made of that lay in others.
  var copiedItemCount = 0
  /// How many bytes of the pickle were given to functions that read pickles in them.
  var nestedByteCount = 0
  /// Whether bytes of tensors lie beside the pickle, in a PyTorch checkpoint, and BINPERSID names them.
  let isOfTorch: Bool
  let limits: Pickle.Limits
  /// The places in `nodes.storages` of the bytes that were named so far.
  var storagePlaces: [TorchStorage.Name: Int] = [:]
  private var stack: [UInt32] = []
  private var marks: [UInt32] = []
  private var memo = PickleMemo()

  init(_ reader: PickleReader, limits: Pickle.Limits, isOfTorch: Bool = false) {
    self.reader = reader
    self.isOfTorch = isOfTorch
    self.limits = limits
  }

  /// Runs to the opcode that ends a pickle.
  ///
  /// - Returns: the place of the result in `nodes`.
  mutating func run() throws(WeightFileError) -> UInt32 {
    while true {
      let place = reader.position
      let code = try reader.byte()
      if code == PickleOpcode.stop.rawValue {
        let result = try pop(at: place)
        if !stack.isEmpty || !marks.isEmpty {
          throw WeightFileError(.invalid("values are left over at the end (byte \(place))"))
        }
        return result
      }
      guard let opcode = PickleOpcode(rawValue: code) else {
        let name = PickleOpcode.refused[code].map { "the opcode \($0)" } ?? "an unknown opcode"
        throw WeightFileError(.refused("\(name) (0x\(String(code, radix: 16))) at byte \(place)"))
      }
      try execute(opcode, at: place)
      if max(nodes.count, stack.count, marks.count) > limits.valueCount {
        throw WeightFileError(
          .limitExceeded("it makes more values than the \(limits.valueCount) that are accepted"))
      }
    }
  }

  private mutating func execute(_ opcode: PickleOpcode, at place: Int) throws(WeightFileError) {
    switch opcode {
    case .stop: return
    case .proto:
      let version = try reader.byte()
      if version > 5 { throw WeightFileError(.unsupported("pickle protocol \(version)")) }
    case .frame:
      let count = Int(clamping: try reader.number(UInt64.self))
      let left = reader.bytes.count - reader.position
      if count > left {
        throw WeightFileError(
          .truncated(part: "the frame at byte \(place)", expected: count, found: left))
      }
    case .mark: marks.append(UInt32(stack.count))
    case .pop:
      if let mark = marks.last, Int(mark) == stack.count {
        marks.removeLast()
      } else {
        _ = try pop(at: place)
      }
    case .popMark: _ = try popToMark(at: place)
    case .dup:
      let top = try ownTop(at: place)
      nodes.nameAgain(top)
      stack.append(top)
    case .none: stack.append(PickleNodes.none)
    case .newFalse: stack.append(PickleNodes.newFalse)
    case .newTrue: stack.append(PickleNodes.newTrue)
    case .int, .binInt, .binInt1, .binInt2, .long, .long1, .long4, .float, .binFloat:
      stack.append(try readNumber(opcode, at: place))
    case .string, .binString, .shortBinString, .binBytes, .shortBinBytes, .binBytes8, .byteArray8,
      .unicode, .binUnicode, .shortBinUnicode, .binUnicode8:
      stack.append(try readText(opcode, at: place))
    case .emptyList: stack.append(PickleNodes.newList)
    case .emptyTuple: stack.append(PickleNodes.emptyTuple)
    case .emptyDict: stack.append(PickleNodes.newDictionary)
    case .emptySet: stack.append(PickleNodes.newSet)
    case .list:
      let items = try popToMark(at: place)
      stack.append(PickleNodes.newList)
      try append(items, at: place)
    case .dict:
      let items = try popToMark(at: place)
      stack.append(PickleNodes.newDictionary)
      try set(items, at: place)
    case .frozenSet:
      let items = try popToMark(at: place)
      stack.append(PickleNodes.newSet)
      try addItems(items, at: place)
    case .tuple: try pushTuple(popToMark(at: place), at: place)
    case .tuple1: try pushTuple(pop(1, at: place), at: place)
    case .tuple2: try pushTuple(pop(2, at: place), at: place)
    case .tuple3: try pushTuple(pop(3, at: place), at: place)
    case .append: try append(pop(1, at: place), at: place)
    case .appends: try append(popToMark(at: place), at: place)
    case .setItem: try set(pop(2, at: place), at: place)
    case .setItems: try set(popToMark(at: place), at: place)
    case .addItems: try addItems(popToMark(at: place), at: place)
    case .put, .binPut, .longBinPut, .memoize: try putMemo(opcode, at: place)
    case .get, .binGet, .longBinGet: try getMemo(opcode, at: place)
    case .global:
      let module = try reader.textLine()
      stack.append(try function(module: module, name: reader.textLine(), at: place))
    case .stackGlobal:
      let names = try pop(2, at: place)
      guard case .string(let module) = nodes[names[0]], case .string(let name) = nodes[names[1]]
      else { throw WeightFileError(.invalid("a global without a name at byte \(place)")) }
      stack.append(try function(module: module, name: name, at: place))
    case .inst:
      let module = try reader.textLine()
      let name = try reader.textLine()
      throw WeightFileError(
        .refused("global \(Self.shown(module, name)) (the opcode INST) at byte \(place)"))
    case .reduce:
      let parts = try pop(2, at: place)
      let result = try call(parts[0], parts[1], at: place)
      try checkDepth(of: result, at: place)
      stack.append(result)
    case .build:
      let state = try pop(at: place)
      try build(ownTop(at: place), state, at: place)
    case .binPersID:
      if !isOfTorch {
        throw WeightFileError(.refused("the opcode BINPERSID (0x51) at byte \(place)"))
      }
      stack.append(try storage(pop(at: place), at: place))
    }
  }

  // MARK: The stack

  private func checkHasTop(at place: Int) throws(WeightFileError) {
    guard stack.count > Int(marks.last ?? 0) else {
      throw WeightFileError(.invalid("the opcode at byte \(place) lacks a value to work on"))
    }
  }

  /// The value on top, which may be changed and named again.
  private mutating func ownTop(at place: Int) throws(WeightFileError) -> UInt32 {
    try checkHasTop(at: place)
    let own = nodes.settled(stack[stack.count - 1])
    stack[stack.count - 1] = own
    return own
  }

  private mutating func pop(at place: Int) throws(WeightFileError) -> UInt32 {
    try checkHasTop(at: place)
    return stack.removeLast()
  }

  private mutating func pop(_ count: Int, at place: Int) throws(WeightFileError) -> [UInt32] {
    guard stack.count - Int(marks.last ?? 0) >= count else {
      throw WeightFileError(.invalid("the opcode at byte \(place) lacks a value to work on"))
    }
    let items = Array(stack[(stack.count - count)...])
    stack.removeLast(count)
    return items
  }

  private mutating func popToMark(at place: Int) throws(WeightFileError) -> [UInt32] {
    guard let mark = marks.popLast() else {
      throw WeightFileError(.invalid("the opcode at byte \(place) lacks a mark"))
    }
    let items = Array(stack[Int(mark)...])
    stack.removeLast(items.count)
    return items
  }

  // MARK: Containers

  /// Values that lie deeper than is accepted are refused as they are made, and not only when the
  /// whole file has become memory.
  private func checkDepth(of node: UInt32, at place: Int) throws(WeightFileError) {
    if nodes.depth(node) > limits.depth {
      throw WeightFileError(
        .limitExceeded(
          "its values lie deeper in one another than \(limits.depth) (at byte \(place))"))
    }
  }

  private mutating func pushTuple(_ items: [UInt32], at place: Int) throws(WeightFileError) {
    let tuple = nodes.add(tuple: items)
    try checkDepth(of: tuple, at: place)
    stack.append(tuple)
  }

  private mutating func append(_ items: [UInt32], at place: Int) throws(WeightFileError) {
    try checkHasTop(at: place)
    if items.isEmpty, case .list = nodes[stack[stack.count - 1]] { return }
    let node = try ownTop(at: place)
    // The node must not hold the list as well, or adding would copy it.
    guard case .list(var list) = nodes.take(node) else {
      throw WeightFileError(.refused("adding to something that is no list at byte \(place)"))
    }
    list += items
    nodes.replace(node, by: .list(list), holding: items)
    try checkDepth(of: node, at: place)
  }

  private mutating func addItems(_ items: [UInt32], at place: Int) throws(WeightFileError) {
    try checkHasTop(at: place)
    if items.isEmpty, case .set = nodes[stack[stack.count - 1]] { return }
    let node = try ownTop(at: place)
    guard case .set(var set) = nodes.take(node) else {
      throw WeightFileError(.refused("adding to something that is no set at byte \(place)"))
    }
    set += items
    nodes.replace(node, by: .set(set), holding: items)
    try checkDepth(of: node, at: place)
  }

  private mutating func set(_ items: [UInt32], at place: Int) throws(WeightFileError) {
    if items.count % 2 != 0 {
      throw WeightFileError(.invalid("a key without a value at byte \(place)"))
    }
    try checkHasTop(at: place)
    if items.isEmpty, case .dictionary = nodes[stack[stack.count - 1]] { return }
    let node = try ownTop(at: place)
    guard case .dictionary(var members) = nodes.take(node) else {
      throw WeightFileError(
        .refused("setting an item of something that is no dictionary at byte \(place)"))
    }
    members += items
    nodes.replace(node, by: .dictionary(members), holding: items)
    try checkDepth(of: node, at: place)
  }

  // MARK: The memo

  private mutating func putMemo(_ opcode: PickleOpcode, at place: Int) throws(WeightFileError) {
    let index: Int
    switch opcode {
    case .put: index = try memoIndex(at: place)
    case .binPut: index = Int(try reader.byte())
    case .longBinPut: index = Int(try reader.number(UInt32.self))
    default: index = memo.count
    }
    memo[index] = try ownTop(at: place)
  }

  private mutating func getMemo(_ opcode: PickleOpcode, at place: Int) throws(WeightFileError) {
    let index: Int
    switch opcode {
    case .get: index = try memoIndex(at: place)
    case .binGet: index = Int(try reader.byte())
    default: index = Int(try reader.number(UInt32.self))
    }
    guard let node = memo[index] else {
      throw WeightFileError(.invalid("the memo \(index) is used at byte \(place) and not set"))
    }
    nodes.nameAgain(node)
    stack.append(node)
  }

  private mutating func memoIndex(at place: Int) throws(WeightFileError) -> Int {
    guard let number = Int(try reader.textLine()), number >= 0 else {
      throw WeightFileError(.invalid("a memo without a number at byte \(place)"))
    }
    return number
  }

  // MARK: Functions

  private mutating func function(
    module: String, name: String, at place: Int
  ) throws(WeightFileError) -> UInt32 {
    guard let function = PickleFunction(module: module, name: name) else {
      if let what = PickleFunction.unsupported(module: module, name: name) {
        throw WeightFileError(.unsupported("\(what) (at byte \(place))"))
      }
      throw WeightFileError(.refused("global \(Self.shown(module, name)) at byte \(place)"))
    }
    return nodes.add(.function(function, name: "\(module).\(name)"))
  }

  /// A name of the file's in a message, not at any length.
  private static func shown(_ module: String, _ name: String) -> String {
    "\(module.shortened(to: 100)).\(name.shortened(to: 100))"
  }
}

/// What a pickle has given a number to, for naming it again.
///
/// The numbers of pickles go up by one from 0, so that a list holds nearly all of them; a number that
/// is made up takes no more room than another.
private struct PickleMemo {
  private var dense: [UInt32] = []
  private var sparse: [Int: UInt32] = [:]

  var count: Int { dense.count + sparse.count }

  subscript(index: Int) -> UInt32? {
    get { index < dense.count ? dense[index] : sparse[index] }
    set {
      guard let newValue else { return }
      if index < dense.count {
        dense[index] = newValue
      } else if index == dense.count {
        dense.append(newValue)
        if !sparse.isEmpty { sparse[index] = nil }
      } else {
        sparse[index] = newValue
      }
    }
  }
}
