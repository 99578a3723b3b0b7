import BackpropFiles

/// The files of a tokenizer.
struct TokenizerFiles {
  private enum Form {
    case whole
    case lines
    case pairs(merges: String)
  }

  /// The file that says most.
  let path: String
  private let form: Form
  /// `tokenizer_config.json`, if there is one beside it.
  private let configuration: String?

  /// - Parameter path: a file or a folder.
  /// - Throws: `TokenizerError` if there is none in the folder; `FileError` if there is nothing.
  init(_ path: String) throws {
    guard File.isFolder(path) else {
      self.path = path
      let folder = File.folder(of: path).map { $0 + "/" } ?? ""
      (form, configuration) = (
        File.nameEnding(of: path) == "txt" ? .lines : .whole,
        TokenizerFiles.existing(folder + "tokenizer_config.json")
      )
      return
    }
    configuration = TokenizerFiles.existing(path + "/tokenizer_config.json")
    if let file = TokenizerFiles.existing(path + "/tokenizer.json") {
      (self.path, form) = (file, .whole)
    } else if let file = TokenizerFiles.existing(path + "/vocab.txt") {
      (self.path, form) = (file, .lines)
    } else if let file = TokenizerFiles.existing(path + "/vocab.json"),
      let merges = TokenizerFiles.existing(path + "/merges.txt")
    {
      (self.path, form) = (file, .pairs(merges: merges))
    } else {
      throw TokenizerError(
        .notFound(["tokenizer.json", "vocab.txt", "vocab.json with merges.txt"]), file: path)
    }
  }

  private static func existing(_ path: String) -> String? { File.exists(path) ? path : nil }

  /// Reads them.
  ///
  /// - Throws: `TokenizerError`, or `FileError` if one cannot be read.
  func source() throws -> TokenizerSource {
    switch form {
    case .whole: return try TokenizerSource(File.read(path))
    case .lines: return try wordPieceSource(File.read(path), settings())
    case .pairs(let merges):
      return try bytePairSource(File.read(path), merges: File.read(merges), settings())
    }
  }

  private func settings() throws -> TokenizerConfiguration {
    guard let configuration else { return TokenizerConfiguration(json: .object([])) }
    do {
      return TokenizerConfiguration(json: try JSONDocument(try File.read(configuration)))
    } catch let failure as JSONDocument.Failure {
      throw TokenizerError(.invalid("\(failure)"), file: configuration)
    }
  }
}
