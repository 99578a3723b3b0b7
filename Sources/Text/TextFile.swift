import BackpropFiles

/// Reads texts from files.
public enum TextFile {
  /// The text in a file, which is in UTF-8.
  ///
  /// - Throws: `FileError`; ``TextFileError`` for bytes that are no UTF-8.
  public static func read(_ path: String) throws -> String {
    let bytes = try File.read(path)
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw TextFileError(file: path)
    }
    return text
  }
}

/// A file holds no text in UTF-8.
public struct TextFileError: Error, Equatable, CustomStringConvertible {
  /// The file.
  public let file: String

  public var description: String {
    "the file '\(file)' is no text in UTF-8. Convert it: iconv -f latin1 -t utf-8 '\(file)' > text.txt"
  }
}
