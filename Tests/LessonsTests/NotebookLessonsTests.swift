import Foundation
import BackpropLessons
import BackpropTestSupport
import Testing

/// The lessons of the notebooks against the notebooks themselves: run in NumPy by
/// `Tests/Fixtures/make_course_notebooks.py`.
@Suite struct NotebookLessonsTests {
  /// The numbers that the notebooks' own code gives, by lesson and name.
  static let found = Result {
    try Fixtures.decode([String: [String: [Double]]].self, from: "course_notebooks.json")
  }

  /// Lessons whose short run trains for fewer epochs.
  static let shortened = ["digits-5x5", "dropout"]

  @Test(arguments: [
    "streetlights", "streetlights-one-step", "delta-rule", "xor-backprop", "digits-5x5", "dropout",
    "hand-weights", "study-hours", "study-hours-practice",
  ])
  func theNumbersAreTheNotebooks(_ name: String) throws {
    let page = try briefPage(of: name)
    let key = Self.shortened.contains(name) ? "\(name) --brief" : name
    #expect(page.records.count > 5)
    for (record, expected) in try #require(Self.found.get()[key]) {
      let shown = page.records.first { $0.name == record }
      let numbers = try #require(shown, "\(name) shows no \(record)").numbers
      #expect(numbers.count == expected.count, "\(name) \(record)")
      for (number, right) in zip(numbers, expected) {
        #expect(
          agree(number, right, tolerance: 1e-10), "\(name) \(record): \(number) and \(right)")
      }
    }
    // What the lesson says of itself: that backpropagation by hand and backward() agree.
    let claims = page.records.filter { $0.name.hasSuffix("agree") || $0.name.hasSuffix("agrees") }
    for claim in claims { #expect(claim.json == "true", "\(name) \(claim.name)") }
    #expect(!claims.isEmpty)
  }

  @Test func aShortRunSaysSo() throws {
    for name in Self.shortened {
      #expect(try briefPage(of: name).prose.contains { $0.contains("A short run") }, "\(name)")
    }
  }

  @Test func everySlipIsShown() throws {
    let slips = [
      "streetlights": ["sign-comment"], "dropout": ["delta-3"],
      "hand-weights": ["b-diff", "new-b", "delta-three-layers"],
      "study-hours": [
        "chain-rule-formula", "sigmoid-plot", "sigmoid-prime-far", "loss-halved-twice",
      ],
      "study-hours-practice": ["loss-0", "loss-27", "x-after", "leru"],
    ]
    for (name, expected) in slips {
      #expect(try briefPage(of: name).slips.map(\.name) == expected, "\(name)")
    }
  }

  // MARK: The pictures

  @Test func theImageGridsShowTheDigits() throws {
    let noisy = try #require(try briefPage(of: "digits-5x5").drawings["noisy-digits"])
    for digit in [1, 3, 4, 2, 5] { #expect(noisy.contains("damaged \(digit)")) }
  }
}

/// The page of a lesson's short run, which all tests share.
private func briefPage(of name: String) throws -> Written {
  try #require(try CourseTests.pages.get()[name], "there is no lesson \(name)")
}

/// Whether two numbers agree to a relative tolerance, or to its square next to zero.
private func agree(_ a: Double, _ b: Double, tolerance: Double) -> Bool {
  a == b || abs(a - b) <= tolerance * max(abs(a), abs(b)) || abs(a - b) <= tolerance * tolerance
}
