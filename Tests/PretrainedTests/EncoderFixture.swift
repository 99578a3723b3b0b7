import BackpropArrays
import BackpropAutodiff
import BackpropNeuralNetworks
import BackpropTestSupport
import BackpropWeightFiles
import Foundation

@testable import BackpropPretrained

/// A folder that make_encoder_fixtures.py wrote: a small random model, texts, and what the library
/// `transformers` computes of them in float64.
struct EncoderFixture {
  let folder: ModelFolder
  let batch: TokenBatch
  let texts: [[Int32]]
  let types: [[Int32]]
  let hidden: NDArray
  let logits: NDArray?

  static let names = [
    "bert", "bert-classifier", "roberta-tokens", "xlm-roberta-shards", "distilbert-classifier",
  ]

  init(_ path: String) throws {
    folder = try ModelFolder(path)
    let expected = try StateDictionary(contentsOf: path + "/expected.safetensors")
    func numbers(_ name: String) -> [Int32] { expected[name]!.scalars() }
    var row = 0
    var (texts, types): ([[Int32]], [[Int32]]) = ([], [])
    for length in numbers("lengths").map(Int.init) {
      texts.append(Array(numbers("ids")[row..<row + length]))
      types.append(Array(numbers("types")[row..<row + length]))
      row += length
    }
    (self.texts, self.types) = (texts, types)
    batch = TokenBatch(texts, typeIDs: types)
    hidden = expected["hidden"]!
    logits = expected["logits"]
  }

  /// One of the committed ones.
  init(named name: String) throws { try self.init(Fixtures.path("encoders/" + name)) }

  /// What differs from the reference by more than 1e-4 of the largest number; `nil` if nothing does.
  func mismatch(of model: EncoderModel) -> String? {
    let (body, scores): (TextEncoder, Tensor?) = withoutGradient {
      switch model {
      case .encoder(let model): (model, nil)
      case .sequenceClassifier(let model): (model.body, model(batch, .inference))
      case .tokenClassifier(let model): (model.body, model(batch, .inference))
      case .maskedLanguageModel(let model): (model.body, model(batch, .inference))
      }
    }
    let vectors = withoutGradient { body(batch, .inference) }.array
    if let difference = Self.mismatch(vectors, hidden) { return "vectors: \(difference)" }
    let packed = Self.packedVectors(PackedEncoder(body), batch)
    if let difference = Self.mismatch(packed, hidden) { return "packed: \(difference)" }
    if (scores == nil) != (logits == nil) { return "there are scores on one side alone" }
    guard let scores, let logits else { return nil }
    if let difference = Self.mismatch(scores.array, logits) { return "scores: \(difference)" }
    return scores.argmax(axis: 1).array.scalars(as: Int64.self)
      == Tensor(logits).argmax(axis: 1).array.scalars(as: Int64.self) ? nil : "other classes"
  }

  private static func mismatch(_ actual: NDArray, _ expected: NDArray) -> String? {
    let largest = expected.doubles.reduce(0) { max($0, abs($1)) }
    return BackpropTestSupport.mismatch(
      actual, expected, relative: 0, absolute: 1e-4 * largest)
  }

  /// The vectors of all tokens by the packed weights.
  static func packedVectors(_ encoder: PackedEncoder, _ batch: TokenBatch) -> NDArray {
    let width = encoder.settings.width
    let result = NDArray(uninitialized: [batch.ids.count, width], .float32)
    let texts = PackedLengths(batch.lengths)
    nonisolated(unsafe) let out = result.numbers
    encoder.forEachPart(of: batch) { part, vectors in
      let rows = texts.starts[part.lowerBound]..<texts.starts[part.upperBound]
      (out + rows.lowerBound * width).update(from: vectors, count: rows.count * width)
    }
    return result
  }
}
