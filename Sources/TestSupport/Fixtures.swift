import Foundation

/// Files in Tests/Fixtures, which scripts beside them have written.
public enum Fixtures {
  /// The path of the file `name` in Tests/Fixtures, found from a test's own place in Tests.
  public static func path(_ name: String, file: String = #filePath) -> String {
    var folder = URL(fileURLWithPath: file).deletingLastPathComponent()
    while folder.lastPathComponent != "Tests", folder.pathComponents.count > 1 {
      folder.deleteLastPathComponent()
    }
    return folder.appendingPathComponent("Fixtures").appendingPathComponent(name).path
  }

  /// The bytes of the file `name` in Tests/Fixtures.
  public static func bytes(_ name: String, file: String = #filePath) throws -> [UInt8] {
    try Array(Data(contentsOf: URL(fileURLWithPath: path(name, file: file))))
  }

  /// What the JSON file `name` in Tests/Fixtures says.
  public static func decode<T: Decodable>(
    _ type: T.Type = T.self, from name: String, decoder: JSONDecoder = JSONDecoder(),
    file: String = #filePath
  ) throws -> T {
    try decoder.decode(type, from: Data(bytes(name, file: file)))
  }
}
