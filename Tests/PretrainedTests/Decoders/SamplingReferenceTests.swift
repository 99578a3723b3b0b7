import BackpropArrays
import BackpropAutodiff
import BackpropTestSupport
import BackpropText
import Foundation
import Testing

/// The probabilities of tokens are those of `transformers`, where a Python has it.
@Suite(.enabled(if: Python.has("torch", "transformers"), "needs a Python with transformers"))
struct SamplingReferenceTests {
  private struct Case: Decodable {
    let scores: [Double]
    let earlier: [Int32]
    let temperature: Double
    let topK: Int?
    let topP: Double?
    let penalty: Double
    let probabilities: [Double]
  }

  @Test func probabilitiesAreThoseOfTheReference() throws {
    try withTemporaryFolder { folder in
      let (status, text) = try Python.run([
        "-c",
        """
        import json, sys, torch
        from transformers import (LogitsProcessorList, RepetitionPenaltyLogitsProcessor,
            TemperatureLogitsWarper, TopKLogitsWarper, TopPLogitsWarper)
        generator, cases = torch.Generator().manual_seed(3), []
        def draw(*values):
            return values[torch.randint(len(values), (), generator=generator)]
        for _ in range(400):
            scores = 3 * torch.randn((1, draw(1, 5, 60, 500)), generator=generator)
            if draw(0, 1):
                scores = scores.round()
            earlier = torch.randint(scores.shape[1], (1, draw(1, 3, 30)), generator=generator)
            penalty, temperature = draw(1.0, 1.3, 0.8), draw(1.0, 0.5, 1.7)
            top_k, top_p = draw(None, 1, 3, 50), draw(None, 0.1, 0.5, 0.93)
            if torch.equal(scores, scores.round()):
                top_p = None  # Which of equals stays is not said.
            chain = LogitsProcessorList([RepetitionPenaltyLogitsProcessor(penalty), TemperatureLogitsWarper(temperature)])
            if top_k: chain.append(TopKLogitsWarper(top_k))
            if top_p: chain.append(TopPLogitsWarper(top_p))
            found = chain(earlier, scores.clone()).softmax(-1)
            cases.append({"scores": scores[0].tolist(), "earlier": earlier[0].tolist(),
                "temperature": temperature, "topK": top_k, "topP": top_p, "penalty": penalty,
                "probabilities": found[0].tolist()})
        json.dump(cases, open(sys.argv[1] + "/cases.json", "w"))
        """, folder,
      ])
      try #require(status == 0, "\(text)")
      let cases = try JSONDecoder().decode(
        [Case].self, from: Data(contentsOf: URL(fileURLWithPath: folder + "/cases.json")))
      #expect(cases.count == 400)
      for (index, item) in cases.enumerated() {
        let sampling = TokenSampling(
          temperature: item.temperature, topK: item.topK, topP: item.topP,
          repetitionPenalty: item.penalty)
        let found = sampling.probabilities(of: Tensor(item.scores), after: item.earlier)
        let error = zip(found, item.probabilities).map { abs($0 - $1) }.max() ?? 1
        #expect(error < 1e-5, "case \(index)")
        #expect(
          zip(found, item.probabilities).allSatisfy { ($0 == 0) == ($1 == 0) }, "case \(index)")
      }
    }
  }
}
