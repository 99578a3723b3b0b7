import ArgumentParser
import Backprop

extension KnownDataset: ExpressibleByArgument {}

extension KnownModel: ExpressibleByArgument {}

extension TrainingConfiguration.OptimizerName: ExpressibleByArgument {
  /// The rates that usually suit them: `sgd 0.1, momentum 0.02`.
  static var usualLearningRates: String {
    allCases.map { "\($0.rawValue) \($0.usualLearningRate)" }.joined(separator: ", ")
  }
}

extension TrainingConfiguration.ScheduleName: ExpressibleByArgument {}

extension Activation: ExpressibleByArgument {
  public static var allValueStrings: [String] {
    allCases.filter { $0 != .identity }.map(\.rawValue)
  }

  public init?(argument: String) {
    guard Self.allValueStrings.contains(argument) else { return nil }
    self.init(rawValue: argument)
  }
}

/// Of options with their values, those that are given: `--batch-size`.
func givenOptions(_ options: KeyValuePairs<String, Any?>) -> [String] {
  options.filter { $0.value != nil }.map { "--" + $0.key }
}

/// The widths of hidden layers, as in `100,50`.
struct Widths: ExpressibleByArgument {
  let values: [Int]

  init(_ values: [Int]) { self.values = values }

  init?(argument: String) {
    let parts = argument.split(separator: ",", omittingEmptySubsequences: false)
    let values = parts.compactMap { Int($0) }
    if values.count != parts.count { return nil }
    self.values = values
  }

  var defaultValueDescription: String { values.map(String.init).joined(separator: ",") }
}

extension KnownLanguageModel: ExpressibleByArgument {}
