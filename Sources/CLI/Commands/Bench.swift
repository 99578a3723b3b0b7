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

      Of matrix products, all others can be measured too: gemm-N for any N from 1, and gemm-MxNxK \
      for any M, N and K, a result of M x N and sums over K. Without --work, those above are.

      Benchmarks/compare.py runs those of speed and the same works in NumPy, PyTorch, JAX, ONNX \
      Runtime and tokenizers in turn; --chart draws what it writes. Benchmarks/peers/torch_memory.py \
      measures PyTorch's memory.

      EXAMPLES:
        backprop bench
        backprop bench --work two-layer --work tiny
        backprop bench --work gemm-500 --work gemm-128x512x784
        backprop bench --threads 1 --json
        backprop bench --chart table.json --isa avx2 --output performance.svg
      """)

  @Option(
    help: ArgumentHelp(
      "A work to do; may be given several times. (default: all those above)", valueName: "NAME"))
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
    help: ArgumentHelp(
      "Which instruction set's comparison to draw. (default: the first of the file)",
      discussion: "To measure with another than the best, set BACKPROP_ISA.", valueName: "NAME"))
  var isa: String?
  @Option(
    help: ArgumentHelp("Where to write the chart. (default: performance.svg)", valueName: "FILE"))
  var output: String?

  func validate() throws {
    if chart != nil, json || !work.isEmpty {
      throw ValidationError("--chart measures nothing; --work and --json do not go with it")
    }
    if chart == nil, output != nil || isa != nil {
      throw ValidationError("--output and --isa are for a chart; name what to draw by --chart")
    }
    do {
      _ = try works()
    } catch {
      throw ValidationError(error.description)
    }
  }

  func run() throws {
    if let chart {
      let path = output ?? "performance.svg"
      try Comparison(contentsOf: chart).figure(threads: threads.threads, instructionSet: isa)
        .write(to: path)
      return StandardOutput.write(path)
    }
    threads.apply()
    for item in try works() {
      let result = try item.measure()
      StandardOutput.write(json ? line(result).description : text(result))
      if StandardOutput.hasFailed { return }
    }
  }

  /// What is to be measured.
  private func works() throws(BenchmarkError) -> [any BenchmarkWork] {
    var works: [any BenchmarkWork] = []
    for name in work { works.append(try BenchmarkWorks.work(named: name)) }
    return works.isEmpty ? BenchmarkWorks.all : works
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
