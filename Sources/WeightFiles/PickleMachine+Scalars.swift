import BackpropFiles

/// The opcodes that stand for a number or a text.
extension PickleMachine {
  mutating func readNumber(_ opcode: PickleOpcode, at place: Int) throws(WeightFileError) -> UInt32
  {
    switch opcode {
    case .binInt1: return PickleNodes.small(try reader.byte())
    case .binInt2: return add(Int(try reader.number(UInt16.self)))
    case .binInt: return add(Int(try reader.number(Int32.self)))
    case .binFloat:
      // The one number in a pickle whose highest byte comes first.
      return nodes.add(.float(Double(bitPattern: try reader.number(UInt64.self).byteSwapped)))
    case .long1: return add(twosComplement: try reader.counted(UInt8.self))
    case .long4: return add(twosComplement: try reader.counted(Int32.self))
    case .int, .long:
      var text = try reader.textLine()
      if opcode == .int && (text == "00" || text == "01") {
        return text == "01" ? PickleNodes.newTrue : PickleNodes.newFalse
      }
      if text.hasSuffix("L") { text.removeLast() }
      if let value = Int(text) { return add(value) }
      guard let digits = decodeWideInteger(text) else {
        throw WeightFileError(.invalid("the number at byte \(place) is none"))
      }
      return add(twosComplement: digits[...])
    default:
      guard let value = Double(try reader.textLine()) else {
        throw WeightFileError(.invalid("the number at byte \(place) is none"))
      }
      return nodes.add(.float(value))
    }
  }

  mutating func readText(_ opcode: PickleOpcode, at place: Int) throws(WeightFileError) -> UInt32 {
    switch opcode {
    case .binString: return nodes.add(.oldString(Array(try reader.counted(Int32.self))))
    case .shortBinString: return nodes.add(.oldString(Array(try reader.counted(UInt8.self))))
    case .binBytes: return add(bytes: try reader.counted(UInt32.self))
    case .shortBinBytes: return add(bytes: try reader.counted(UInt8.self))
    case .binBytes8, .byteArray8: return add(bytes: try reader.counted(UInt64.self))
    case .binUnicode: return try add(utf8: reader.counted(UInt32.self), at: place)
    case .shortBinUnicode: return try add(utf8: reader.counted(UInt8.self), at: place)
    case .binUnicode8: return try add(utf8: reader.counted(UInt64.self), at: place)
    case .string:
      guard let text = decodeStringLiteral(try reader.line()) else {
        throw WeightFileError(.invalid("the text at byte \(place) is not in quotation marks"))
      }
      return nodes.add(.oldString(text))
    default:
      guard let text = decodeRawUnicodeEscape(try reader.line()) else {
        throw WeightFileError(.invalid("the text at byte \(place) has a broken escape"))
      }
      return try add(utf8: text[...], at: place)
    }
  }

  mutating func add(_ number: Int) -> UInt32 {
    UInt8(exactly: number).map(PickleNodes.small) ?? nodes.add(.int(number))
  }

  /// A whole number of any length, the lowest byte first.
  private mutating func add(twosComplement digits: ArraySlice<UInt8>) -> UInt32 {
    guard let last = digits.last else { return PickleNodes.small(0) }
    let sign: UInt8 = last & 0x80 == 0 ? 0 : 0xff
    var digits = digits
    // Bytes that only repeat the sign.
    while digits.count > 8, digits[digits.endIndex - 1] == sign,
      digits[digits.endIndex - 2] & 0x80 == sign & 0x80
    {
      digits.removeLast()
    }
    if digits.count > 8 { return nodes.add(.wideInt(Array(digits))) }
    var value: Int64 = sign == 0 ? 0 : -1
    for digit in digits.reversed() { value = value << 8 | Int64(digit) }
    return add(Int(value))
  }

  private mutating func add(bytes: ArraySlice<UInt8>) -> UInt32 {
    bytes.isEmpty ? PickleNodes.emptyBytes : nodes.add(.bytes(Array(bytes)))
  }

  private mutating func add(
    utf8 text: ArraySlice<UInt8>, at place: Int
  ) throws(WeightFileError) -> UInt32 {
    if text.isEmpty { return PickleNodes.emptyText }
    guard let string = String(validating: text, as: UTF8.self) else {
      throw WeightFileError(.invalid("the text at byte \(place) is not UTF-8"))
    }
    return nodes.add(.string(string))
  }
}
