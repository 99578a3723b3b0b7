import BackpropArrays
import BackpropAutodiff
import BackpropFiles
import Foundation
import BackpropImages
import BackpropTestSupport
import Testing
@testable import BackpropTraining
import BackpropWeightFiles

@Suite struct ClassifierTests {
  /// Reads a classifier of two inputs and three classes back from a file.
  private func classifier(metadata: [String: String]) throws -> Classifier {
    var state = StateDictionary()
    state.set("layers.0.weight", NDArray([Float(1), 0, 0, 1, 2, 1], shape: [3, 2]))
    state.metadata = metadata
    return try withTemporaryFolder { folder in
      let path = folder + "/model.safetensors"
      try state.write(to: path)
      return try Classifier(contentsOf: path)
    }
  }

  @Test func givesTheSoftmaxOfTheScores() throws {
    let classifier = try classifier(metadata: [:])
    let result = classifier.classify(GrayImage(width: 2, height: 1, pixels: [255, 51]))
    // The scores of the pixels (1, 0.2) are 1, 0.2 and 2.2.
    let powers = [1, 0.2, 2.2].map { exp($0) }
    for (found, power) in zip(result.probabilities, powers) {
      #expect(abs(found - power / powers.reduce(0, +)) < 1e-7)
    }
    #expect(result.prediction == 2)
    #expect(result.likeliest(2) == [2, 0])
    #expect(result.likeliest(10) == [2, 0, 1])
  }

  @Test func equallyLikelyClassesComeInTheirOrder() {
    #expect(Classification(probabilities: [0.25, 0.5, 0.25]).likeliest(3) == [1, 0, 2])
  }

  @Test func callsClassesWhatTheFileCallsThem() throws {
    #expect(try classifier(metadata: [:]).classNames == ["0", "1", "2"])
    let named = try classifier(metadata: ["classes": "a\nb\nc", "dataset": "letters"])
    #expect(named.classNames == ["a", "b", "c"])
    #expect(named.dataset == "letters")
    #expect(throws: WeightFileError.self) { _ = try classifier(metadata: ["classes": "a\nb"]) }
  }

  @Test func saysWhatDoesNotFit() throws {
    let classifier = try classifier(metadata: [:])
    #expect(throws: Never.self) { try classifier.require(inputs: 2, classes: 3) }
    let error = try #require(throws: WeightFileError.self) {
      try classifier.require(inputs: 784, classes: 10)
    }
    #expect(
      error.reason
        == .mismatch([
          "the network takes 2 numbers, and a picture has 784",
          "the network tells 3 classes apart, and the data set has 10",
        ]))
    #expect(error.file == classifier.file)
  }
}
