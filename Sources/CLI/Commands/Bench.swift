import ArgumentParser
import Backprop
import BackpropBenchmarks
import BackpropFiles

/// `backprop bench`
struct Bench: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract:
      "Measure speed and memory at the works that are compared with other libraries.",
    discussion: """
      Each work is warmed up and repeated; the median is given, and in brackets the slowest and \
      fastest repetition. Of memory, what the tensors of one training step need at its peak is \
      given. The works:

      \(BenchmarkWorks.all.map { "  \($0.name): \($0.summary)" }.joined(separator: "\n"))

      Benchmarks/compare.py runs those of speed and the same works in NumPy, PyTorch and JAX in \
      turn; --chart draws what it writes. Benchmarks/peers/torch_memory.py measures PyTorch's memory.

      EXAMPLES:
        backprop bench
        backprop bench --work two-layer --work tiny
        backprop bench --threads 1 --json
        backprop bench --chart table.json --output performance.svg
      """)

  @Option(
    help: ArgumentHelp(
      "A work to do; may be given several times. (default: all of them)", valueName: "NAME"))
  var work: [String] = []
  @OptionGroup var threads: ThreadsOption
  @Flag(help: "Write a line of JSON for each work to standard output, and nothing else.")
  var json = false
  @Option(
    help: ArgumentHelp(
      "Measure nothing, but draw a comparison: the JSON of compare.py.",
      discussion: "It is drawn for --threads, or the most threads that were compared.",
      valueName: "FILE"))
  var chart: String?
  @Option(
    help: ArgumentHelp("Where to write the chart. (default: performance.svg)", valueName: "FILE"))
  var output: String?

  func validate() throws {
    if chart != nil, json || !work.isEmpty {
      throw ValidationError("--chart measures nothing; --work and --json do not go with it")
    }
    if chart == nil, output != nil {
      throw ValidationError("--output is for a chart; name what to draw by --chart")
    }
    let names = BenchmarkWorks.all.map(\.name)
    for name in work where !names.contains(name) {
      throw ValidationError(
        "there is no work '\(name)'; the works are \(names.joined(separator: ", "))")
    }
  }

  func run() throws {
    if let chart {
      let path = output ?? "performance.svg"
      try Comparison(contentsOf: chart).figure(threads: threads.threads).write(to: path)
      return StandardOutput.write(path)
    }
    threads.apply()
    for item in BenchmarkWorks.all where work.isEmpty || work.contains(item.name) {
      let result = try item.measure()
      StandardOutput.write(json ? line(result).description : text(result))
      if StandardOutput.hasFailed { return }
    }
  }

  private func line(_ result: BackpropBenchmarks.Measurement) -> JSONValue {
    var members: [(String, JSONValue)] = [
      ("event", "measurement"),
      ("work", .string(result.work)),
      ("value", .number(result.value)),
      ("unit", .string(result.unit)),
      ("low", .number(result.low)),
      ("high", .number(result.high)),
      ("threads", .integer(result.threads)),
    ]
    if let data = result.data { members.append(("data", .string(data))) }
    return .object(members)
  }

  private func text(_ result: BackpropBenchmarks.Measurement) -> String {
    func number(_ value: Double) -> String { formatted(value < 100 ? "%.2f" : "%.0f", value) }
    let name = result.work + String(repeating: " ", count: max(0, 16 - result.work.count))
    return "\(name) \(number(result.value)) \(result.unit)"
      + "  [\(number(result.low)) … \(number(result.high))]"
      + "  \(result.threads) thread\(result.threads == 1 ? "" : "s")"
  }
}
