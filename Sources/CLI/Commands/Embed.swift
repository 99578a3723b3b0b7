import ArgumentParser
import Backprop
import BackpropFiles

/// `backprop embed`
struct Embed: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Turn texts into vectors with a sentence encoder.",
    discussion: """
      Each line of the file, or each row of a column of a table, becomes a vector: texts that mean \
      alike get vectors that point alike. An .npy file holds them as a matrix of float32, a row for \
      each text; a .jsonl file has a line {"text":…,"embedding":[…]} for each, and so has the \
      standard output without --output.

      EXAMPLES:
        backprop embed --model all-MiniLM-L6-v2 sentences.txt --output vectors.npy
        backprop embed --model all-MiniLM-L6-v2 reviews.csv --column text --output reviews.jsonl
        backprop embed --model all-MiniLM-L6-v2 --quantize int8 sentences.txt --output vectors.npy
        echo "A bird sings." | backprop embed --model all-MiniLM-L6-v2 -
      """)

  @OptionGroup var model: ModelFolderOption
  @OptionGroup var source: TextSourceOptions
  @Option(
    help: ArgumentHelp(
      "The file for the vectors, .npy or .jsonl. (default: lines of JSON on standard output)",
      valueName: "FILE"))
  var output: String?
  @OptionGroup var encoding: EncodingOptions

  func validate() throws {
    if let output, !["npy", "jsonl"].contains(File.nameEnding(of: output).lowercased()) {
      throw ValidationError(
        "the option --output is '\(output)', expected a name that ends in .npy or .jsonl")
    }
  }

  func run() throws {
    encoding.threads.apply()
    if let output { try File.requirePlace(forFile: output) }
    let encoder = try SentenceEncoder(
      contentsOf: model.model, quantizedAs: encoding.quantization.format)
    let texts = try source.texts()
    switch output.map({ File.nameEnding(of: $0).lowercased() }) {
    case "npy":
      var parts: [Tensor] = []
      try encoding.encode(texts, with: encoder) { vectors, _ in parts.append(vectors) }
      let all = parts.isEmpty ? .zeros([0, encoder.width]) : Tensor.concatenate(parts, axis: 0)
      try NPY.write(StoredArray(all.array), to: output!)
    case .some:
      try AtomicFile.write(to: output!) { file in
        try writeLines(texts, encoder) { try file.write(Array($0.utf8)) }
      }
    case nil: try writeLines(texts, encoder) { StandardOutput.put($0) }
    }
  }

  /// Hands on a line of JSON for each text, some at a time.
  private func writeLines(
    _ texts: [String], _ encoder: SentenceEncoder, _ write: (String) throws -> Void
  ) throws {
    try encoding.encode(texts, with: encoder) { vectors, texts in
      let numbers = vectors.scalars(as: Float.self)
      for (row, text) in texts.enumerated() {
        // The shortest digits that give the same `Float` back.
        let vector = numbers[row * encoder.width..<(row + 1) * encoder.width]
          .map { $0.isFinite ? "\($0)" : "null" }.joined(separator: ",")
        try write("{\"text\":\(jsonQuoted(text)),\"embedding\":[\(vector)]}\n")
      }
    }
  }
}
