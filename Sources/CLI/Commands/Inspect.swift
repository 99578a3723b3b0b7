import ArgumentParser
import Backprop
import BackpropFiles

/// `backprop inspect`
struct Inspect: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List the arrays of a file of weights, and what their numbers are like.",
    discussion: """
      Reads safetensors, npz, npy, GGUF, pickles and PyTorch checkpoints, and runs nothing that is in \
      them. Of a checkpoint, all arrays are listed, the optimizer's too; --key lists a part. For each \
      array: its name, shape and type, the smallest and largest number, the mean, how many numbers \
      are NaN, and a histogram from the smallest to the largest. Of a file of many gigabytes no more \
      than a part is in memory at any time. Of a GGUF file's blocks, the numbers are listed that they \
      stand for; of blocks whose kind is not read, the name, shape and type.

      With --json a line for each array: {"name":…,"shape":[…],"type":"float32","min":…,"max":…,\
      "mean":…,"nan":…}. What is no number of JSON (an infinite one, or one of no numbers) is null.

      EXAMPLES:
        backprop inspect model.safetensors
        backprop inspect sample_weight.pkl
        backprop inspect checkpoint.pt --key optimizer.state
        backprop inspect --json model.pt | jq -r 'select(.nan > 0).name'
      """)

  @Argument(help: ArgumentHelp("The file.", valueName: "FILE"))
  var file: String
  @Option(
    help: ArgumentHelp(
      "The part of the file to list: the keys that lead to it, with points between.",
      valueName: "KEY"))
  var key: String?
  @Flag(help: "Write a line of JSON for each array to standard output, and nothing else.")
  var json = false

  func run() throws {
    if key == nil, let file = try GGUF(ifIn: file) { return list(file) }
    let state = try StateDictionary(contentsOf: file, key: key ?? "")
    if json {
      for entry in state.entries where !StandardOutput.hasFailed {
        StandardOutput.write(
          Self.line(
            entry.name, entry.stored.shape, type: entry.stored.scalarType.name, entry.stored))
      }
    } else {
      StandardOutput.write(InspectionText.heading(file, state))
      let table = InspectionText(state)
      StandardOutput.write(table.titles)
      for entry in state.entries where !StandardOutput.hasFailed {
        StandardOutput.write(table.row(entry))
      }
    }
  }

  /// Lists a GGUF file, a tensor after the other: its blocks as numbers would take seven times the
  /// memory.
  private func list(_ gguf: GGUF) {
    let table = InspectionText(gguf)
    if !json {
      StandardOutput.write(InspectionText.heading(file, gguf))
      StandardOutput.write(table.titles)
    }
    for tensor in gguf.tensors where !StandardOutput.hasFailed {
      let (array, type) = (try? tensor.array(), tensor.type.description)
      StandardOutput.write(
        json
          ? Self.line(tensor.name, tensor.shape, type: type, array)
          : table.row(tensor.name, Shape(tensor.shape), type, array))
    }
  }

  /// A line of JSON; `nil` for an array whose numbers are not read.
  private static func line(
    _ name: String, _ shape: [Int], type: String, _ array: StoredArray?
  ) -> String {
    let statistics = array.map { ArrayStatistics($0) }
    func text(_ number: ArrayStatistics.Number?) -> String {
      number.map { $0.double.isFinite ? $0.description : "null" } ?? "null"
    }
    let shape = shape.map(String.init).joined(separator: ",")
    let nanCount = statistics.map { "\($0.nanCount)" } ?? "null"
    return "{\"name\":\(jsonQuoted(name)),\"shape\":[\(shape)],\"type\":\"\(type)\","
      + "\"min\":\(text(statistics?.minimum)),\"max\":\(text(statistics?.maximum)),"
      + "\"mean\":\(text(statistics?.mean.map(ArrayStatistics.Number.fraction))),"
      + "\"nan\":\(nanCount)}"
  }
}
