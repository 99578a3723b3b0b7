import BackpropArrays
import BackpropData

/// One round of a cross-validation: what to train with, what to judge by, and a seed of its own.
public struct CrossValidationFold<Data: Dataset>: Sendable {
  /// The number of the round, from 0.
  public let number: Int
  /// What all random numbers of the round should start from: it follows from the seed of the whole and the
  /// number of the round alone.
  public let seed: UInt64
  /// What to train with.
  public let train: SubsetDataset<Data>
  /// What to judge by.
  public let validation: SubsetDataset<Data>
}

/// What a cross-validation gave: metrics of each fold, with their mean and how far they spread.
public struct CrossValidation: Sendable, Hashable {
  /// The metrics of each fold, by name.
  public let folds: [[String: Double]]

  /// The metrics of some folds.
  public init(folds: [[String: Double]]) { self.folds = folds }

  /// What all folds have a number for, sorted.
  public var metrics: [String] {
    guard let first = folds.first else { return [] }
    return first.keys.filter { name in folds.allSatisfy { $0[name] != nil } }.sorted()
  }

  /// The mean of a metric over the folds; NaN if a fold lacks it.
  public func mean(of metric: String) -> Double {
    folds.reduce(0) { $0 + ($1[metric] ?? .nan) } / Double(folds.count)
  }

  /// How far a metric spreads from fold to fold: √(Σ (x − mean)² / (folds − 1)). The folds' training data
  /// overlap, so the mean is less certain than this and the number of folds suggest.
  public func standardDeviation(of metric: String) -> Double {
    let mean = mean(of: metric)
    let squares = folds.reduce(0) { sum, fold in
      let distance = (fold[metric] ?? .nan) - mean
      return sum + distance * distance
    }
    return (squares / Double(folds.count - 1)).squareRoot()
  }
}

extension CrossValidation: CustomStringConvertible {
  /// A table: a row for each fold, then the mean and the standard deviation.
  public var description: String {
    let metrics = metrics
    func row(_ name: String, _ value: (String) -> Double) -> [String] {
      [name] + metrics.map { decimalText(value($0), decimals: 4) }
    }
    var rows = [["fold"] + metrics]
    for (index, fold) in folds.enumerated() { rows.append(row("\(index + 1)") { fold[$0]! }) }
    rows.append(row("mean", mean(of:)))
    rows.append(row("standard deviation", standardDeviation(of:)))
    return alignedTable(rows)
  }
}

/// Trains and judges once for each of some folds, so that every example is judged by a model that did not
/// learn from it.
///
/// ```swift
/// let result = try crossValidate(data, folds: 5, stratifiedBy: data.classes, seed: 1) { fold in
///   var random = RandomSource(seed: fold.seed)
///   let model = MultilayerPerceptron([784, 50, 10], using: &random)
///   let loop = TrainingLoop(
///     model, Adam(for: model), fold.train, batchSize: 100, seed: fold.seed
///   ) { crossEntropy(logits: model($0.images, $1), targets: $0.labels) }
///   try loop.run(epochs: 5)
///   return ["accuracy": accuracy(of: model, on: fold.validation)]
/// }
/// print(result.mean(of: "accuracy"), result.standardDeviation(of: "accuracy"))
/// ```
///
/// Traps if there are fewer than two folds or more folds than examples.
///
/// - Parameters:
///   - data: the examples.
///   - folds: how many folds; see `Dataset.folds(_:stratifiedBy:seed:)`.
///   - labels: a number for each example, its class; the folds then have as many of each class, but for
///     one.
///   - seed: what the folds and their seeds follow from.
///   - train: makes a model, trains it with the fold's examples, and gives metrics of the others by name.
/// - Returns: the metrics of all folds.
public func crossValidate<Data: Dataset>(
  _ data: Data, folds: Int = 5, stratifiedBy labels: [Int]? = nil, seed: UInt64 = 0,
  _ train: (CrossValidationFold<Data>) throws -> [String: Double]
) rethrows -> CrossValidation {
  // Apart from the streams that a program gives its own numbers, which are small.
  var random = RandomSource(seed: seed, stream: 0x666f_6c64_5365_6564)
  let parts = data.folds(folds, stratifiedBy: labels, seed: seed)
  return CrossValidation(
    folds: try parts.enumerated().map { number, part in
      try train(
        CrossValidationFold(
          number: number, seed: random.next(), train: part.train, validation: part.validation))
    })
}
