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
    /// The instruction set that each was held to, as `BACKPROP_ISA` calls it; `nil` where the file does
    /// not say.
    public let instructionSet: String?
    /// How many times as fast this library was as each other one, by their names: 2 means twice as
    /// fast, 0.5 half as fast, for rates and times alike.
    public let ratios: [String: Double]
  }

  /// The libraries that this one is compared with, as the file calls them and as people do.
  public static let peers = [
    ("numpy", "NumPy"), ("torch", "PyTorch"), ("jax", "JAX"), ("onnxruntime", "ONNX Runtime"),
    ("tokenizers", "tokenizers"),
  ]

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
      guard !ratios.isEmpty else { return nil }
      return Work(
        name: row.work, threads: row.threads, instructionSet: row.isa, ratios: ratios)
    }
    file = path
  }

  /// The numbers of threads that something was compared at, in rising order.
  public var threadCounts: [Int] { Set(works.map(\.threads)).sorted() }

  /// The instruction sets that something was compared with, in the order of the file.
  public var instructionSets: [String] {
    works.compactMap(\.instructionSet).reduce(into: []) { found, set in
      if !found.contains(set) { found.append(set) }
    }
  }

  /// The works that were compared at a number of threads with an instruction set.
  ///
  /// - Parameters:
  ///   - threads: the number; if nil, the highest that there is.
  ///   - instructionSet: its name; if nil, the first of the file.
  /// - Throws: `ComparisonError` if nothing was compared so.
  func works(threads: Int?, instructionSet: String?) throws(ComparisonError) -> [Work] {
    let sets = instructionSets
    if let instructionSet, !sets.contains(instructionSet) {
      throw ComparisonError(
        file: file, reason: .notComparedWith(instructionSet: instructionSet, found: sets))
    }
    let set = instructionSet ?? sets.first
    let chosen = works.filter { $0.instructionSet == set }
    let counts = Set(chosen.map(\.threads)).sorted()
    guard let threads = threads ?? counts.last, counts.contains(threads) else {
      throw ComparisonError(
        file: file, reason: .nothingCompared(threads: threads, found: counts))
    }
    return chosen.filter { $0.threads == threads }
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
  let isa: String?
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
    /// Nothing was compared with this instruction set; `found` are those that there are.
    case notComparedWith(instructionSet: String, found: [String])
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
    case .notComparedWith(let set, let found):
      let rest =
        found.isEmpty
        ? "It does not say which instruction set was used."
        : "There are \(found.joined(separator: ", "))."
      return "'\(file)' compares nothing with the instruction set '\(set)'. \(rest)"
    }
  }
}
