import BackpropFiles

/// Reads a pickle's opcodes one after the other and builds the values that they describe.
struct PickleMachine {
  /// All values made so far. The first three are the ones that every pickle shares.
  var nodes: [PickleNode] = [.none, .bool(false), .bool(true)]
  /// How many bytes of text were turned into bytes.
  var encodedCount = 0
  /// How many bytes the arrays made so far have.
  var arrayByteCount = 0
  var reader: PickleReader
  /// The archive around the pickle of a PyTorch checkpoint; `nil` for a pickle alone.
  let torch: TorchArchive?
  /// The bytes of tensors that the pickle has named so far.
  var storages: [String: TorchStorage] = [:]
  private let limits: Pickle.Limits
  private var stack: [Int] = []
  private var marks: [Int] = []
  private var memo: [Int: Int] = [:]

  init(_ bytes: [UInt8], limits: Pickle.Limits, torch: TorchArchive? = nil) {
    self.reader = PickleReader(bytes)
    self.torch = torch
    self.limits = limits
  }

  /// Runs to the end of the pickle.
  ///
  /// - Returns: the place of the result in `nodes`.
  mutating func run() throws(WeightFileError) -> Int {
    while true {
      let place = reader.position
      let code = try reader.byte()
      if code == PickleOpcode.stop.rawValue {
        let result = try pop(at: place)
        if !stack.isEmpty || !marks.isEmpty {
          throw WeightFileError(.invalid("values are left over at the end (byte \(place))"))
        }
        if reader.position != reader.bytes.count {
          throw WeightFileError(
            .invalid("bytes follow the end of the pickle at byte \(reader.position)"))
        }
        return result
      }
      guard let opcode = PickleOpcode(rawValue: code) else {
        let name = PickleOpcode.refused[code].map { "the opcode \($0)" } ?? "an unknown opcode"
        throw WeightFileError(.refused("\(name) (0x\(String(code, radix: 16))) at byte \(place)"))
      }
      try execute(opcode, at: place)
      if nodes.count > limits.valueCount || stack.count > limits.valueCount {
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
    case .mark: marks.append(stack.count)
    case .pop:
      if let mark = marks.last, mark == stack.count {
        marks.removeLast()
      } else {
        _ = try pop(at: place)
      }
    case .popMark: _ = try popToMark(at: place)
    case .dup: stack.append(try top(at: place))
    case .none: stack.append(0)
    case .newFalse: stack.append(1)
    case .newTrue: stack.append(2)
    case .int, .binInt, .binInt1, .binInt2, .long, .long1, .long4, .float, .binFloat:
      try pushNumber(opcode, at: place)
    case .string, .binString, .shortBinString, .binBytes, .shortBinBytes, .binBytes8, .byteArray8,
      .unicode, .binUnicode, .shortBinUnicode, .binUnicode8:
      try pushText(opcode, at: place)
    case .emptyList: push(.list([]))
    case .emptyTuple: push(.tuple([]))
    case .emptyDict: push(.dictionary([]))
    case .list: push(.list(try popToMark(at: place)))
    case .tuple: push(.tuple(try popToMark(at: place)))
    case .dict:
      let items = try popToMark(at: place)
      push(.dictionary([]))
      try set(items, in: stack.last!, at: place)
    case .tuple1: push(.tuple(try pop(1, at: place)))
    case .tuple2: push(.tuple(try pop(2, at: place)))
    case .tuple3: push(.tuple(try pop(3, at: place)))
    case .append:
      let items = try pop(1, at: place)
      try append(items, to: top(at: place), at: place)
    case .appends:
      let items = try popToMark(at: place)
      try append(items, to: top(at: place), at: place)
    case .setItem:
      let items = try pop(2, at: place)
      try set(items, in: top(at: place), at: place)
    case .setItems:
      let items = try popToMark(at: place)
      try set(items, in: top(at: place), at: place)
    case .put, .binPut, .longBinPut, .memoize, .get, .binGet, .longBinGet:
      try useMemo(opcode, at: place)
    case .global:
      let module = try reader.textLine()
      try pushFunction(module: module, name: reader.textLine(), at: place)
    case .stackGlobal:
      let names = try pop(2, at: place)
      guard case .string(let module) = nodes[names[0]], case .string(let name) = nodes[names[1]]
      else { throw WeightFileError(.invalid("a global without a name at byte \(place)")) }
      try pushFunction(
        module: String(decoding: module, as: UTF8.self),
        name: String(decoding: name, as: UTF8.self),
        at: place)
    case .reduce:
      let parts = try pop(2, at: place)
      push(try call(parts[0], parts[1], at: place))
    case .build:
      let state = try pop(at: place)
      try build(top(at: place), state, at: place)
    case .binPersID:
      guard let torch else {
        throw WeightFileError(.refused("the opcode BINPERSID (0x51) at byte \(place)"))
      }
      let identity = try pop(at: place)
      push(try storage(identity, of: torch, at: place))
    }
  }

  // MARK: The stack

  private mutating func push(_ node: PickleNode) {
    stack.append(nodes.count)
    nodes.append(node)
  }

  private func top(at place: Int) throws(WeightFileError) -> Int {
    guard let last = stack.last, stack.count > marks.last ?? 0 else {
      throw WeightFileError(.invalid("the opcode at byte \(place) lacks a value to work on"))
    }
    return last
  }

  private mutating func pop(at place: Int) throws(WeightFileError) -> Int {
    let last = try top(at: place)
    stack.removeLast()
    return last
  }

  private mutating func pop(_ count: Int, at place: Int) throws(WeightFileError) -> [Int] {
    var items: [Int] = []
    for _ in 0..<count { items.append(try pop(at: place)) }
    return items.reversed()
  }

  private mutating func popToMark(at place: Int) throws(WeightFileError) -> [Int] {
    guard let mark = marks.popLast() else {
      throw WeightFileError(.invalid("the opcode at byte \(place) lacks a mark"))
    }
    let items = Array(stack[mark...])
    stack.removeLast(items.count)
    return items
  }

  private mutating func append(
    _ items: [Int], to node: Int, at place: Int
  ) throws(WeightFileError) {
    guard case .list(var list) = nodes[node] else {
      throw WeightFileError(.refused("adding to something that is no list at byte \(place)"))
    }
    // The node must not hold the list as well, or adding would copy it.
    nodes[node] = .none
    list += items
    nodes[node] = .list(list)
  }

  private mutating func set(_ items: [Int], in node: Int, at place: Int) throws(WeightFileError) {
    guard case .dictionary(var members) = nodes[node] else {
      throw WeightFileError(
        .refused("setting an item of something that is no dictionary at byte \(place)"))
    }
    if items.count % 2 != 0 {
      throw WeightFileError(.invalid("a key without a value at byte \(place)"))
    }
    nodes[node] = .none
    members += items
    nodes[node] = .dictionary(members)
  }

  private mutating func useMemo(_ opcode: PickleOpcode, at place: Int) throws(WeightFileError) {
    let index: Int
    switch opcode {
    case .put, .get:
      guard let number = Int(try reader.textLine()), number >= 0 else {
        throw WeightFileError(.invalid("a memo without a number at byte \(place)"))
      }
      index = number
    case .binPut, .binGet: index = Int(try reader.byte())
    case .longBinPut, .longBinGet: index = Int(try reader.number(UInt32.self))
    default: index = memo.count
    }
    switch opcode {
    case .get, .binGet, .longBinGet:
      guard let node = memo[index] else {
        throw WeightFileError(.invalid("the memo \(index) is used at byte \(place) and not set"))
      }
      stack.append(node)
    default:
      memo[index] = try top(at: place)
    }
  }

  private mutating func pushFunction(
    module: String, name: String, at place: Int
  ) throws(WeightFileError) {
    let ofTorch = torch == nil ? nil : PickleFunction(torchModule: module, name: name)
    guard let function = ofTorch ?? PickleFunction(module: module, name: name) else {
      throw WeightFileError(.refused("global \(module).\(name) at byte \(place)"))
    }
    push(.function(function))
  }

  // MARK: Numbers and texts

  private mutating func pushNumber(_ opcode: PickleOpcode, at place: Int) throws(WeightFileError) {
    switch opcode {
    case .binInt: push(.int(Int(try reader.number(Int32.self))))
    case .binInt1: push(.int(Int(try reader.byte())))
    case .binInt2: push(.int(Int(try reader.number(UInt16.self))))
    case .binFloat:
      // The one number in a pickle whose highest byte comes first.
      push(.float(Double(bitPattern: try reader.number(UInt64.self).byteSwapped)))
    case .long1, .long4:
      let digits = try opcode == .long1 ? reader.counted(UInt8.self) : reader.counted(Int32.self)
      // Two's complement of as many bytes as are needed.
      var value: Int64 = digits.last.map { $0 & 0x80 != 0 ? -1 : 0 } ?? 0
      if digits.count > 8 {
        throw WeightFileError(.unsupported("the whole number of over 64 bits at byte \(place)"))
      }
      for digit in digits.reversed() { value = value << 8 | Int64(digit) }
      push(.int(Int(value)))
    case .int, .long:
      var text = try reader.textLine()
      if opcode == .int && (text == "00" || text == "01") {
        stack.append(text == "01" ? 2 : 1)
        return
      }
      if text.hasSuffix("L") { text.removeLast() }
      guard let value = Int(text) else {
        throw WeightFileError(
          .invalid("the number at byte \(place) is none, or has over 64 bits"))
      }
      push(.int(value))
    default:
      guard let value = Double(try reader.textLine()) else {
        throw WeightFileError(.invalid("the number at byte \(place) is none"))
      }
      push(.float(value))
    }
  }

  private mutating func pushText(_ opcode: PickleOpcode, at place: Int) throws(WeightFileError) {
    switch opcode {
    case .binString: push(.oldString(try reader.counted(Int32.self)))
    case .shortBinString: push(.oldString(try reader.counted(UInt8.self)))
    case .binBytes: push(.bytes(try reader.counted(UInt32.self)))
    case .shortBinBytes: push(.bytes(try reader.counted(UInt8.self)))
    case .binBytes8, .byteArray8: push(.bytes(try reader.counted(UInt64.self)))
    case .binUnicode: push(.string(try reader.counted(UInt32.self)))
    case .shortBinUnicode: push(.string(try reader.counted(UInt8.self)))
    case .binUnicode8: push(.string(try reader.counted(UInt64.self)))
    case .string:
      guard let text = decodeStringLiteral(try reader.line()) else {
        throw WeightFileError(.invalid("the text at byte \(place) is not in quotation marks"))
      }
      push(.oldString(text[...]))
    default:
      guard let text = decodeRawUnicodeEscape(try reader.line()) else {
        throw WeightFileError(.invalid("the text at byte \(place) has a broken escape"))
      }
      push(.string(text[...]))
    }
  }
}
