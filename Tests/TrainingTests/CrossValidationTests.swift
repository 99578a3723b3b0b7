import BackpropArrays
import BackpropAutodiff
import BackpropData
import BackpropNeuralNetworks
import BackpropOptimizers
import BackpropTraining
import Testing

@Suite struct CrossValidationTests {
  @Test func eachExampleIsJudgedOnceAndEachFoldHasASeed() {
    let data = ListDataset(Array(0..<23))
    var (judged, seeds): ([Int], [UInt64]) = ([], [])
    let result = crossValidate(data, folds: 4, seed: 7) { fold in
      judged += fold.validation.batch(Array(0..<fold.validation.count))
      seeds.append(fold.seed)
      #expect(fold.number == seeds.count - 1)
      #expect(fold.train.count + fold.validation.count == 23)
      return ["count": Double(fold.validation.count)]
    }
    #expect(judged.sorted() == Array(0..<23))
    #expect(Set(seeds).count == 4)
    #expect(result.folds.count == 4 && result.mean(of: "count") == 23.0 / 4)
    var again: [UInt64] = []
    _ = crossValidate(data, folds: 4, seed: 7) {
      again.append($0.seed)
      return [:]
    }
    #expect(again == seeds)
    // Fewer folds begin with the same seeds; another seed has others.
    var others: [UInt64] = []
    _ = crossValidate(data, folds: 2, seed: 8) {
      others.append($0.seed)
      return [:]
    }
    #expect(Set(others).isDisjoint(with: seeds))
  }

  @Test func meanAndStandardDeviation() {
    let result = CrossValidation(
      folds: [["a": 1, "b": 5], ["a": 2, "b": 5], ["a": 4, "c": 1]])
    #expect(result.metrics == ["a"])
    #expect(abs(result.mean(of: "a") - 7.0 / 3) < 1e-15)
    // Squares of the distances: 16/9 + 1/9 + 25/9.
    #expect(abs(result.standardDeviation(of: "a") - (42.0 / 18).squareRoot()) < 1e-15)
    #expect(result.mean(of: "b").isNaN)
    let expected = """
      fold                     a
      1                   1.0000
      2                   2.0000
      3                   4.0000
      mean                2.3333
      standard deviation  1.5275
      """
    #expect("\(result)" == expected)
  }

  /// A whole one: classes that a network learns are told apart by each fold's.
  @Test func trainsOnceForEachFold() throws {
    let digits = Digits.draw(.test, count: 200)
    let result = try crossValidate(digits, folds: 3, stratifiedBy: digits.classes) { fold in
      var random = RandomSource(seed: fold.seed)
      let model = MultilayerPerceptron([784, 20, 10], using: &random)
      let loop = TrainingLoop(
        model, Adam(for: model, learningRate: 0.01), fold.train, batchSize: 20, seed: fold.seed
      ) { crossEntropy(logits: model($0.images, $1), targets: $0.labels) }
      try loop.run(epochs: 6)
      return ["accuracy": accuracy(of: model, on: fold.validation)]
    }
    #expect(result.folds.allSatisfy { $0["accuracy"]! > 0.5 }, "\(result)")
    #expect(Set(result.folds.map { $0["accuracy"]! }).count > 1)
  }
}
