import BackpropArrays

extension Tensor {
  /// The constant tensor of an array.
  public init(_ array: NDArray) { self.init(array: array, node: nil) }

  // MARK: From Swift's arrays

  // Which initializer numbers written out take: that of `Double`, as the others are disfavoured. So
  // they have all their digits where `scalarType` is `.float64`, and become `float32` without one.

  /// The tensor of `shape` with these elements in row-major order, as numbers of `scalarType`.
  ///
  /// A whole type holds them exactly, or this traps: `cast(to:)` rounds.
  ///
  /// ```swift
  /// Tensor([1, 2, 3, 4], shape: [2, 2])                       // float32
  /// Tensor([1, 2, 3, 4], shape: [2, 2], scalarType: .int64)
  /// ```
  ///
  /// Traps if there are not as many elements as `shape` holds.
  ///
  /// - Parameters:
  ///   - scalars: the elements, the last axis running fastest.
  ///   - shape: the lengths of the axes.
  ///   - scalarType: the type that they become.
  public init(_ scalars: [Double], shape: Shape, scalarType: ScalarType = .float32) {
    self.init(NDArray(scalars, shape: shape, scalarType: scalarType))
  }
  /// A vector of numbers of `scalarType`.
  ///
  /// A whole type holds them exactly, or this traps: `cast(to:)` rounds.
  ///
  /// ```swift
  /// Tensor([0.1, 0.2])                                        // float32
  /// Tensor([0.1, 0.2], scalarType: .float64)                  // with all digits
  /// Tensor(prices)                                            // float32, of [Float] or [Double]
  /// ```
  public init(_ scalars: [Double], scalarType: ScalarType = .float32) {
    self.init(NDArray(scalars, scalarType: scalarType))
  }
  /// A matrix of numbers of `scalarType` from its rows.
  ///
  /// A whole type holds them exactly, or this traps: `cast(to:)` rounds.
  ///
  /// Traps if the rows differ in length.
  public init(_ rows: [[Double]], scalarType: ScalarType = .float32) {
    self.init(NDArray(rows, scalarType: scalarType))
  }
  /// The tensor of `shape` with these elements in row-major order, as numbers of `scalarType`.
  ///
  /// Traps if there are not as many elements as `shape` holds, or a whole type cannot hold one of
  /// them exactly.
  ///
  /// - Parameters:
  ///   - scalars: the elements, the last axis running fastest.
  ///   - shape: the lengths of the axes.
  ///   - scalarType: the type that they become.
  @_disfavoredOverload
  public init(_ scalars: [Float], shape: Shape, scalarType: ScalarType = .float32) {
    self.init(NDArray(scalars, shape: shape, scalarType: scalarType))
  }
  /// A vector of numbers of `scalarType`.
  ///
  /// Traps if a whole type cannot hold one of them exactly.
  @_disfavoredOverload
  public init(_ scalars: [Float], scalarType: ScalarType = .float32) {
    self.init(NDArray(scalars, scalarType: scalarType))
  }
  /// A matrix of numbers of `scalarType` from its rows.
  ///
  /// Traps if the rows differ in length, or a whole type cannot hold one of the numbers exactly.
  @_disfavoredOverload
  public init(_ rows: [[Float]], scalarType: ScalarType = .float32) {
    self.init(NDArray(rows, scalarType: scalarType))
  }
  /// The tensor of `shape` with these whole numbers or flags in row-major order, of their own type.
  ///
  /// Traps if there are not as many elements as `shape` holds.
  @_disfavoredOverload
  public init<S: Scalar>(_ scalars: [S], shape: Shape) { self.init(NDArray(scalars, shape: shape)) }
  /// A vector of whole numbers or flags, of their own type: `Int` is `int64`.
  @_disfavoredOverload
  public init<S: Scalar>(_ scalars: [S]) { self.init(NDArray(scalars)) }
  /// A matrix of whole numbers or flags, of their own type, from its rows.
  ///
  /// Traps if the rows differ in length.
  @_disfavoredOverload
  public init<S: Scalar>(_ rows: [[S]]) { self.init(NDArray(rows)) }

  // MARK: Of one number

