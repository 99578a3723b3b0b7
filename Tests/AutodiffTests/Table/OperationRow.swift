import BackpropArrays
import BackpropAutodiff

/// One operation: what its line in docs/operations.md says, and what its checks are made of.
struct OperationRow: Sendable {
  /// Under which heading of the page it stands.
  enum Section: String, CaseIterable, Sendable {
    case arithmetic = "Arithmetic and functions"
    case activations = "Activations"
    case comparison = "Comparison, flags and bits"
    case reduction = "Reductions"
    case cumulative = "Cumulative reductions"
    case sorting = "Sorting and searching"
    case movement = "Movement"
    case indexing = "Indexing"
    case products = "Products"
    case convolution = "Convolution, pooling and resizing"
    case losses = "Losses"
  }

  /// How far a value may lie from the reference in float64.
  enum Accuracy: Sendable {
    /// Not at all: nothing is rounded.
    case exact
    /// Units in the last place of the result's type: ½ where it is the number nearest to the true one.
    case ulps(Double)
    /// Sums: 4 ε √n Σ|tᵢ| for n terms tᵢ, and no less than that many ε of a number.
    ///
    /// Where a function is no plain sum, its terms are those by which rounding errors of its inputs
    /// reach the result, xᵢ ∂y/∂xᵢ, and the result itself.
    case sums(atLeast: Double)

    static let sums = Accuracy.sums(atLeast: 0)
  }

  /// The name of its type, or of the function that is made of others, as in ``OperationSamples``.
  let name: String
  let section: Section
  /// How it is called: `x.exp()`; `nil` for what only gradients are made of.
  let call: String?
  let formula: String
  /// The shape of the result, in words.
  let shapes: String
  /// What NumPy and PyTorch call it; `nil` where they have nothing of the kind.
  let numpy: String?
  let pytorch: String?
  let accuracy: Accuracy
  let cases: [OperationCase]
  /// Suites of its own, beside the cases here.
  let suites: [String]

  init(
    _ name: String, _ section: Section, _ call: String?, _ formula: String, shapes: String,
    numpy: String? = nil, pytorch: String? = nil, accuracy: Accuracy, suites: [String] = [],
    _ cases: [OperationCase]
  ) {
    self.name = name
    self.section = section
    self.call = call
    self.formula = formula
    self.shapes = shapes
    self.numpy = numpy
    self.pytorch = pytorch
    self.accuracy = accuracy
    self.suites = suites
    self.cases = cases
  }

  /// Whether a gradient flows through it, as ``OperationSamples`` has it.
  var isDifferentiable: Bool { OperationSamples.constants[name] == nil }
}

/// One call of an operation, which PyTorch answers too.
struct OperationCase: Sendable {
  /// `a row to each row`.
  let label: String
  let inputs: [CaseInput]
  /// The same in Python, of tensors `a`, `b`, `c` and `d`.
  let python: String
  let function: @Sendable ([Tensor]) -> Tensor

  init(
    _ label: String, _ inputs: [CaseInput], _ python: String,
    _ function: @escaping @Sendable ([Tensor]) -> Tensor
  ) {
    self.label = label
    self.inputs = inputs
    self.python = python
    self.function = function
  }
}

/// An input of a case: its shape, and from where its numbers are drawn.
struct CaseInput: Sendable {
  enum Kind: Sendable {
    /// Evenly between two bounds, and numbers of `float32`, so that both types compute with the same.
    case numbers(Double, Double)
    /// Whole numbers from the first to the second bound, in a floating-point type: equal ones occur.
    case steps(Int, Int)
    /// Whole numbers of type `int64`: labels and positions.
    case positions(Int, Int)
    /// The same, where the operation takes other whole types too.
    case bits(Int, Int)
    /// True or false.
    case flags
  }

  let shape: Shape
  let kind: Kind
  /// Whether all positions along the first axis hold the same: then it can lie in memory with a
  /// stride of 0.
  var isRepeated = false

