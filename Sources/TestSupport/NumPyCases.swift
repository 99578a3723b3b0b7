import BackpropArrays

/// What NumPy says: the cases that scripts in Tests/Fixtures write.
public struct NumPyCases: Sendable {
  /// One call of one operation.
  public struct Case: Decodable, Sendable, CustomStringConvertible {
    /// The operation.
    public let op: String
    let `in`: [Int]
    let out: Int
    /// The axis, if one is named.
    public let axis: Int?
    /// The axes, if they are named.
    public let axes: [Int]?
    /// Whether reduced axes stay.
    public let keepDims: Bool?
    let index: String?
    /// The lengths of the result.
    public let target: [Int]?
    /// Row numbers.
    public let rows: [Int]?
    /// How many.
    public let count: Int?
    /// Bounds and steps.
    public let numbers: [Double]?
    /// A setting that is one number: an exponent, a correction.
    public let number: Double?
    /// A setting that is on or off.
    public let flag: Bool?
    /// A setting in words.
    public let text: String?
    /// The type of the result.
    public let type: ScalarType?

    /// The operation and what it is set to.
    public var description: String {
      let options: [Any?] = [
        axis, axes, keepDims, index, target, rows, count, numbers, number, flag, text, type,
      ]
      return op + options.compactMap { $0.map { " \($0)" } }.joined()
    }

    /// The index, read as Python writes it: `1:3, ::-1, ..., newaxis, -1`.
    public var selections: [AxisSelection] { selections([]) }

    /// The index, in which `@` stands for the next of these arrays.
    public func selections(_ arrays: some Sequence<NDArray>) -> [AxisSelection] {
      var arrays = arrays.makeIterator()
      return (index ?? "").split(separator: ",").map { word in
        let word = word.trimmingPrefix { $0 == " " }
        switch word {
        case "...": return .ellipsis
        case "newaxis": return .newAxis
        case "@": return .positions(arrays.next()!)
        default:
          let parts = word.split(separator: ":", omittingEmptySubsequences: false).map { Int($0) }
          return parts.count == 1
            ? .position(parts[0]!)
            : .slice(from: parts[0], to: parts[1], by: parts.count == 3 ? parts[2]! : 1)
        }
      }
    }
  }

  private struct File: Decodable {
    let arrays: [FixtureArray]
    let cases: [Case]
  }

  let arrays: [NDArray]
  let cases: [String: [Case]]

  /// The files, each of which has operations of its own.
  static let shared = Result {
    try [
      "arrays.json", "indexing.json", "reductions.json", "movement.json", "sorting.json",
      "logic.json",
    ].map { name in
      let file = try Fixtures.decode(File.self, from: name)
      return NumPyCases(
        arrays: try file.arrays.map { try $0.array() },
        cases: Dictionary(grouping: file.cases, by: \.op))
    }
  }

  /// Where `function` does not give NumPy's result in a case of `op`, for every layout of its inputs
  /// in memory.
  public static func failures(
    of op: String, ulps: UInt64 = 0, _ function: ([NDArray], Case) -> NDArray
  ) throws -> [String] {
    try failures(of: op) { mismatch(function($0, $1), $2, ulps: ulps) }
  }

  /// The same with a comparison of one's own: what is wrong with a result, given its inputs, the case
  /// and what NumPy says.
  public static func failures(
    of op: String, _ difference: ([NDArray], Case, NDArray) -> String?
  ) throws -> [String] {
    guard let all = try shared.get().first(where: { $0.cases[op] != nil }),
      let cases = all.cases[op]
    else { throw FixtureError("there are no cases of \(op)") }
    return cases.compactMap { example in
      let expected = all.arrays[example.out]
      for inputs in combinations(example.in.map { all.arrays[$0].everyLayout }) {
        if let difference = difference(inputs.map(\.array), example, expected) {
          let given = inputs.map { "\($0.array.shape) \($0.array.scalarType) \($0.name)" }
          return "\(example) of \(given.joined(separator: " and ")): \(difference)"
        }
      }
      return nil
    }
  }

  /// Every pair of layouts for two inputs; for more, each layout of each once.
  private static func combinations(_ layouts: [[Layout]]) -> [[Layout]] {
    switch layouts.count {
    case 0: [[]]
    case 1: layouts[0].map { [$0] }
    case 2: layouts[0].flatMap { first in layouts[1].map { [first, $0] } }
    default:
      (0..<(layouts.map(\.count).max() ?? 0)).map { index in
        layouts.enumerated().map { $1[(index + $0) % $1.count] }
      }
    }
  }
}
