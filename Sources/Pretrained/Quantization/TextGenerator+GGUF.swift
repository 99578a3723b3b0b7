import BackpropArrays
import BackpropFiles
import BackpropNeuralNetworks
import BackpropTokenizers
import BackpropWeightFiles

extension TextGenerator {
  /// The model and the tokenizer of a GGUF file; where it has none, or one of a kind that is not known,
  /// the tokenizer that lies in its folder.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - format: how the weights of linear layers are rounded that lie in no blocks; `nil` leaves them.
  /// - Throws: as ``init(contentsOf:quantizedAs:)``.
  convenience init(gguf path: String, quantizedAs format: QuantizedFormat?) throws {
    guard let file = try GGUF(ifIn: path) else {
      throw PretrainedError(
        .doesNotFit("it is a file, and none of GGUF; else a folder is expected"), path: path)
    }
    let folder = File.folder(of: path) ?? "."
    let hasOther = File.exists(folder + "/tokenizer.json")
    var own: GGUFVocabulary?
    do throws(PretrainedError) {
      own = try GGUFVocabulary(file, path: path)
    } catch {
      guard case .unsupported = error.reason, hasOther else { throw error }
    }
    guard own != nil || hasOther else {
      throw PretrainedError(
        .missingFile("tokenizer in its metadata, and no tokenizer.json beside it"), path: path)
    }
    let model = try Llama(file, path: path)
    if let format { model.quantizeLinearLayers(as: format) }
    let tokenizer: Tokenizer
    if let own {
      do throws(TokenizerError) {
        tokenizer = try own.tokenizer()
      } catch { throw TokenizerError(error.reason, file: path, at: error.place) }
    } else {
      tokenizer = try Tokenizer(contentsOf: folder)
    }
    func token(_ key: String) -> Int32? {
      file[GGUFVocabulary.prefix + key]?.integer.flatMap { Int32(exactly: $0) }
    }
    self.init(
      model, try TextGenerator.promptTokenizer(tokenizer, for: model, path: path),
      endOfTextIDs: own?.endOfTextIDs ?? Set([token("eos_token_id")].compactMap { $0 }),
      beginningID: own?.beginningID ?? token("bos_token_id"), path: path)
  }
}
