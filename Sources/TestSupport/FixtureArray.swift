import BackpropArrays

/// An array as a fixture writes it: `{"type": "float32", "shape": [2], "values": "0.5 nan"}`.
public struct FixtureArray: Decodable {
  /// The type of its numbers.
  public let type: ScalarType
  /// Its shape.
  public let shape: Shape
  /// Its numbers in row-major order, parted by spaces.
  public let values: String

  /// The array, whose numbers have exactly the written values.
  public func array() throws -> NDArray {
    let words = values.split(separator: " ")
    func parse<S: Scalar>(_ number: (Substring) -> S?) throws -> NDArray {
      NDArray(
        try words.map { word in
          guard let value = number(word) else { throw FixtureError("\(word) is no \(type)") }
          return value
        }, shape: shape)
    }
    return switch type {
    case .float32: try parse { Float($0) }
    case .float64: try parse { Double($0) }
    case .float16, .bfloat16: try parse { Double($0) }.cast(to: type)
    case .int8: try parse { Int8($0) }
    case .int16: try parse { Int16($0) }
    case .uint16: try parse { UInt16($0) }
    case .int32: try parse { Int32($0) }
    case .uint32: try parse { UInt32($0) }
    case .uint64: try parse { UInt64($0) }
    case .int64: try parse { Int64($0) }
    case .uint8: try parse { UInt8($0) }
    case .bool: try parse { $0 == "1" ? true : $0 == "0" ? false : nil }
    }
  }
}

/// A fixture that does not say what its reader expects.
public struct FixtureError: Error, CustomStringConvertible {
  /// What was expected.
  public let description: String

  /// Makes an error that says `description`.
  public init(_ description: String) { self.description = description }
}
