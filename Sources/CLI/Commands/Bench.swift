import ArgumentParser
import Backprop
import Benchmarks
import Foundation

struct Bench: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract:
      "Measure how fast this machine does the works that are compared with other libraries.",
    discussion: """
      Each work is warmed up and repeated; the median is given, and in brackets the slowest and
      fastest repetition. The works:

      \(BenchmarkWorks.all.map { "  \($0.name): \($0.summary)" }.joined(separator: "\n"))

      Benchmarks/compare.py runs these and the same works in NumPy, PyTorch and JAX in turn.

      EXAMPLES
        backprop bench --work two-layer --work tiny
        backprop bench --threads 1 --json
      """)

  @Option(
    help: ArgumentHelp(
      "A work to do; may be given several times. All if left out.", valueName: "name"))
  var work: [String] = []

  @Option(help: "The number of threads that one operation may use.")
  var threads: Int?

  @Flag(help: "One JSON object a line, and nothing else, on standard output.")
  var json = false

  func validate() throws {
    if let threads, threads < 1 {
      throw ValidationError("--threads is \(threads), expected 1 or more")
    }
    let names = BenchmarkWorks.all.map(\.name)
    for name in work where !names.contains(name) {
      throw ValidationError(
        "there is no work '\(name)'; the works are \(names.joined(separator: ", "))")
    }
  }

  func run() throws {
    if let threads { Parallel.threadCount = threads }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    for item in BenchmarkWorks.all where work.isEmpty || work.contains(item.name) {
      let result = try item.measure()
      if json {
        write(String(decoding: try encoder.encode(result), as: UTF8.self))
      } else {
        func text(_ value: Double) -> String {
          String(format: value < 100 ? "%.2f" : "%.0f", value)
        }
        let name = result.work.padding(toLength: 12, withPad: " ", startingAt: 0)
        write(
          "\(name) \(text(result.value)) \(result.unit)  [\(text(result.low)) … \(text(result.high))]"
            + "  \(result.threads) thread\(result.threads == 1 ? "" : "s")")
      }
    }
  }

  /// A line that is seen at once, though the next work may take a while.
  private func write(_ line: String) { FileHandle.standardOutput.write(Data((line + "\n").utf8)) }
}
