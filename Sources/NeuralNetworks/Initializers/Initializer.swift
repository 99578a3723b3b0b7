import BackpropArrays
import BackpropAutodiff

/// What the weights of a layer start as.
///
/// Random weights of a size that suits the layer keep results and gradients from growing or fading
/// from layer to layer. That size follows from the layer's fans: how many numbers each result is
/// summed from, and how many results each number goes into. A layer knows them and hands them to
/// ``array(_:fanIn:fanOut:scalarType:using:)``.
///
/// ```swift
/// Linear(784, 50, initializer: .xavierUniform, using: &random)
/// Linear(784, 50, initializer: .normal(standardDeviation: 0.01), using: &random)
/// ```
public enum Initializer: Sendable, Hashable {
  /// The same number everywhere.
  case constant(Double)
  /// Normal with the given mean and standard deviation.
  case normal(mean: Double = 0, standardDeviation: Double)
  /// Normal, but drawn again where it is further than `bound` standard deviations from the mean.
  /// See `NDArray.truncatedNormal(_:mean:standardDeviation:bound:scalarType:using:)`.
  case truncatedNormal(mean: Double = 0, standardDeviation: Double, bound: Double = 2)
  /// Uniform over the range.
  case uniform(in: Range<Double>)
  /// Random with mean 0 and the variance `scale` / fan: the family to which those with names
  /// belong. Beside it, what PyTorch calls the same:
  ///
  /// ```swift
  /// .varianceScaling(2, .fanOut, .normal)                 // kaiming_normal_(mode="fan_out")
  /// .varianceScaling(2 / (1 + a * a), .fanIn, .normal)    // kaiming_normal_(a=a), for leaky relu
  /// .varianceScaling(gain * gain, .fanAverage, .uniform)  // xavier_uniform_(gain=gain)
  /// ```
  case varianceScaling(_ scale: Double, Fan, Distribution)

  /// By what a variance is divided.
  public enum Fan: Sendable, Hashable, CaseIterable {
    /// The numbers from which a result is summed: results keep the variance of the input.
    case fanIn
    /// The results into which a number goes: gradients keep theirs.
    case fanOut
    /// The mean of the two, (fanIn + fanOut) / 2: a compromise.
    case fanAverage
  }

  /// How numbers of a given variance σ² and mean 0 are distributed.
  public enum Distribution: Sendable, Hashable, CaseIterable {
    /// The normal distribution.
    case normal
    /// The normal distribution cut at two standard deviations, and so much wider before that the
    /// variance is σ² afterwards. What Keras and JAX take for their normal initializers.
    case truncatedNormal
    /// The uniform distribution between ±√3 σ.
    case uniform
  }

  /// Zeros.
  public static let zeros = Initializer.constant(0)
  /// Ones.
  public static let ones = Initializer.constant(1)

  /// Normal with variance 2 / (fanIn + fanOut), for sigmoid and tanh: Xavier Glorot's, PyTorch's
  /// `xavier_normal_`. Source: Glorot and Bengio, "Understanding the difficulty of training deep
  /// feedforward neural networks" (2010).
  public static let xavier = Initializer.varianceScaling(1, .fanAverage, .normal)
  /// Uniform between ±√(6 / (fanIn + fanOut)), of the variance of ``xavier``: PyTorch's
  /// `xavier_uniform_`, Keras's `glorot_uniform`. Source: as for ``xavier``.
  public static let xavierUniform = Initializer.varianceScaling(1, .fanAverage, .uniform)

  /// Normal with variance 2 / fanIn, for relu: Kaiming He's, PyTorch's
  /// `kaiming_normal_(nonlinearity="relu")`. Source: He et al., "Delving Deep into Rectifiers"
  /// (2015).
  public static let he = Initializer.varianceScaling(2, .fanIn, .normal)
  /// Uniform between ±√(6 / fanIn), of the variance of ``he``: PyTorch's
  /// `kaiming_uniform_(nonlinearity="relu")`. Source: as for ``he``.
  public static let heUniform = Initializer.varianceScaling(2, .fanIn, .uniform)

