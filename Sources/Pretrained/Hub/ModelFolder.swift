import BackpropFiles
import BackpropTokenizers
import BackpropWeightFiles

/// The folder of a pretrained model as it lies on a model hub: `config.json`, weights, a tokenizer.
///
/// ```swift
/// let folder = try ModelFolder("all-MiniLM-L6-v2")
/// folder.configuration.modelType                             // "bert"
/// let weights = try folder.weights()                         // StateDictionary
/// let tokenizer = try folder.tokenizer()
/// ```
///
/// Nothing but the configuration is read at once.
public struct ModelFolder: Sendable {
  /// The folder as it was named.
  public let path: String
  /// What `config.json` says.
  public let configuration: ModelConfiguration

  /// Opens a folder.
  ///
  /// - Throws: `FileError`, or `PretrainedError` if it has no `config.json` or that makes no sense.
  public init(_ path: String) throws {
    guard File.isFolder(path) else {
      throw PretrainedError(.noFolder, path: path)
    }
    self.path = path
    guard File.exists(path + "/config.json") else {
      throw PretrainedError(.missingFile("config.json"), path: path)
    }
    configuration = try ModelConfiguration(contentsOf: path + "/config.json")
  }

  /// The path of a file in this folder.
  public func file(_ name: String) -> String { path + "/" + name }

  /// Whether the folder has a file of this name.
  public func has(_ name: String) -> Bool { File.exists(file(name)) }

  /// The weights by name: of `model.safetensors`, or of the shards that `model.safetensors.index.json`
  /// lists, else of `pytorch_model.bin` or its shards.
  ///
  /// The files are mapped: what nobody looks at is not read, and arrays of `F32` are used where they
  /// lie. As long as one of the arrays is kept, the files must not be cut short.
  ///
  /// - Throws: `FileError`, `WeightFileError`, or `PretrainedError` if there are no weights, or the
  ///   shards are not what the index says.
  public func weights() throws -> StateDictionary {
    for name in ["model.safetensors", "pytorch_model.bin"] {
      if has(name) { return try StateDictionary(contentsOf: file(name)) }
      if has(name + ".index.json") { return try ShardIndex(file(name + ".index.json")).weights() }
    }
    throw PretrainedError(.missingFile("model.safetensors"), path: path)
  }

  /// The tokenizer: of `tokenizer.json`, `vocab.txt`, or `vocab.json` with `merges.txt`.
  ///
  /// - Throws: `FileError` or `TokenizerError`.
  public func tokenizer() throws -> Tokenizer { try Tokenizer(contentsOf: path) }
}
