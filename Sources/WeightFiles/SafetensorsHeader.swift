import BackpropFiles

/// The header of a safetensors file: what is where, every rule of the format checked.
///
/// What the reference implementation accepts is accepted: `__metadata__` may be `null`, and fields of
/// a tensor that it does not know are passed over.
struct SafetensorsHeader {
  struct Entry {
    let name: String
    let scalarType: StoredScalarType
    let shape: [Int]
    /// Where the bytes are, counted from the end of the header.
    let range: Range<Int>
  }

  /// The largest header that the format allows.
  static let maximumByteCount = 100_000_000

  /// In the order in which the bytes follow one another.
  let entries: [Entry]
  let metadata: [String: String]

  /// Decodes the JSON of a header that is followed by `dataCount` bytes.
  init(json: [UInt8], dataCount: Int) throws(WeightFileError) {
    guard json.first == UInt8(ascii: "{") else {
      throw WeightFileError(.invalid("the header does not begin with '{'"))
    }
    var entries: [Entry] = []
    var metadata: [String: String] = [:]
    var names: Set<NameKey> = []
    var reader = JSONReader(json)
    try reader.object { json, name throws(WeightFileError) in
      if !names.insert(NameKey(name)).inserted {
        throw WeightFileError(.invalid("the header has the name '\(name)' twice"))
      }
      if name == "__metadata__" {
        if !json.takeNull() { metadata = try Self.metadata(&json) }
      } else {
        entries.append(try SafetensorsFields(&json, of: name).entry(name))
      }
    }
    try reader.requireEnd()
    // Zero-length tensors share an offset with what follows them.
    entries.sort {
      ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound)
    }
    var end = 0
    for entry in entries {
      if entry.range.lowerBound != end {
        throw WeightFileError(
          .invalid(
            "the tensor '\(entry.name)' begins at byte \(entry.range.lowerBound), and the one "
              + "before it ends at \(end): the data must have neither holes nor overlaps"))
      }
      end = entry.range.upperBound
    }
    if end > dataCount {
      throw WeightFileError(
        .truncated(part: "the data of the tensors", expected: end, found: dataCount))
    }
    if end < dataCount {
      throw WeightFileError(
        .invalid("\(dataCount - end) bytes follow the last tensor and belong to none"))
    }
    self.entries = entries
    self.metadata = metadata
  }

  private static func metadata(
    _ json: inout JSONReader
  ) throws(WeightFileError) -> [String: String] {
    var texts: [String: String] = [:]
    guard json.isNext("{") else {
      throw WeightFileError(.invalid("the header's member '__metadata__' is not an object"))
    }
    try json.object { json, key throws(WeightFileError) in
      guard json.isNext("\"") else {
        throw WeightFileError(.invalid("the metadata '\(key)' are not a text"))
      }
      texts[key] = try json.string()
    }
    return texts
  }
}

/// What the header says about one tensor.
private struct SafetensorsFields {
  private let typeName: String?
  private let shape: [Int]?
  private let offsets: [Int]?

  init(_ json: inout JSONReader, of name: String) throws(WeightFileError) {
    guard json.isNext("{") else {
      throw WeightFileError(.invalid("the header's member '\(name)' is not an object"))
    }
    var typeName: String?
    var shape: [Int]?
    var offsets: [Int]?
    try json.object { json, field throws(WeightFileError) in
      let isTwice =
        switch field {
        case "dtype": typeName != nil
        case "shape": shape != nil
        case "data_offsets": offsets != nil
        default: false
        }
      if isTwice {
        throw WeightFileError(.invalid("the tensor '\(name)' has the field '\(field)' twice"))
      }
      switch field {
      case "dtype":
        guard json.isNext("\"") else {
          throw WeightFileError(.invalid("the tensor '\(name)' lacks the text 'dtype'"))
        }
        typeName = try json.string()
      // One axis more than there may be tells that there are too many; the rest is of no use.
      case "shape":
        shape = try Self.numbers(&json, field, of: name, keeping: StoredArray.maximumRank + 1)
      case "data_offsets": offsets = try Self.numbers(&json, field, of: name, keeping: 3)
      default: try json.skip()
      }
    }
    (self.typeName, self.shape, self.offsets) = (typeName, shape, offsets)
  }

  private static func numbers(
    _ json: inout JSONReader, _ field: String, of name: String, keeping most: Int
  ) throws(WeightFileError) -> [Int] {
    guard json.isNext("[") else {
      throw WeightFileError(.invalid("the tensor '\(name)' lacks the list '\(field)'"))
    }
    var numbers: [Int] = []
    try json.list { json throws(WeightFileError) in
      let isText = json.isNext("\"") || json.isNext("[") || json.isNext("{")
      guard !isText, let number = try json.integer(), number >= 0 else {
        throw WeightFileError(
          .invalid("the tensor '\(name)' has something else than whole numbers in '\(field)'"))
      }
      if numbers.count < most { numbers.append(number) }
    }
    return numbers
  }

  /// The tensor, if all of it makes sense.
  func entry(_ name: String) throws(WeightFileError) -> SafetensorsHeader.Entry {
    func missing(_ what: String) -> WeightFileError {
      WeightFileError(.invalid("the tensor '\(name)' lacks the \(what)"))
    }
    guard let typeName else { throw missing("text 'dtype'") }
    guard let shape else { throw missing("list 'shape'") }
    guard let offsets else { throw missing("list 'data_offsets'") }
    guard let scalarType = StoredScalarType(rawValue: typeName) else {
      throw WeightFileError(.unsupported("the type \(typeName) of the tensor '\(name)'"))
    }
    guard offsets.count == 2, offsets[0] <= offsets[1] else {
      throw WeightFileError(.invalid("the tensor '\(name)' has the offsets \(offsets)"))
    }
    let expected = try StoredArray.byteCount(scalarType, shape, of: "the tensor '\(name)'")
    if expected != offsets[1] - offsets[0] {
      throw WeightFileError(
        .invalid(
          "the tensor '\(name)' of shape \(shape) and type \(typeName) needs \(expected) bytes, "
            + "and its offsets \(offsets) give \(offsets[1] - offsets[0])"))
    }
    return SafetensorsHeader.Entry(
      name: name, scalarType: scalarType, shape: shape, range: offsets[0]..<offsets[1])
  }
}
