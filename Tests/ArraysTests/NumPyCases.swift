import Testing
import BackpropTestSupport

@testable import BackpropArrays

/// What NumPy says: the cases that Tests/Fixtures/make_array_fixtures.py writes.
struct NumPyCases {
  struct Case: Decodable, CustomStringConvertible {
    let op: String
    let `in`: [Int]
    let out: Int
    var axis: Int?
    var axes: [Int]?
    var keepDims: Bool?
    var index: String?
    var target: [Int]?
    var rows: [Int]?
    var count: Int?
    var numbers: [Double]?
    var type: ScalarType?

    var description: String {
      let options: [Any?] = [axis, axes, keepDims, index, target, rows, count, numbers, type]
      return op + options.compactMap { $0.map { " \($0)" } }.joined()
    }

    /// The index, read as Python writes it: `1:3, ::-1, ..., newaxis, -1`.
    var selections: [AxisSelection] {
      (index ?? "").split(separator: ",").map { word in
        let word = word.trimmingPrefix { $0 == " " }
        switch word {
        case "...": return .ellipsis
        case "newaxis": return .newAxis
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

  static let shared = Result {
    let file = try Fixtures.decode(File.self, from: "arrays.json")
    return NumPyCases(
      arrays: try file.arrays.map { try $0.array() },
      cases: Dictionary(grouping: file.cases, by: \.op))
  }

  /// Checks that `function` gives NumPy's result in every case of `op`, for every layout of its
  /// inputs in memory.
  static func check(
    _ op: String, ulps: UInt64 = 0, at location: SourceLocation = #_sourceLocation,
    _ function: ([NDArray], Case) -> NDArray
  ) throws {
    let all = try shared.get()
    let cases = try #require(all.cases[op], "no cases of \(op)", sourceLocation: location)
    for example in cases {
      let expected = all.arrays[example.out]
      for inputs in combinations(example.in.map { all.arrays[$0].everyLayout }) {
        let difference = mismatch(
          function(inputs.map(\.array), example), expected, ulps: ulps)
        if let difference {
          let given = inputs.map { "\($0.array.shape) \($0.array.scalarType) \($0.name)" }
          Issue.record(
            "\(example) of \(given.joined(separator: " and ")): \(difference)",
            sourceLocation: location)
          break
        }
      }
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
