import Foundation

/// What Tests/Fixtures/make_numpy_fixtures.py wrote.
enum NumPyFixtures {
  static func read<Contents: Decodable>(_ name: String, as type: Contents.Type) throws -> Contents {
    let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent()
    let file = tests.appendingPathComponent("Fixtures").appendingPathComponent(name)
    return try JSONDecoder().decode(Contents.self, from: Data(contentsOf: file))
  }
}
