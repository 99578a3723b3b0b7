import BackpropArrays
import BackpropFiles
import BackpropNeuralNetworks
import BackpropWeightFiles

extension TextGenerator {
  /// The model of a GGUF file, and the tokenizer that lies in its folder.
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
    guard File.exists(folder + "/tokenizer.json") else {
      throw PretrainedError(
        .missingFile("tokenizer.json beside it, and the words in a GGUF file are not read"),
        path: path)
    }
    let model = try Llama(file, path: path)
    if let format { model.quantizeLinearLayers(as: format) }
    let tokenizer = try TextGenerator.promptTokenizer(in: folder, for: model, path: path)
    func token(_ key: String) -> Int32? {
      file[key]?.integer.flatMap { Int32(exactly: $0) }
    }
    self.init(
      model, tokenizer,
      endOfTextIDs: Set([token("tokenizer.ggml.eos_token_id")].compactMap { $0 }),
      beginningID: token("tokenizer.ggml.bos_token_id"), path: path)
  }
}
