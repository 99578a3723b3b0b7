/// How fast a work went, or how much memory it needed: the median over repetitions, and the lowest
/// and highest of them.
public struct Measurement: Sendable {
  /// The work: `two-layer`.
  public let work: String
  /// The median.
  public let value: Double
  /// What is counted: `steps/s`, `GFLOP/s`, `us`, `bytes`, …
  public let unit: String
  /// The number of threads that an operation might use.
  public let threads: Int
  /// The lowest value of any repetition.
  public let low: Double
  /// The highest value of any repetition.
  public let high: Double
  /// What the work ran on, where it matters: `mnist`, or `digits` where MNIST is not there.
  public var data: String?

  init(work: String, unit: String, threads: Int, values: [Double], data: String? = nil) {
    let sorted = values.sorted()
    self.work = work
    self.unit = unit
    self.threads = threads
    let middle = sorted.count / 2
    value = sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    low = sorted[0]
    high = sorted[sorted.count - 1]
    self.data = data
  }
}
