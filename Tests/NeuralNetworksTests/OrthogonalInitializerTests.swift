import BackpropArrays
import BackpropAutodiff
import BackpropNeuralNetworks
import Testing

@Suite struct OrthogonalInitializerTests {
  private func draw(_ shape: Shape, gain: Double = 1, _ type: ScalarType = .float64) -> Tensor {
    var random = RandomSource(seed: 12)
    return Tensor(
      Initializer.orthogonal(gain: gain).array(
        shape, fanIn: 1, fanOut: 1, scalarType: type, using: &random))
  }

  private static let shapes: [Shape] = [
    [1, 1], [5, 8], [8, 5], [1, 9], [32, 32], [33, 70], [100, 64], [16, 3, 2, 2], [2, 3, 3],
  ]

  @Test func theShorterSideIsOrthonormal() {
    for (type, tolerance) in [(ScalarType.float64, 3e-15), (.float32, 3e-7)] {
      for shape in Self.shapes {
        let array = draw(shape, gain: 2, type)
        #expect(array.shape == shape && array.scalarType == type)
        let matrix = array.cast(to: .float64).flattened(from: 1)
        let isWide = matrix.shape[0] <= matrix.shape[1]
        let products =
          isWide
          ? matrix.matmul(matrix, transposingOther: true)
          : matrix.matmul(matrix, transposingSelf: true)
        let count = min(matrix.shape[0], matrix.shape[1])
        let unit = Tensor(NDArray.identity(count, scalarType: .float64))
        #expect((products / 4 - unit).abs().max().item <= tolerance, "\(shape), \(type)")
      }
    }
  }

  /// It is the Q of the QR decomposition, with a positive diagonal of R, of the numbers drawn, as in
  /// PyTorch: those numbers are L Q, where L is lower triangular.
  @Test func itIsAQRDecompositionOfNormalNumbers() {
    for shape in Self.shapes where shape.rank == 2 {
      var random = RandomSource(seed: 12)
      let drawn = Tensor(NDArray.normal(shape, scalarType: .float64, using: &random))
      let isWide = shape[0] <= shape[1]
      let (a, q) = isWide ? (drawn, draw(shape)) : (drawn.transposed(), draw(shape).transposed())
      let l = a.matmul(q, transposingOther: true)
      let count = l.shape[0]
      let numbers = l.doubles
      for i in 0..<count {
        #expect(numbers[i * count + i] > 0)
        for j in i + 1..<max(count, i + 1) {
          #expect(abs(numbers[i * count + j]) < 1e-13, "\(shape) \(i) \(j)")
        }
      }
      #expect((l.matmul(q) - a).abs().max().item < 1e-13, "\(shape)")
    }
  }

  /// As a weight of a layer, it keeps lengths where the output is at least as wide.
  @Test func aLayerKeepsLengths() {
    var random = RandomSource(seed: 1)
    let layer = Linear(
      20, 30, hasBias: false, initializer: .orthogonal(), scalarType: .float64, using: &random)
    let x = Tensor(NDArray.normal([5, 20], scalarType: .float64, using: &random))
    let (before, after) = (x.squared().sum(axis: 1), layer(x, .inference).squared().sum(axis: 1))
    #expect((before - after).abs().max().item < 1e-12)
  }

  @Test func noWeightsForNoInputs() {
    #expect(draw([0, 3]).count == 0 && draw([3, 0]).count == 0)
  }

  @Test func aVectorTraps() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      var random = RandomSource(seed: 1)
      _ = Initializer.orthogonal().array([3], fanIn: 1, fanOut: 3, using: &random)
    }
    let said = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(said.contains("start a bias as zeros"), "\(said)")
  }

  /// The numbers of `torch.nn.init.calculate_gain`.
  @Test func gainsArePyTorchs() {
    let gains: [(Activation, Double)] = [
      (.identity, 1), (.sigmoid, 1), (.tanh, 1.666_666_666_666_666_7),
      (.relu, 1.414_213_562_373_095_1),
    ]
    for (activation, gain) in gains { #expect(Initializer.gain(for: activation) == gain) }
    #expect(Initializer.gain(forLeakyReLU: 0.2) == 1.386_750_490_563_072_8)
    #expect(Initializer.gain(forLeakyReLU: 0.01) == 1.414_142_856_997_835_4)
    #expect(Initializer.gainForSELU == 0.75)
  }
}