  static func numbers(
    _ shape: Shape, _ low: Double = -2, _ high: Double = 2, isRepeated: Bool = false
  ) -> CaseInput {
    CaseInput(shape: shape, kind: .numbers(low, high), isRepeated: isRepeated)
  }
  static func positives(_ shape: Shape) -> CaseInput { .numbers(shape, 0.25, 3) }
  static func steps(_ shape: Shape, _ low: Int = -3, _ high: Int = 3) -> CaseInput {
    CaseInput(shape: shape, kind: .steps(low, high))
  }
  static func positions(_ shape: Shape, below count: Int, from low: Int = 0) -> CaseInput {
    CaseInput(shape: shape, kind: .positions(low, count - 1))
  }
  static func bits(_ shape: Shape, _ low: Int = 0, _ high: Int = 60) -> CaseInput {
    CaseInput(shape: shape, kind: .bits(low, high))
  }
  static func flags(_ shape: Shape) -> CaseInput { CaseInput(shape: shape, kind: .flags) }

  /// Whether its type may be chosen.
  var isNumeric: Bool {
    switch kind {
    case .numbers, .steps: true
    case .positions, .bits, .flags: false
    }
  }

  /// How a generator in Python makes it.
  var text: String {
    let draw =
      switch kind {
      case .numbers(let low, let high): "numbers \(low) \(high)"
      case .steps(let low, let high): "steps \(low) \(high)"
      case .positions(let low, let high): "positions \(low) \(high)"
      case .bits(let low, let high): "bits \(low) \(high)"
      case .flags: "flags 0 1"
      }
    return
      "\(shape.map(String.init).joined(separator: ",")) \(draw)\(isRepeated ? " repeated" : "")"
  }

  /// The numbers, from a seed that `name` is hashed to.
  func array(seededBy name: String, _ type: ScalarType) -> NDArray {
    var random = NumPyRandom(seed: fnv1a(name))
    let drawn = isRepeated ? Shape([1] + shape.dropFirst()) : shape
    let uniform = random.random(drawn.elementCount)
    func whole(_ low: Int, _ high: Int) -> [Double] {
      uniform.map { (Double(low) + $0 * Double(high - low + 1)).rounded(.down) }
    }
    let (values, type): ([Double], ScalarType) =
      switch kind {
      case .numbers(let low, let high):
        (uniform.map { Double(Float(low + (high - low) * $0)) }, type)
      case .steps(let low, let high): (whole(low, high), type)
      case .positions(let low, let high), .bits(let low, let high): (whole(low, high), .int64)
      case .flags: (whole(0, 1), .bool)
      }
    let array = NDArray(values, shape: drawn, scalarType: .float64).cast(to: type)
    return isRepeated ? array.broadcast(to: shape).copy() : array
  }
}

/// The hash of Fowler, Noll and Vo in 32 bits, which is a few lines in any language.
func fnv1a(_ text: String) -> UInt32 {
  text.utf8.reduce(2_166_136_261) { ($0 ^ UInt32($1)) &* 16_777_619 }
}

// MARK: - Rows of one kind

extension OperationRow {
  /// The shapes on which every element-wise operation is checked: a number, nothing, one, an odd
  /// length longer than a vector register, a matrix, five axes, and one that repeats.
  static let shapes: [(label: String, shape: Shape, isRepeated: Bool)] = [
    ("a number", [], false), ("none", [2, 0, 3], false), ("one", [1], false), ("odd", [17], false),
    ("matrix", [3, 5], false), ("five axes", [2, 1, 3, 2, 2], false), ("repeated", [4, 5], true),
  ]

  /// Pairs of shapes that broadcast.
  static let pairs: [(label: String, Shape, Shape)] = [
    ("numbers", [], []), ("none", [0, 3], [3]), ("one", [1], [1]), ("odd", [17], [17]),
    ("a row", [3, 5], [5]), ("both repeated", [3, 1], [1, 5]), ("a number", [3, 5], []),
    ("five axes", [2, 1, 3, 1, 2], [3, 2, 1]),
  ]

  /// A function of each element.
  static func elementwise(
    _ name: String, _ section: Section, _ call: String?, _ formula: String,
    numpy: String? = nil, pytorch: String? = nil, from low: Double = -3, to high: Double = 3,
    accuracy: Accuracy = .ulps(4), python: String? = nil,
    _ function: @escaping @Sendable (Tensor) -> Tensor
  ) -> OperationRow {
    OperationRow(
      name, section, call, formula, shapes: "as x", numpy: numpy, pytorch: pytorch,
      accuracy: accuracy,
      each(python ?? "\(pytorch!)(a)", from: low, to: high, function))
  }

