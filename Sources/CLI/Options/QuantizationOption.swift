import ArgumentParser
import Backprop

/// How the weights of a model's linear layers are rounded.
struct QuantizationOption: ParsableArguments {
  @Option(
    name: .customLong("quantize"),
    help: ArgumentHelp(
      "Round the weights of linear layers to whole numbers: int8 (Q8_0) or q4 (Q4_0).",
      valueName: "FORMAT"))
  var format: QuantizedFormat?
}

extension QuantizedFormat: ExpressibleByArgument {
  private static let names: [String: QuantizedFormat] = [
    "int8": .eightBit, "q8_0": .eightBit, "q4": .fourBit, "q4_0": .fourBit,
  ]

  public init?(argument: String) {
    guard let format = Self.names[argument.lowercased()] else { return nil }
    self = format
  }

  public static var allValueStrings: [String] { ["int8", "q4"] }
}
