import BackpropArrays
import BackpropAutodiff
import BackpropTestSupport

/// What PyTorch computes: the cases that Tests/Fixtures/make_convolution_fixtures.py writes.
struct WindowCase: Decodable, CustomStringConvertible {
  /// The operation.
  let op: String
  let seed: UInt32
  let axes: Int
  let inputs: [[Int]]
  let shape: [Int]
  /// Of the result and the gradient by each input: sum, dot product, and three elements.
  let results: [[Double]]
  // What the operation is set to.
  let stride: Numbers?
  let padding: Zeros?
  let dilation: Numbers?
  let groups: Int?
  let outputPadding: Numbers?
  let kernel: Numbers?
  let ceilMode: Bool?
  let countIncludePad: Bool?
  let to: Numbers?
  let factor: Factors?
  let mode: String?

  /// A whole number for all axes, or one each.
  struct Numbers: Decodable, CustomStringConvertible {
    let perAxis: PerAxis
    var description: String { perAxis.description }
    var single: Int { perAxis.expanded(to: 1)![0] }

    init(from decoder: any Decoder) throws {
      let value = try decoder.singleValueContainer()
      perAxis = try (try? PerAxis(value.decode(Int.self))) ?? PerAxis(value.decode([Int].self))
    }
  }

  /// A padding.
  struct Zeros: Decodable, CustomStringConvertible {
    let padding: Padding
    var description: String { padding.description }
    /// As pooling takes it.
    var perAxis: PerAxis {
      if case .each(let numbers) = padding { numbers } else { fatalError("\(padding)") }
    }

    private struct Edges: Decodable { let before, after: Numbers }

    init(from decoder: any Decoder) throws {
      let value = try decoder.singleValueContainer()
      if (try? value.decode(String.self)) == "same" {
        padding = .same
      } else if let edges = try? value.decode(Edges.self) {
        padding = .edges(before: edges.before.perAxis, after: edges.after.perAxis)
      } else {
        padding = .each(try value.decode(Numbers.self).perAxis)
      }
    }
  }

  /// A factor for all axes, or one each.
  struct Factors: Decodable, CustomStringConvertible {
    let factors: [Double]
    var description: String { "\(factors)" }

    init(from decoder: any Decoder) throws {
      let value = try decoder.singleValueContainer()
      factors = try (try? [value.decode(Double.self)]) ?? value.decode([Double].self)
    }
  }

  var description: String {
    let options: [(String, Any?)] = [
      ("kernel", kernel), ("stride", stride), ("padding", padding), ("dilation", dilation),
      ("groups", groups), ("outputPadding", outputPadding), ("ceilMode", ceilMode),
      ("countIncludePad", countIncludePad), ("to", to), ("factor", factor), ("mode", mode),
    ]
    let set = options.compactMap { name, value in value.map { "\(name) \($0)" } }
    return "\(op)\(axes)D of \(inputs), \(set.joined(separator: ", "))"
  }

  /// Read anew each time, and not held for good: an enum keeps its case in bits of its arrays'
  /// addresses, so that the leak checker would not find those that a global holds.
  static var all: Result<[WindowCase], any Error> {
    Result { try Fixtures.decode([WindowCase].self, from: "convolutions.json") }
  }

  /// The cases of these operations.
  static func all(of operations: String...) throws -> [WindowCase] {
    let cases = try all.get().filter { operations.contains($0.op) }
    guard !cases.isEmpty else { throw FixtureError("there are no cases of \(operations)") }
    return cases
  }