  /// Normal with variance 1 / fanIn, for selu and layers without an activation. Source: LeCun et
  /// al., "Efficient BackProp" (1998), section 4.6.
  public static let lecun = Initializer.varianceScaling(1, .fanIn, .normal)
  /// Uniform between ±√(3 / fanIn), of the variance of ``lecun``. Source: as for ``lecun``.
  public static let lecunUniform = Initializer.varianceScaling(1, .fanIn, .uniform)

  /// Uniform between ±1 / √fanIn: what PyTorch's linear and convolution layers start their weights
  /// and biases as (`kaiming_uniform_` with a = √5, which is this).
  public static let pyTorchDefault = Initializer.varianceScaling(1 / 3.0, .fanIn, .uniform)

  /// He's for relu, Xavier's for the others.
  public static func suited(to activation: Activation) -> Initializer {
    activation == .relu ? .he : .xavier
  }

  /// An array of `shape` so filled.
  ///
  /// ```swift
  /// Initializer.he.array([784, 50], fanIn: 784, fanOut: 50, using: &random)
  /// ```
  ///
  /// The fans are the layer's to know, as they cannot be seen from a shape:
  ///
  /// | layer | fanIn | fanOut |
  /// |---|---|---|
  /// | linear | inputs | outputs |
  /// | convolution | input channels / groups · numbers in a kernel | output channels · the same |
  /// | recurrent, one gate | inputs, or for the state's weight its width | width |
  ///
  /// A bias has those of its weight.
  ///
  /// - Parameters:
  ///   - shape: the lengths of the axes.
  ///   - fanIn: how many numbers each result of the layer is summed from.
  ///   - fanOut: how many results each number of the input goes into.
  ///   - scalarType: the type of the numbers.
  ///   - random: where the numbers come from. Constants take none.
  public func array(
    _ shape: Shape, fanIn: Int, fanOut: Int, scalarType: ScalarType = .float32,
    using random: inout RandomSource
  ) -> NDArray {
    switch self {
    case .constant(let value):
      return NDArray(repeating: value, shape: shape, scalarType: scalarType)
    case .normal(let mean, let standardDeviation):
      return .normal(
        shape, mean: mean, standardDeviation: standardDeviation, scalarType: scalarType,
        using: &random)
    case .truncatedNormal(let mean, let standardDeviation, let bound):
      return .truncatedNormal(
        shape, mean: mean, standardDeviation: standardDeviation, bound: bound,
        scalarType: scalarType, using: &random)
    case .uniform(let range):
      return .uniform(shape, in: range, scalarType: scalarType, using: &random)
    case .varianceScaling(let scale, let fan, let distribution):
      // A layer of no inputs has no weights; any fan will do.
      let variance = scale / Swift.max(fan.value(fanIn, fanOut), 1)
      return distribution.initializer(variance: variance)
        .array(shape, fanIn: fanIn, fanOut: fanOut, scalarType: scalarType, using: &random)
    }
  }
}

extension Initializer.Fan {
  fileprivate func value(_ fanIn: Int, _ fanOut: Int) -> Double {
    switch self {
    case .fanIn: Double(fanIn)
    case .fanOut: Double(fanOut)
    case .fanAverage: Double(fanIn + fanOut) / 2
    }
  }
}

extension Initializer.Distribution {
  fileprivate func initializer(variance: Double) -> Initializer {
    switch self {
    case .normal:
      return .normal(standardDeviation: variance.squareRoot())
    case .truncatedNormal:
      // The standard deviation of the standard normal distribution cut at ±2:
      // √(1 − 4 φ(2) / (2 Φ(2) − 1)).
      return .truncatedNormal(standardDeviation: variance.squareRoot() / 0.879_625_661_034_239_8)
    case .uniform:
      let bound = (3 * variance).squareRoot()
      return .uniform(in: -bound..<bound)
    }
  }
}
