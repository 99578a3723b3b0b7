import Backprop
import BackpropFiles
import BackpropTestSupport
import Foundation
import Testing

@testable import BackpropBenchmarks

/// The networks and texts of the works about pretrained models are those that the peers measure.
@Suite struct PeerNetworksTests {
  /// Runs `check_ours.py` on a folder, and hands on the numbers that it writes.
  private func expected(_ form: String, _ folder: String) throws -> NDArray {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let script = root.appendingPathComponent("Benchmarks/peers/check_ours.py").path
    let result = try Python.run([script, form, folder])
    try #require(result.status == 0, "\(result.text)")
    return try StateDictionary(contentsOf: folder + "/expected.npy").entries[0].array
  }

  /// Random tokens, which the script finds too.
  private func tokens(_ vocabulary: Int, in folder: String) throws -> Tensor {
    var random = RandomSource(seed: 1)
    let numbers = (0..<24).map { _ in Int.random(in: 0..<vocabulary, using: &random) }
    let tokens = Tensor(numbers).reshaped(to: [2, 12] as Shape)
    try NPY.write(StoredArray(tokens.array), to: folder + "/tokens.npy")
    return tokens
  }

  private static let hasTransformers = Python.has("torch", "safetensors", "transformers")

  @Test func theEncoderIsTheirs() throws {
    guard Self.hasTransformers else {
      print("Skipped: Python with transformers is not there.")
      return
    }
    try withTemporaryFolder { folder in
      try EncoderFolder.write(to: folder)
      let tokens = try tokens(EncoderFolder.vocabulary, in: folder)
      let batch = TokenBatch(
        (0..<2).map { tokens[$0].array.scalars(as: Int64.self).map(Int32.init) })
      let vectors = try SentenceEncoder(contentsOf: folder).encode(batch).array
      #expect(
        mismatch(vectors, try expected("encoder", folder), relative: 1e-4, absolute: 1e-5) == nil)
    }
  }

  @Test(arguments: [Decode.Form.llama, .gpt2]) func theDecodersAreTheirs(form: Decode.Form) throws {
    guard Self.hasTransformers else {
      print("Skipped: Python with transformers is not there.")
      return
    }
    try withTemporaryFolder { folder in
      try Decode(form: form, format: nil).write(to: folder)
      let tokens = try tokens(Decode.vocabulary, in: folder)[..<1]
      try NPY.write(StoredArray(tokens.array.contiguous()), to: folder + "/tokens.npy")
      func scores(_ model: some LanguageModel) -> Tensor {
        withoutGradient { model(tokens, .inference)[.all, -1] }
      }
      let found = scores(try ModelFolder(folder).languageModel())
      #expect(
        mismatch(found.array, try expected(form.rawValue, folder), relative: 1e-4, absolute: 1e-4)
          == nil)
    }
  }

  @Test func theTokensAreTheirs() throws {
    let (lines, tokenizer) = (InventedLanguage.lines(500), try TokenizeTexts.tokenizer())
    let ids = tokenizer.ids(of: lines)
    let unknown = try #require(tokenizer.id(of: "[UNK]"))
    #expect(!ids.joined().contains(unknown))
    // Most words are one token, some are two.
    let words = lines.reduce(0) { $0 + $1.split(separator: " ").count }
    let bare = ids.reduce(0) { $0 + $1.count - 2 }
    #expect(bare > words && bare < words * 2)
    guard Python.has("tokenizers", "numpy") else {
      print("Skipped: Python with tokenizers is not there.")
      return
    }
    try withTemporaryFolder { folder in
      let expected = try expected("tokenizer", folder).scalars(as: Int32.self)
      let theirs = String(decoding: try File.read(folder + "/lines.txt"), as: UTF8.self)
      #expect(theirs == lines.joined(separator: "\n"))
      #expect(Array(ids.joined()) == expected)
    }
  }
}