  /// A single number, as a tensor of shape `[]`.
  public init(_ value: Double, scalarType: ScalarType = .float32) {
    self.init(NDArray(scalar: value, scalarType: scalarType))
  }
  /// The tensor of `shape` in which every element is `value`: NumPy's `full`.
  ///
  /// - Parameters:
  ///   - value: the number; a whole type rounds it toward zero.
  ///   - shape: the lengths of the axes.
  ///   - scalarType: the type of the elements.
  public init(repeating value: Double, shape: Shape, scalarType: ScalarType = .float32) {
    self.init(NDArray(repeating: value, shape: shape, scalarType: scalarType))
  }
  /// Zeros.
  public static func zeros(_ shape: Shape, scalarType: ScalarType = .float32) -> Tensor {
    Tensor(NDArray.zeros(shape, scalarType: scalarType))
  }
  /// Ones.
  public static func ones(_ shape: Shape, scalarType: ScalarType = .float32) -> Tensor {
    Tensor(NDArray.ones(shape, scalarType: scalarType))
  }

  // MARK: Of many

  /// The identity matrix of `n` rows: NumPy's `eye`.
  ///
  /// Traps if `n` is negative.
  public static func identity(_ n: Int, scalarType: ScalarType = .float32) -> Tensor {
    Tensor(NDArray.identity(n, scalarType: scalarType))
  }
  /// The numbers `start`, `start + step`, … before `end`: NumPy's `arange`.
  ///
  /// Their count is ⌈(end − start) / step⌉, and element i is start + i · step.
  ///
  /// Traps if there is no finite count, as with a step of 0.
  ///
  /// - Parameters:
  ///   - start: the first number.
  ///   - end: the number to stop before.
  ///   - step: the distance from each number to the next; negative to count down.
  ///   - scalarType: the type of the elements.
  public static func range(
    from start: Double, to end: Double, by step: Double = 1, scalarType: ScalarType = .float32
  ) -> Tensor {
    Tensor(NDArray.range(from: start, to: end, by: step, scalarType: scalarType))
  }
  /// `count` numbers evenly spaced from `start` to `end`, both included: NumPy's `linspace`.
  ///
  /// Traps if `count` is negative.
  ///
  /// - Parameters:
  ///   - start: the first number.
  ///   - end: the last number.
  ///   - count: how many numbers; of one, it is `start`.
  ///   - scalarType: the type of the elements.
  public static func linearSpace(
    from start: Double, to end: Double, count: Int, scalarType: ScalarType = .float32
  ) -> Tensor {
    Tensor(NDArray.linearSpace(from: start, to: end, count: count, scalarType: scalarType))
  }

  // MARK: Drawn at random

  /// Normally distributed numbers.
  ///
  /// ```swift
  /// var random = RandomSource(seed: 0)
  /// let noise = Tensor.normal([100, 784], standardDeviation: 0.1, using: &random)
  /// ```
  ///
  /// Traps if the type is not one of fractions.
  ///
  /// - Parameters:
  ///   - shape: the lengths of the axes.
  ///   - mean: the mean of the distribution.
  ///   - standardDeviation: how widely it spreads.
  ///   - scalarType: `float32` or `float64`.
  ///   - random: where the numbers come from.
  public static func normal(
    _ shape: Shape, mean: Double = 0, standardDeviation: Double = 1,
    scalarType: ScalarType = .float32,
    using random: inout RandomSource
  ) -> Tensor {
    Tensor(
      NDArray.normal(
        shape, mean: mean, standardDeviation: standardDeviation, scalarType: scalarType,
        using: &random))
  }
  /// Numbers evenly distributed over `range`.
  ///
  /// Traps if the type is not one of fractions, or the width of the range is not finite.
  ///
  /// - Parameters:
  ///   - shape: the lengths of the axes.
  ///   - range: from where to where; the upper end is left out.
  ///   - scalarType: `float32` or `float64`.
  ///   - random: where the numbers come from.
  public static func uniform(
    _ shape: Shape, in range: Range<Double> = 0..<1, scalarType: ScalarType = .float32,
    using random: inout RandomSource
  ) -> Tensor {
    Tensor(NDArray.uniform(shape, in: range, scalarType: scalarType, using: &random))
  }
}
