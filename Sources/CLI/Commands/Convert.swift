import ArgumentParser
import Backprop
import BackpropFiles

/// `backprop convert`
struct Convert: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write the arrays of a file of weights in another format.",
    discussion: """
      Reads what 'backprop inspect' reads, and writes the format that the ending of OUT names: \
      \(WeightFileFormat.endingsText). The numbers stay the same in every bit; what NumPy has no type \
      for (bfloat16, fractions of 8 bits) becomes float32 in its formats, which holds it exactly, and so \
      do the blocks of a GGUF file in all. Only safetensors and GGUF keep the texts that go with the \
      weights.

      Of a checkpoint that holds other things too, the weights of the model are taken, or what --key \
      names: "ema", "optimizer.state", or "" for all arrays.

      A name is changed by --rename FROM=TO, the first that fits it. A * in FROM stands for a part \
      between points, ** for anything, and those in TO for what they matched; nothing after the = \
      leaves the array out.

      EXAMPLES:
        backprop convert model.safetensors model.npz
        backprop convert sample_weight.pkl sample_weight.safetensors
        backprop convert model.safetensors model.pt
        backprop convert gan.pt generator.safetensors --key generator
        backprop convert theirs.pt ours.safetensors --rename 'module.**=**' --rename '**.steps='
      """)

  @Argument(help: ArgumentHelp("The file to read.", valueName: "IN"))
  var input: String
  @Argument(
    help: ArgumentHelp("The file to write; one that is there is replaced.", valueName: "OUT"))
  var output: String
  @Option(
    help: ArgumentHelp(
      "The part of IN to take: the keys that lead to it, with points between.", valueName: "KEY"))
  var key: String?
  @Option(help: ArgumentHelp("What names are called in OUT.", valueName: "FROM=TO"))
  var rename: [RenamingRule] = []

  func run() throws {
    let format = try WeightFileFormat(writtenAs: output)
    var state = try StateDictionary(contentsOf: input, key: key)
    if !rename.isEmpty { state = try state.renamed(by: rename) }
    try state.write(to: output, as: format)
    if format != .safetensors && format != .gguf && !state.metadata.isEmpty {
      StandardError.write(
        "warning: \(format.rawValue) has no place for the file's texts, which are left out: "
          + state.metadata.keys.sorted().joined(separator: ", "))
    }
  }
}

extension RenamingRule: ExpressibleByArgument {
  public init?(argument: String) {
    let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, !parts[0].isEmpty else { return nil }
    let replacement = parts[1].isEmpty ? nil : String(parts[1])
    guard Self.isPossible(String(parts[0]), replacement) else { return nil }
    self.init(String(parts[0]), to: replacement)
  }
}
