import BackpropArrays
import BackpropAutodiff
import BackpropText
import Testing

@Suite struct TokenSamplingTests {
  /// Scores whose softmax is 0.5, 0.2, 0.2, 0.1.
  private let scores = Tensor([0.5, 0.2, 0.2, 0.1], scalarType: .float64).log()

  private func isClose(_ a: [Double], _ b: [Double]) -> Bool {
    a.count == b.count && zip(a, b).allSatisfy { abs($0 - $1) < 1e-12 }
  }

  @Test func probabilitiesFollowTheSettings() {
    func probabilities(_ sampling: TokenSampling) -> [Double] { sampling.probabilities(of: scores) }
    #expect(isClose(probabilities(TokenSampling()), [0.5, 0.2, 0.2, 0.1]))
    // Squared, and again to the sum 1: 0.25, 0.04, 0.04, 0.01 of 0.34.
    #expect(
      isClose(probabilities(TokenSampling(temperature: 0.5)), [25, 4, 4, 1].map { $0 / 34 }))
    #expect(probabilities(.greedy) == [1, 0, 0, 0])
    // What equals the last that stays, stays too.
    #expect(isClose(probabilities(TokenSampling(topK: 1)), [1, 0, 0, 0]))
    #expect(isClose(probabilities(TokenSampling(topK: 2)), [5.0 / 9, 2.0 / 9, 2.0 / 9, 0]))
    #expect(isClose(probabilities(TokenSampling(topK: 9)), [0.5, 0.2, 0.2, 0.1]))
    // Of equals, the first is the likelier.
    #expect(isClose(probabilities(TokenSampling(topP: 0.6)), [5.0 / 7, 2.0 / 7, 0, 0]))
    #expect(isClose(probabilities(TokenSampling(topP: 0.75)), [5.0 / 9, 2.0 / 9, 2.0 / 9, 0]))
    #expect(probabilities(TokenSampling(topP: 0)) == [1, 0, 0, 0])
    #expect(isClose(probabilities(TokenSampling(topP: 1)), [0.5, 0.2, 0.2, 0.1]))
    // Of the three likeliest, of 0.9, which have 5/9, 2/9, 2/9.
    #expect(isClose(probabilities(TokenSampling(topK: 3, topP: 0.7)), [5.0 / 7, 2.0 / 7, 0, 0]))
  }

  /// Scores that are positive are divided, negative ones multiplied, once each; unknown tokens are
  /// passed over.
  @Test func whatWasThereBecomesLessLikely() {
    let scores = Tensor([2, -1, 1, 0], scalarType: .float64)
    let sampling = TokenSampling(repetitionPenalty: 2)
    #expect(
      isClose(
        sampling.probabilities(of: scores, after: [0, 1, 0, 9, -1]),
        TokenSampling().probabilities(of: Tensor([1, -2, 1, 0], scalarType: .float64))))
    var random = RandomSource(seed: 1)
    let greedy = TokenSampling(temperature: 0, repetitionPenalty: 3)
    #expect(greedy.draw(from: scores, after: [0], using: &random) == 2)
    #expect(greedy.draw(from: scores, using: &random) == 0)
  }

  /// The tokens that may be drawn are those of a plain sorting.
  @Test func theOrderIsThatOfSorting() {
    var random = RandomSource(seed: 8)
    for count in [1, 2, 7, 300] {
      for topK in [1, 2, 5, 300] {
        for topP in [0, 0.2, 0.9, 0.999, 1] {
          let scores = (0..<count).map { _ in 2 * random.normal() }
          let found = TokenSampling(topK: topK, topP: topP).probabilities(
            of: Tensor(scores, scalarType: .float64))
          let order = scores.indices.sorted { scores[$0] > scores[$1] }.prefix(topK)
          let all = TokenSampling().probabilities(of: Tensor(scores, scalarType: .float64))
          let whole = order.reduce(0) { $0 + all[$1] }
          var (kept, sum) = (Set<Int>(), 0.0)
          for index in order where kept.isEmpty || sum < topP * whole - 1e-12 {
            kept.insert(index)
            sum += all[index]
          }
          #expect(Set(found.indices.filter { found[$0] > 0 }) == kept, "\(count) \(topK) \(topP)")
          #expect(abs(found.reduce(0, +) - 1) < 1e-12)
        }
      }
    }
  }

  @Test func scoresThatAreNoNumbersEndNothing() {
    var random = RandomSource(seed: 2)
    for sampling in [TokenSampling(), TokenSampling(topK: 1, topP: 0.5), .greedy] {
      #expect(sampling.draw(from: Tensor([.nan, .nan] as [Float]), using: &random) < 2)
    }
  }

  @Test func greatScoresDoNotOverflow() {
    let sampling = TokenSampling(temperature: 0.01)
    #expect(isClose(sampling.probabilities(of: Tensor([1e30, 1e30, -1e30])), [0.5, 0.5, 0]))
    #expect(
      isClose(
        TokenSampling().probabilities(of: Tensor([-.infinity, 3, -.infinity])), [0, 1, 0]))
  }

  /// As often as the probabilities say, within five deviations.
  @Test func drawsAreFair() {
    var random = RandomSource(seed: 3)
    let count = 20_000
    var counts = [0, 0, 0, 0]
    for _ in 0..<count { counts[Int(TokenSampling().draw(from: scores, using: &random))] += 1 }
    for (found, probability) in zip(counts, [0.5, 0.2, 0.2, 0.1]) {
      let deviation = (probability * (1 - probability) * Double(count)).squareRoot()
      #expect(abs(Double(found) - probability * Double(count)) < 5 * deviation)
    }
  }

  @Test func whatMayNotBeDrawnIsNot() {
    var random = RandomSource(seed: 4)
    for sampling in [TokenSampling(topK: 1), TokenSampling(topP: 0.3), .greedy] {
      #expect((0..<100).allSatisfy { _ in sampling.draw(from: scores, using: &random) == 0 })
    }
    var (a, b) = (RandomSource(seed: 5), RandomSource(seed: 5))
    #expect(
      (0..<50).allSatisfy { _ in
        TokenSampling().draw(from: scores, using: &a)
          == TokenSampling().draw(from: scores, using: &b)
      })
  }
}
