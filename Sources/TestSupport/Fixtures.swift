import Arrays
import Foundation

/// Files in Tests/Fixtures, which scripts beside them have written.
public enum Fixtures {
  /// The file `name` in Tests/Fixtures, found from a test's own place in Tests.
  public static func url(_ name: String, file: String = #filePath) -> URL {
    var folder = URL(fileURLWithPath: file).deletingLastPathComponent()
    while folder.lastPathComponent != "Tests", folder.pathComponents.count > 1 {
      folder.deleteLastPathComponent()
    }
    return folder.appendingPathComponent("Fixtures").appendingPathComponent(name)
  }

  /// The JSON file `name` in Tests/Fixtures.
  public static func decode<T: Decodable>(
    _ type: T.Type = T.self, from name: String, file: String = #filePath
  ) throws -> T {
    try JSONDecoder().decode(type, from: Data(contentsOf: url(name, file: file)))
  }
}

/// An array as a fixture writes it: `{"type": "float32", "shape": [2], "values": "0.5 nan"}`.
public struct FixtureArray: Decodable {
  /// The type of the numbers.
  public let type: ScalarType
  /// The lengths of the axes.
  public let shape: Shape
  /// The numbers in row-major order, with spaces between.
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
    case .int32: try parse { Int32($0) }
    case .int64: try parse { Int64($0) }
    case .uint8: try parse { UInt8($0) }
    case .bool: try parse { $0 == "1" ? true : $0 == "0" ? false : nil }
    }
  }
}

/// A fixture that does not say what its reader expects.
public struct FixtureError: Error, CustomStringConvertible {
  /// What is wrong.
  public let description: String
  /// An error of this text.
  public init(_ description: String) { self.description = description }
}