  /// The row with a case before the others, of numbers as they come: its types are those of the
  /// operation.
  func first(
    _ python: String, _ function: @escaping @Sendable (Tensor) -> Tensor
  ) -> OperationRow {
    let plain = OperationCase("of numbers", [.numbers([3, 5])], python) { function($0[0]) }
    return OperationRow(
      name, section, call, formula, shapes: shapes, numpy: numpy, pytorch: pytorch,
      accuracy: accuracy, suites: suites, [plain] + cases)
  }

  /// The cases of a function of one tensor: each of the shapes of enough axes.
  static func each(
    _ python: String, minimumRank: Int = 0, from low: Double = -2, to high: Double = 2,
    _ function: @escaping @Sendable (Tensor) -> Tensor
  ) -> [OperationCase] {
    shapes.filter { $0.shape.rank >= minimumRank }.map { label, shape, isRepeated in
      OperationCase(label, [.numbers(shape, low, high, isRepeated: isRepeated)], python) {
        function($0[0])
      }
    }
  }

  /// A function of pairs of elements.
  static func pairwise(
    _ name: String, _ section: Section, _ call: String?, _ formula: String,
    numpy: String? = nil, pytorch: String? = nil, left: CaseInput.Kind = .numbers(-3, 3),
    right: CaseInput.Kind = .numbers(-3, 3), broadcasts: Bool = true,
    accuracy: Accuracy = .ulps(0.5), python: String,
    _ function: @escaping @Sendable (Tensor, Tensor) -> Tensor
  ) -> OperationRow {
    OperationRow(
      name, section, call, formula, shapes: broadcasts ? "broadcast" : "as both", numpy: numpy,
      pytorch: pytorch, accuracy: accuracy,
      pairs.filter { broadcasts || $0.1 == $0.2 }.map { label, a, b in
        OperationCase(
          label, [CaseInput(shape: a, kind: left), CaseInput(shape: b, kind: right)], python
        ) { function($0[0], $0[1]) }
      } + [
        OperationCase(
          "repeated in memory",
          [
            CaseInput(shape: [3, 5], kind: left, isRepeated: true),
            CaseInput(shape: [3, 5], kind: right),
          ], python
        ) { function($0[0], $0[1]) }
      ])
  }

  /// A reduction of axes. In `python`, `DIMS` stands for the axes and `KEEP` for whether they stay.
  static func reduction(
    _ name: String, _ call: String?, _ formula: String, numpy: String? = nil,
    pytorch: String? = nil, accuracy: Accuracy, ofNothing: Bool = true, ofOne: Bool = true,
    input: CaseInput.Kind = .numbers(-2, 2), python: String,
    _ function: @escaping @Sendable (Tensor, [Int]?, Bool) -> Tensor
  ) -> OperationRow {
    var all: [(label: String, shape: Shape, axes: [Int]?, keepDims: Bool)] = [
      ("of a number", [], nil, false), ("of one", [1], [0], true), ("all of odd", [17], nil, false),
      ("of columns", [3, 5], [0], false), ("of rows, kept", [3, 5], [-1], true),
      ("of five axes", [2, 1, 3, 2, 2], [0, 2, -1], false),
      ("of an axis in the middle", [2, 19, 3], [1], false),
    ]
    if !ofOne { all.removeAll { $0.shape.elementCount == 1 } }
    if ofNothing { all.append(("of nothing", [0, 3], [0], false)) }
    func expression(_ shape: Shape, _ axes: [Int]?, _ keepDims: Bool) -> String {
      let dims = (axes ?? Array(0..<shape.rank)).map { "\($0)," }.joined()
      return python.replacing("DIMS", with: "(\(dims))").replacing(
        "KEEP", with: keepDims ? "True" : "False")
    }
    return OperationRow(
      name, .reduction, call, formula, shapes: "without the axes, which stay with length 1 if kept",
      numpy: numpy, pytorch: pytorch, accuracy: accuracy,
      all.map { label, shape, axes, keepDims in
        OperationCase(
          label, [CaseInput(shape: shape, kind: input)], expression(shape, axes, keepDims)
        ) { function($0[0], axes, keepDims) }
      } + [
        OperationCase(
          "of what repeats in memory", [CaseInput(shape: [4, 5], kind: input, isRepeated: true)],
          expression([4, 5], [1], false)
        ) { function($0[0], [1], false) }
      ])
  }
}
