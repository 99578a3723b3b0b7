import BackpropArrays
import BackpropNeuralNetworks
import BackpropTestSupport
import Testing

@testable import BackpropFiles
@testable import BackpropWeightFiles

/// What a file says of sizes and positions is not trusted by what is made of it: an error, and never
/// the end of the program or of its memory.
@Suite struct UntrustedShapeTests {
  /// A file whose arrays have no elements, so that their sizes cost nothing.
  private func state(_ arrays: [(name: String, shape: [Int])]) -> StateDictionary {
    var state = StateDictionary()
    for (name, shape) in arrays { state.set(name, .zeros(Shape(shape))) }
    return state
  }

  private let absurd = 1 << 40

  @Test func perceptrons() {
    for arrays in [
      [("layers.0.weight", [0, absurd])], [("layers.0.weight", [absurd, 0])],
      [("layers.9999999999.bias", [0])], [("layers.9999.bias", [0])],
      [("layers.-1.weight", [1, 1])], [("layers.+1.weight", [1, 1])],
      [("W1", [784, 0])], [("W1", [0, 0]), ("b1", [0])], [("W9223372036854775807", [1, 1])],
      [("W-5", [1, 1])], [("W1", [1, 1]), ("W9999", [1, 1])],
      [("0.weight", [1, 1]), ("2.weight", [0, 1])], [("layers.0.weight", [])],
    ] as [[(String, [Int])]] {
      let error = #expect(throws: WeightFileError.self, "\(arrays)") {
        try MultilayerPerceptron(self.state(arrays))
      }
      #expect("\(error!)".count < 2000)
    }
  }

  @Test func convolutionalNetworks() {
    for shape in [
      [absurd, 0], [0, absurd], [absurd, 1, 0, 1], [0, absurd, 0, 0], [], [1 << 20, 1],
    ] {
      for name in ["conv1.weight", "fc.weight", "fc1.weight", "fc2.weight", "fc3.weight"] {
        let state = state([(name, shape)])
        #expect(throws: WeightFileError.self) { try LeNet(state) }
        #expect(throws: WeightFileError.self) { try SimpleConvNet(state) }
        #expect(throws: WeightFileError.self) { try DeepConvNet(state) }
        #expect(throws: WeightFileError.self) { try ResNet.resNet20(state) }
      }
    }
    // Each by itself possible, and together more than any memory.
    let large = state([
      ("conv1.weight", [1 << 20, 1, 1, 1]), ("fc1.weight", [1 << 20, 1]),
      ("fc2.weight", [1, 1 << 20]),
    ])
    #expect(throws: WeightFileError.self) { try SimpleConvNet(large) }
    #expect(throws: WeightFileError.self) { try DeepConvNet(large) }
  }

  @Test func modelsThatAreThere() {
    let model = Linear(weight: .zeros([2, 3]))
    for shape in [[absurd, 0], [0], [], [1, 1, 1, 1, 1, 1, 1, 0]] {
      #expect(throws: WeightFileError.self) { try model.load(self.state([("weight", shape)])) }
    }
  }

  @Test func shapesOfFiles() {
    for shape in [
      [0, 4_611_686_018_427_387_904], [4_611_686_018_427_387_904, 0], [.max, .max], [.max], [-1],
      [0, -1], [1 << 47], [1 << 24, 1 << 24, 0],
    ] {
      #expect(StoredArray.byteCount(.float32, shape) == nil, "\(shape)")
    }
    #expect(StoredArray.byteCount(.uint8, [1 << 47]) == 1 << 47)
    #expect(StoredArray.byteCount(.float32, []) == 4)
    #expect(StoredArray.byteCount(.float32, [3, 0, 5]) == 0)
    #expect(StoredArray.byteCount(.float32, [1, 1, 1, 1, 1, 1, 1, 2]) == 8)
    #expect(StoredArray.byteCount(.float32, [1, 1, 1, 1, 1, 1, 1, 1, 2]) == nil)
  }
}
