import BackpropData
import BackpropFiles
import BackpropImages

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// How pictures were made alike that a model learned from, to be kept with the model: others are made
/// like these before it sees them.
public struct PictureForm: Codable, Sendable, Hashable {
  /// The height of a picture.
  public let rows: Int
  /// Its width.
  public let columns: Int
  /// Its colours.
  public let colors: ImageFolder.Colors

  private static let key = "pictures"

  init(_ settings: SourceSettings) {
    (rows, columns, colors) = (settings.rows, settings.columns, settings.colors)
  }

  /// The form that goes with a model; `nil` for one of anything else.
  ///
  /// - Throws: `DecodingError` where the text is damaged, or says what cannot be.
  public init?(metadata: [String: String]) throws {
    guard let text = metadata[Self.key] else { return nil }
    self = try JSONDecoder().decode(Self.self, from: Data(text.utf8))
    guard (1...4096).contains(rows), (1...4096).contains(columns) else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: [], debugDescription: "pictures of \(columns) x \(rows) pixels"))
    }
  }

  /// The form as texts that go with the weights of a model.
  public var metadata: [String: String] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    // Three numbers and a word can always be written.
    return [Self.key: String(decoding: try! encoder.encode(self), as: UTF8.self)]
  }

  /// The pictures of a folder that has one for each class, made alike; none is kept in memory.
  ///
  /// - Parameters:
  ///   - folder: the folder.
  ///   - flatten: whether a picture is handed out as one row.
  /// - Throws: what `ImageFolder` throws.
  public func pictures(in folder: String, flatten: Bool) throws -> ImageFolder {
    try ImageFolder(
      folder, colors: colors, rows: rows, columns: columns,
      options: ImageOptions(flatten: flatten), memoryLimit: 0)
  }

  /// The parts of a folder that is split already: `train`, and `test`, `val` or `validation`; `nil` for
  /// another.
  package static func parts(of folder: String) -> (train: String, test: String)? {
    let other = ["test", "val", "validation"].map { folder + "/" + $0 }.first { File.isFolder($0) }
    guard let other, File.isFolder(folder + "/train") else { return nil }
    return (folder + "/train", other)
  }

  /// The bytes of the picture in a file, channel by channel.
  ///
  /// - Throws: `FileError` or `ImageError`.
  public func read(_ path: String) throws -> [UInt8] {
    try ImageFolder.planes(of: path, colors, rows: rows, columns: columns)
  }
}
