import BackpropFiles

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// How fast this library was beside others, as `Benchmarks/compare.py --output` writes it.
///
/// ```swift
/// let comparison = try Comparison(contentsOf: "table.json")
/// try comparison.figure(threads: 2).write(to: "performance.svg")
/// ```
public struct Comparison: Sendable, Hashable {
  /// A work at a number of threads.
  public struct Work: Sendable, Hashable {
    /// The work: `two-layer`.
    public let name: String
    /// The number of threads that each library could use.
    public let threads: Int
    /// How many times as fast this library was as each other one, by their names: 2 means twice as
    /// fast, 0.5 half as fast, for rates and times alike.
    public let ratios: [String: Double]
  }

  /// The libraries that this one is compared with, as the file calls them and as people do.
  public static let peers = [("numpy", "NumPy"), ("torch", "PyTorch"), ("jax", "JAX")]

  /// The works that at least one other library does too, in the order of the file.
  public let works: [Work]
  private let file: String

  /// Reads a file.
  ///
  /// The file says of each library and work what was measured in each round. A ratio is the median
  /// over the rounds of ours to theirs in the same round, turned over where less is better.
  ///
  /// - Throws: `FileError`; `ComparisonError` for a file that `compare.py` did not write.
  public init(contentsOf path: String) throws {
    let bytes = try File.read(path)
    let table: Table
    do {
      table = try JSONDecoder().decode(Table.self, from: Data(bytes))
    } catch {
      throw ComparisonError(file: path, reason: .notAComparison(Self.text(of: error)))
    }
    works = try table.works.compactMap { row in
      let ratios = try row.ratios(file: path)
      return ratios.isEmpty ? nil : Work(name: row.work, threads: row.threads, ratios: ratios)
    }
    file = path
  }

  /// The numbers of threads that something was compared at, in rising order.
  public var threadCounts: [Int] { Set(works.map(\.threads)).sorted() }

  /// The works that were compared at a number of threads.
  ///
  /// - Parameter threads: the number; if nil, the highest that there is.
  /// - Throws: `ComparisonError` if nothing was compared at it.
  func works(threads: Int?) throws(ComparisonError) -> [Work] {
    let counts = threadCounts
    guard let threads = threads ?? counts.last, counts.contains(threads) else {
      throw ComparisonError(
        file: file, reason: .nothingCompared(threads: threads, found: counts))
    }
    return works.filter { $0.threads == threads }
  }

  private static func text(of error: any Error) -> String {
    func place(_ context: DecodingError.Context) -> String {
      let path = context.codingPath.map { key in
        key.intValue.map { "[\($0)]" } ?? ".\(key.stringValue)"
      }
      return path.isEmpty ? "at the top" : "at \(path.joined())"
    }
    switch error {
    case DecodingError.keyNotFound(let key, let context):
      return "no '\(key.stringValue)' \(place(context))"
    case DecodingError.typeMismatch(let type, let context):
      return "expected \(type) \(place(context)), found something else"
    case DecodingError.valueNotFound(let type, let context):
      return "expected \(type) \(place(context)), found null"
    default: return "it is not valid JSON"
    }
  }
}

/// The file, as far as it is needed.
private struct Table: Decodable {
  let works: [Row]
}

private struct Row: Decodable {
  struct Result: Decodable {
    let unit: String
    let rounds: [Double]
  }

  let work: String
  let threads: Int
  let results: [String: Result]

  /// The units in which less is better; in all others more is.
  private static let times: Set = ["us", "ms", "s"]

  func ratios(file: String) throws(ComparisonError) -> [String: Double] {
    guard let ours = results["backprop"] else { return [:] }
    var ratios: [String: Double] = [:]
    for (peer, theirs) in results where peer != "backprop" && theirs.unit == ours.unit {
      let rounds = zip(ours.rounds, theirs.rounds)
      guard rounds.allSatisfy({ $0 > 0 && $1 > 0 }), !theirs.rounds.isEmpty, !ours.rounds.isEmpty
      else { throw ComparisonError(file: file, reason: .badRounds(work: work, library: peer)) }
      let isTime = Self.times.contains(ours.unit)
      let sorted = rounds.map { isTime ? $1 / $0 : $0 / $1 }.sorted()
      let middle = sorted.count / 2
      ratios[peer] =
        sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    }
    return ratios
  }
}

/// A file that holds no comparison that could be drawn.
public struct ComparisonError: Error, Hashable, CustomStringConvertible {
  /// What is wrong with it.
  public enum Reason: Sendable, Hashable {
    /// The file is not one of `compare.py`: what was found instead.
    case notAComparison(String)
    /// A work has no rounds, or a speed or time that is not above zero.
    case badRounds(work: String, library: String)
    /// Nothing was compared at this number of threads (at any, if nil); `found` are those that there
    /// are.
    case nothingCompared(threads: Int?, found: [Int])
  }

  /// The file.
  public let file: String
  /// What is wrong with it.
  public let reason: Reason

  public var description: String {
    switch reason {
    case .notAComparison(let text):
      return "'\(file)' is not a comparison: \(text). Expected the JSON that "
        + "Benchmarks/compare.py writes with --output."
    case .badRounds(let work, let library):
      return "'\(file)': the work '\(work)' needs rounds of backprop and \(library) with numbers "
        + "above 0. Measure it again with Benchmarks/compare.py."
    case .nothingCompared(let threads, let found):
      let place = threads.map { " at \($0) threads" } ?? ""
      let rest =
        found.isEmpty
        ? "Run Benchmarks/compare.py with a Python that has the other libraries."
        : "There are \(found.map(String.init).joined(separator: ", "))."
      return "'\(file)' compares nothing\(place). \(rest)"
    }
  }
}
