import BackpropText

/// What a folder says about how its model is to write: `generation_config.json`, and `config.json` for
/// what that does not say.
struct GenerationDefaults {
  /// The tokens that end a text.
  let endOfTextIDs: Set<Int32>
  /// The token that stands before a text.
  let beginningID: Int32?
  /// How the next token is drawn.
  let sampling: TokenSampling

  /// Looks into a folder.
  ///
  /// - Throws: `FileError` or `PretrainedError`.
  init(_ folder: ModelFolder) throws {
    let name = "generation_config.json"
    let own = folder.has(name) ? try ModelConfiguration(contentsOf: folder.file(name)) : nil
    let files = [own, folder.configuration].compactMap { $0 }
    let ids = 0...Int(Int32.max)
    endOfTextIDs = Set(
      try files.first { $0.has("eos_token_id") }?.integers("eos_token_id", in: ids).map {
        Int32($0)
      } ?? [])
    beginningID = try files.first { $0.has("bos_token_id") }?
      .integers("bos_token_id", in: ids).first.map { Int32($0) }
    // Recommended for drawing: without `do_sample` they are not used.
    guard let own, try own.flag("do_sample", default: false) else {
      sampling = TokenSampling()
      return
    }
    let topK = try own.integer("top_k", in: 0...Int(Int32.max), default: 50)
    let topP = try own.number("top_p", in: 0...1, default: 1)
    sampling = TokenSampling(
      temperature: try own.number("temperature", in: 0...1e6, default: 1),
      topK: topK == 0 ? nil : topK, topP: topP < 1 ? topP : nil,
      repetitionPenalty: try own.number("repetition_penalty", in: 1e-6...1e6, default: 1))
  }
}
