import BackpropArrays
import BackpropAutodiff
import BackpropNeuralNetworks

/// The parameters and gradients of Tests/Fixtures/make_optimizer_fixtures.py, number for number. All
/// are exact in float32.
struct GivenNumbers {
  private static let shapes: [Shape] = [[3, 4], [5]]
  let scalarType: ScalarType

  init(_ scalarType: ScalarType) { self.scalarType = scalarType }

  /// What the parameters start as.
  var start: [NDArray] { arrays(0) }

  func model() -> Parameters { Parameters(all: start.map { Parameter($0) }) }

  /// What step `step` (from 1 on) finds. The second parameter has none in the third.
  func gradients(of model: Parameters, step: Int) -> Gradients {
    zip(model.all, arrays(step)).prefix(step == 3 ? 1 : 2).map {
      ($0.tensor * Tensor($1)).sum()
    }.reduce(Tensor(0, scalarType: scalarType), +).backward()
  }

  /// The start, which is step 0, or the numbers of a step.
  func arrays(_ step: Int) -> [NDArray] {
    var first = 0
    return Self.shapes.map { shape in
      defer { first += shape.elementCount }
      let values = (0..<shape.elementCount).map { index in
        // Of three sizes, and with a mean that is not 0.
        (Self.number(UInt32(step), UInt32(first + index)) + 0.25) * [0.5, 1, 2][index % 3]
      }
      return NDArray(values, shape: shape, scalarType: scalarType)
    }
  }

  /// A number from -1 to 1 with 20 bits, mixed from its two keys.
  static func number(_ step: UInt32, _ index: UInt32) -> Double {
    var x = step &* 0x9E37_79B9 &+ index &* 0x85EB_CA6B &+ 1
    x ^= x >> 16
    x = x &* 0x7FEB_352D
    x ^= x >> 15
    x = x &* 0x846C_A68B
    x ^= x >> 16
    return Double(x >> 12) / 0x1p19 - 1
  }
}
