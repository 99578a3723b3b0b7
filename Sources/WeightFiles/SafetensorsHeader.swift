import BackpropFiles

/// The header of a safetensors file: what is where, every rule of the format checked.
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
    guard case .object(let members) = try JSON.parse(json) else {
      throw WeightFileError(.invalid("the header is not a JSON object"))
    }
    var entries: [Entry] = []
    var metadata: [String: String] = [:]
    for (name, value) in members {
      guard case .object(let fields) = value else {
        throw WeightFileError(.invalid("the header's member '\(name)' is not an object"))
      }
      if name == "__metadata__" {
        for (key, value) in fields {
          guard case .string(let text) = value else {
            throw WeightFileError(.invalid("the metadata '\(key)' are not a text"))
          }
          metadata[key] = text
        }
      } else {
        entries.append(try Self.entry(name, fields))
      }
    }
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

  private static func entry(
    _ name: String, _ fields: [(key: String, value: JSON)]
  ) throws(WeightFileError) -> Entry {
    func numbers(_ key: String) throws(WeightFileError) -> [Int] {
      var result: [Int] = []
      guard case .array(let values) = fields.first(where: { $0.key == key })?.value else {
        throw WeightFileError(.invalid("the tensor '\(name)' lacks the list '\(key)'"))
      }
      for value in values {
        guard case .integer(let number) = value, number >= 0 else {
          throw WeightFileError(
            .invalid("the tensor '\(name)' has something else than whole numbers in '\(key)'"))
        }
        result.append(number)
      }
      return result
    }
    guard case .string(let typeName) = fields.first(where: { $0.key == "dtype" })?.value else {
      throw WeightFileError(.invalid("the tensor '\(name)' lacks the text 'dtype'"))
    }
    guard let scalarType = StoredScalarType(rawValue: typeName) else {
      throw WeightFileError(.unsupported("the type \(typeName) of the tensor '\(name)'"))
    }
    if let other = fields.first(where: { !["dtype", "shape", "data_offsets"].contains($0.key) }) {
      throw WeightFileError(.invalid("the tensor '\(name)' has the unknown field '\(other.key)'"))
    }
    let shape = try numbers("shape")
    let offsets = try numbers("data_offsets")
    guard offsets.count == 2, offsets[0] <= offsets[1] else {
      throw WeightFileError(.invalid("the tensor '\(name)' has the offsets \(offsets)"))
    }
    guard let expected = StoredArray.byteCount(scalarType, shape) else {
      throw WeightFileError(
        .invalid("the tensor '\(name)' has the shape \(shape), which no computer can hold"))
    }
    if expected != offsets[1] - offsets[0] {
      throw WeightFileError(
        .invalid(
          "the tensor '\(name)' of shape \(shape) and type \(typeName) needs \(expected) bytes, "
            + "and its offsets \(offsets) give \(offsets[1] - offsets[0])"))
    }
    return Entry(
      name: name, scalarType: scalarType, shape: shape, range: offsets[0]..<offsets[1])
  }
}
