import BackpropArrays
import BackpropAutodiff

/// How the vectors of a text's tokens become one: what `1_Pooling/config.json` says.
///
/// Several ways give their results one beside the other, in the order of ``Way``.
public struct SentencePooling: Sendable, Hashable {
  /// A way to make one vector of many.
  public enum Way: String, CaseIterable, Sendable {
    /// The first token's.
    case cls
    /// Of each number the largest.
    case max
    /// The mean.
    case mean
    /// The sum divided by the square root of their number.
    case meanBySquareRoot = "mean_sqrt_len_tokens"
    /// The mean with the weights 1, 2, 3, ….
    case weightedMean = "weightedmean"
    /// The last token's.
    case lastToken = "lasttoken"

    /// What older files call it.
    fileprivate var flag: String {
      switch self {
      case .cls: "pooling_mode_cls_token"
      case .max: "pooling_mode_max_tokens"
      case .mean: "pooling_mode_mean_tokens"
      case .meanBySquareRoot: "pooling_mode_mean_sqrt_len_tokens"
      case .weightedMean: "pooling_mode_weightedmean_tokens"
      case .lastToken: "pooling_mode_lasttoken"
      }
    }
  }

  /// The ways, in the order of their results.
  public let ways: [Way]

  /// Pooling in these ways.
  public init(_ ways: [Way] = [.mean]) { self.ways = ways }

  /// Reads `config.json` of a pooling module.
  ///
  /// - Throws: `PretrainedError`.
  init(_ configuration: ModelConfiguration) throws(PretrainedError) {
    let names = try configuration.texts("pooling_mode")
    if names.isEmpty {
      var ways: [Way] = []
      for way in Way.allCases where try configuration.flag(way.flag, default: false) {
        ways.append(way)
      }
      self.init(ways.isEmpty ? [.mean] : ways)
      return
    }
    var ways: [Way] = []
    for name in names {
      guard let way = Way(rawValue: name) else {
        throw configuration.error(
          "pooling_mode", expected: Way.allCases.map(\.rawValue).joined(separator: " or "),
          found: "'\(name)'")
      }
      ways.append(way)
    }
    self.init(ways)
  }

  /// How many numbers the result has for vectors of `width`.
  public func width(of width: Int) -> Int { width * ways.count }

  /// One vector for each text, with a gradient: of shape (texts, ways · width).
  ///
  /// - Parameters:
  ///   - vectors: of shape (tokens, width).
  ///   - lengths: how many tokens each text has, one at least.
  public func callAsFunction(_ vectors: Tensor, lengths: [Int]) -> Tensor {
    let texts = PackedLengths(lengths)
    precondition(lengths.allSatisfy { $0 > 0 }, "SentencePooling: a text has no tokens")
    let results = ways.map { way -> Tensor in
      switch way {
      case .cls: return vectors.gather(rows: Array(texts.starts.dropLast()))
      case .lastToken: return vectors.gather(rows: texts.starts.dropFirst().map { $0 - 1 })
      case .max:
        return Tensor.stack(
          lengths.indices.map { vectors[texts.starts[$0]..<texts.starts[$0 + 1]].max(axis: 0) })
      case .mean, .meanBySquareRoot, .weightedMean:
        return Tensor.stack(
          lengths.indices.map { text in
            let rows = vectors[texts.starts[text]..<texts.starts[text + 1]]
            let weights = Tensor(Self.weights(way, lengths[text]), shape: [lengths[text], 1])
            return (rows * weights).sum(axis: 0)
          })
      }
    }
    return results.count == 1 ? results[0] : Tensor.concatenate(results, axis: 1)
  }

  /// By what each of `count` vectors is multiplied in their sum.
  private static func weights(_ way: Way, _ count: Int) -> [Float] {
    switch way {
    case .meanBySquareRoot:
      [Float](repeating: 1 / Float(count).squareRoot(), count: count)
    case .weightedMean:
      (1...count).map { Float($0) / (Float(count) * Float(count + 1) / 2) }
    default: [Float](repeating: 1 / Float(count), count: count)
    }
  }

  /// The same numbers for one text in memory, without a graph.
  ///
  /// - Parameters:
  ///   - rows: the vectors, one after the other.
  ///   - count: how many there are; zeros come of none.
  ///   - width: how many numbers each has.
  ///   - out: where the result goes.
  func pool(
    _ rows: UnsafePointer<Float>, count: Int, width: Int, into out: UnsafeMutablePointer<Float>
  ) {
    for (index, way) in ways.enumerated() {
      let result = out + index * width
      result.update(repeating: count > 0 && way == .max ? -.infinity : 0, count: width)
      if count == 0 { continue }
      switch way {
      case .cls: result.update(from: rows, count: width)
      case .lastToken: result.update(from: rows + (count - 1) * width, count: width)
      case .max:
        for row in 0..<count {
          let x = rows + row * width
          for i in 0..<width { result[i] = Swift.max(result[i], x[i]) }
        }
      case .mean, .meanBySquareRoot, .weightedMean:
        for row in 0..<count {
          let (x, weight) = (rows + row * width, way == .weightedMean ? Float(row + 1) : 1)
          for i in 0..<width { result[i] += weight * x[i] }
        }
        let divisor =
          switch way {
          case .meanBySquareRoot: Float(count).squareRoot()
          case .weightedMean: Float(count) * Float(count + 1) / 2
          default: Float(count)
          }
        for i in 0..<width { result[i] /= divisor }
      }
    }
  }
}
