import Backprop

/// Tokens of texts to sentence vectors, by a network of MiniLM's form.
struct EncodeTexts: BenchmarkWork {
  let texts: Int
  let tokens: Int
  let format: QuantizedFormat?

  static let usual: [EncodeTexts] = [nil, .eightBit].flatMap { format in
    [(1, 16), (1, 128), (32, 16)].map { texts, tokens in
      EncodeTexts(texts: texts, tokens: tokens, format: format)
    }
  }

  var name: String { "encoder-\(texts)x\(tokens)\(format == nil ? "" : "-int8")" }

  var summary: String {
    "sentence vectors of \(texts == 1 ? "one text" : "\(texts) texts") of \(tokens) tokens by "
      + "MiniLM's form" + (format == nil ? "" : ", weights of 8 bits") + "; median time"
  }

  func measure() throws -> Measurement {
    let encoder = try TemporaryFolder.with { folder in
      try EncoderFolder.write(to: folder)
      return try SentenceEncoder(contentsOf: folder, quantizedAs: format)
    }
    var random = RandomSource(seed: 0)
    let batch = TokenBatch(
      (0..<texts).map { _ in
        (0..<tokens).map { _ in
          Int32.random(in: 0..<Int32(EncoderFolder.vocabulary), using: &random)
        }
      })
    let seconds = try Stopwatch().secondsPerCall { _ = try encoder.encode(batch) }
    return measurement("us", seconds.map { $0 * 1e6 })
  }
}