  /// The operation on tensors.
  func callAsFunction(_ x: [Tensor]) -> Tensor {
    switch (op, axes) {
    case ("conv", 1):
      x[0].conv1D(
        x[1], x.count == 3 ? x[2] : nil, stride: stride!.single, padding: padding!.padding,
        dilation: dilation!.single, groups: groups!)
    case ("conv", _):
      x[0].conv2D(
        x[1], x.count == 3 ? x[2] : nil, stride: stride!.perAxis, padding: padding!.padding,
        dilation: dilation!.perAxis, groups: groups!)
    case ("convTranspose", 1):
      x[0].convTranspose1D(
        x[1], x[2], stride: stride!.single, padding: padding!.padding,
        outputPadding: outputPadding!.single, dilation: dilation!.single, groups: groups!)
    case ("convTranspose", _):
      x[0].convTranspose2D(
        x[1], x[2], stride: stride!.perAxis, padding: padding!.padding,
        outputPadding: outputPadding!.perAxis, dilation: dilation!.perAxis, groups: groups!)
    case ("maxPool", 1):
      x[0].maxPool1D(
        kernel!.single, stride: stride?.single, padding: padding!.perAxis.expanded(to: 1)![0],
        dilation: dilation!.single, ceilMode: ceilMode!)
    case ("maxPool", _):
      x[0].maxPool2D(
        kernel!.perAxis, stride: stride?.perAxis, padding: padding!.perAxis,
        dilation: dilation!.perAxis, ceilMode: ceilMode!)
    case ("averagePool", 1):
      x[0].averagePool1D(
        kernel!.single, stride: stride?.single, padding: padding!.perAxis.expanded(to: 1)![0],
        ceilMode: ceilMode!, countIncludePad: countIncludePad!)
    case ("averagePool", _):
      x[0].averagePool2D(
        kernel!.perAxis, stride: stride?.perAxis, padding: padding!.perAxis, ceilMode: ceilMode!,
        countIncludePad: countIncludePad!)
    case ("adaptiveMaxPool", 1): x[0].adaptiveMaxPool1D(to: to!.single)
    case ("adaptiveMaxPool", _): x[0].adaptiveMaxPool2D(to: to!.perAxis)
    case ("adaptiveAveragePool", 1): x[0].adaptiveAveragePool1D(to: to!.single)
    case ("adaptiveAveragePool", _): x[0].adaptiveAveragePool2D(to: to!.perAxis)
    case ("interpolate", _):
      to.map { x[0].interpolated(to: $0.perAxis, mode: interpolation) }
        ?? x[0].interpolated(by: factor!.factors, mode: interpolation)
    default: fatalError("there is no operation \(op)")
    }
  }

  private var interpolation: InterpolationMode {
    mode == "nearest" ? .nearest : .linear(alignCorners: mode == "alignCorners")
  }

  /// The numbers that the case draws.
  struct Draws {
    /// The inputs.
    let inputs: [NDArray]
    /// The gradient with respect to the result.
    let cotangent: NDArray
    fileprivate var random: NumPyRandom
  }

  /// Draws what PyTorch was given, in double precision.
  func draw() -> Draws {
    var random = NumPyRandom(seed: seed)
    func draw(_ shape: [Int]) -> NDArray {
      NDArray(
        random.randn(shape.reduce(1, *)), shape: Shape(shape), scalarType: .float64)
    }
    let inputs = inputs.map { draw($0) }
    let cotangent = draw(shape)
    return Draws(inputs: inputs, cotangent: cotangent, random: random)
  }

  /// How many numbers the inputs have.
  var size: Int { inputs.reduce(0) { $0 + $1.reduce(1, *) } }

  /// The largest error of the result and of the gradients in numbers of `scalarType`: of elements
  /// relative to their size or the mean one, where these are greater than 1; of sums relative to the
  /// sum of all sizes.
  func error(_ scalarType: ScalarType) -> Double {
    var draws = draw()
    let inputs = draws.inputs.map { Tensor($0.cast(to: scalarType)).requiringGradient() }
    let result = self(inputs)
    guard result.shape == Shape(shape), result.scalarType == scalarType else { return .infinity }
    let value = result.detached
    let gradients = result.backward(from: Tensor(draws.cotangent.cast(to: scalarType)))
    var worst = 0.0
    for (found, expected) in zip([value] + inputs.map { gradients[$0] }, results) {
      let elements = found.doubles
      let weights = draws.random.randn(elements.count)
      let products = zip(elements, weights).map(*)
      let size = max(1, elements.reduce(0) { $0 + abs($1) })
      let places = [0, elements.count / 2, elements.count - 1]
      var errors = zip(places, expected[2...]).map { place, element in
        abs(elements[place] - element) / max(1, abs(element), size / Double(elements.count))
      }
      errors.append(abs(elements.reduce(0, +) - expected[0]) / size)
      errors.append(abs(products.reduce(0, +) - expected[1]) / size)
      for error in errors where !(error <= worst) { worst = error }
    }
    return worst
  }
}
