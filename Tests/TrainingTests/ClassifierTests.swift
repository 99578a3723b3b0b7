import BackpropArrays
import BackpropAutodiff
import BackpropFiles
import Foundation
import BackpropImages
import BackpropNeuralNetworks
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

  /// Every kind of model, by what the file says or by what is asked for, gives the scores of the model
  /// that was saved.
  @Test(arguments: KnownModel.allCases) func readsEveryKindOfModel(_ kind: KnownModel) throws {
    var random = RandomSource(seed: 4)
    let model = kind.make(
      inputs: 784, hidden: [5], activation: .relu, classes: 10, using: &random)
    let pixels = (0..<784).map { UInt8($0 % 251) }
    let shape: Shape = kind.takesRows ? [784] : [1, 28, 28]
    let image = Tensor(NDArray(pixels.map { Float($0) / 255 }, shape: Shape([1] + shape)))
    let expected = model(image, .inference).softmax().doubles
    try withTemporaryFolder { folder in
      for metadata in [["model": kind.rawValue], [:]] {
        let path = folder + "/model.safetensors"
        try model.save(to: path, metadata: metadata)
        let classifier = try Classifier(
          contentsOf: path, kind: metadata.isEmpty ? kind : nil)
        #expect(classifier.exampleShape == shape)
        #expect(classifier.classNames.count == 10)
        #expect(throws: Never.self) { try classifier.require(inputs: 784, classes: 10) }
        let found = classifier.classify(GrayImage(width: 28, height: 28, pixels: pixels))
        for (x, y) in zip(found.probabilities, expected) { #expect(abs(x - y) < 1e-6) }
      }
      // Another kind than it is.
      let other = kind == .mlp ? KnownModel.leNet : .mlp
      #expect(throws: WeightFileError.self) {
        _ = try Classifier(contentsOf: folder + "/model.safetensors", kind: other)
      }
    }
  }

  @Test func takesAnyModel() throws {
    struct Doubling: Layer {
      func forward(_ input: Tensor, _ mode: Mode) -> Tensor { input * 2 }
    }
    let classifier = try Classifier(
      Doubling(), exampleShape: [2], metadata: ["classes": "dark\nlight"])
    #expect(classifier.classNames == ["dark", "light"])
    #expect(classifier.classify(GrayImage(width: 2, height: 1, pixels: [0, 255])).prediction == 1)
    #expect(classifier.file == nil)
    #expect(throws: ShapeError.self) { _ = try Classifier(Doubling(), exampleShape: [1, 2]) }
    #expect(throws: WeightFileError.self) {
      _ = try Classifier(Doubling(), exampleShape: [3], metadata: ["classes": "a\nb"])
    }
  }

  @Test func namesTheModelsThatAreKnown() throws {
    let error = try #require(throws: WeightFileError.self) {
      _ = try classifier(metadata: ["model": "transformer"])
    }
    #expect(
      error.description.contains(
        "unknown model 'transformer' in the metadata; known are mlp, lenet, simple-convnet, "
          + "deep-convnet"))
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
