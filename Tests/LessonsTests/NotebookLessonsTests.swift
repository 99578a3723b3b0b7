import Foundation
import Lessons
import TestSupport
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
      let numbers = try page.numbers(record)
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
      let prose = try briefPage(of: name).entries.compactMap { entry in
        if case .prose(let text) = entry { text } else { nil }
      }
      #expect(prose.contains { $0.contains("A short run") }, "\(name)")
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
      let shown = try briefPage(of: name).entries.compactMap { entry in
        if case .slip(let slip) = entry { slip.name } else { nil }
      }
      #expect(shown == expected, "\(name)")
    }
  }

  // MARK: The pictures

  @Test func theImageGridsShowTheDigits() throws {
    let drawings = try briefPage(of: "digits-5x5").entries.compactMap { entry in
      if case .drawing(let name, let svg, _) = entry { (name, svg) } else { nil }
    }
    #expect(drawings.map(\.0) == ["training-digits", "loss", "noisy-digits"])
    let noisy = try #require(drawings.last).1
    for digit in [1, 3, 4, 2, 5] { #expect(noisy.contains("damaged \(digit)")) }
  }
}

/// The page of a lesson's short run.
func briefPage(of name: String) throws -> LessonPage {
  var options = LessonPage.Options()
  options.effort = .brief
  let page = try LessonPage(of: Course.lesson(named: name), options: options) { _ in }
  try page.fill()
  return page
}

extension LessonPage {
  /// The numbers of a result.
  func numbers(_ name: String) throws -> [Double] {
    try #require(records.first { $0.name == name }, "\(lesson.name) shows no \(name)").numbers
  }
}

/// Whether two numbers agree to a relative tolerance, or to its square next to zero.
func agree(_ a: Double, _ b: Double, tolerance: Double) -> Bool {
  a == b || abs(a - b) <= tolerance * max(abs(a), abs(b)) || abs(a - b) <= tolerance * tolerance
}
