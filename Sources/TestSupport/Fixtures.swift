import Foundation

/// Files in Tests/Fixtures, which scripts beside them have written.
public enum Fixtures {
  /// The path of the file `name` in Tests/Fixtures.
  public static func path(_ name: String) -> String {
    URL(fileURLWithPath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Tests/Fixtures").appendingPathComponent(name).path
  }

  /// The bytes of the file `name` in Tests/Fixtures.
  public static func bytes(_ name: String) throws -> [UInt8] {
    try Array(Data(contentsOf: URL(fileURLWithPath: path(name))))
  }

  /// What the JSON file `name` in Tests/Fixtures says.
  public static func decode<T: Decodable>(
    _ type: T.Type = T.self, from name: String, decoder: JSONDecoder = JSONDecoder()
  ) throws -> T {
    try decoder.decode(type, from: Data(bytes(name)))
  }
}
