import Backprop
import Foundation
import Testing

@testable import BackpropLessons

/// Every row of docs/course.md against what the lessons give.
@Suite struct CourseTests {
  /// The lessons' pages, run briefly once for all tests.
  static let pages: Result<[String: Written], any Error> = Result {
    var options = LessonPage.Options()
    options.effort = .brief
    var pages: [String: Written] = [:]
    for lesson in Course.lessons {
      let page = LessonPage(of: lesson, options: options) { _ in }
      try page.fill()
      pages[lesson.name] = Written(page)
    }
    return pages
  }

  /// Whether a record meets a cell: a claim, numbers to twelve digits, or a text.
  static func check(_ record: LessonRecord, meets cell: String, _ row: CourseTables.Row) {
    let written = WrittenNumber.all(in: cell)
    for claim in ["<=", ">="] where cell.hasPrefix(claim) {
      let bound = written[0].value
      #expect(
        record.numbers.allSatisfy { claim == "<=" ? $0 <= bound : $0 >= bound },
        "line \(row.line): \(record.name) is \(record.printed), and should be \(cell)")
      #expect(!record.numbers.isEmpty)
      return
    }
    guard !record.numbers.isEmpty else {
      #expect(record.printed == cell, "line \(row.line): \(record.name)")
      return
    }
    #expect(
      written.count == record.numbers.count,
      "line \(row.line): \(record.name) has \(record.numbers.count) numbers")
    for (expected, found) in zip(written, record.numbers) {
      // Twelve significant digits, or all that are written if the course prints fewer.
      let tolerance = 5e-13 * abs(expected.value)
      #expect(
        abs(found - expected.value) <= tolerance,
        "line \(row.line): \(record.name) gives \(found) for \(expected.value)")
    }
  }

  /// Whether a record rounds to the digits that the course prints.
  static func check(_ record: LessonRecord, roundsTo cell: String, _ row: CourseTables.Row) {
    // Formulas and words are for the reader.
    guard !record.numbers.isEmpty, cell.allSatisfy({ !$0.isLetter || "TrueFalse".contains($0) }),
      cell.contains(where: \.isNumber) || cell.contains("True") || cell.contains("False")
    else { return }
    let written = WrittenNumber.all(in: cell)
    #expect(written.count == record.numbers.count, "line \(row.line): \(record.name), \(cell)")
    for (printed, found) in zip(written, record.numbers) {
      #expect(
        abs(found - printed.value) <= max(printed.halfUnit, 5e-13 * abs(printed.value))
          * (1 + 1e-9),
        "line \(row.line): \(record.name) gives \(found), the course prints \(printed.value)")
    }
  }

  @Test func figures() throws {
    let pages = try Self.pages.get()
    let rows = try CourseTables().rows(with: "Course", "Lesson", "Name", "Value")
    try #require(rows.count > 90)
    for row in rows where !row.needsData {
      let record = pages[row["Lesson"]]?.records.first { $0.name == row["Name"] }
      let found = try #require(record, "line \(row.line): \(row["Lesson"]) has no \(row["Name"])")
      Self.check(found, meets: row["Value"], row)
      Self.check(found, roundsTo: row["Course"], row)
    }
  }

  @Test func slips() throws {
    let pages = try Self.pages.get()
    let rows = try CourseTables().rows(with: "Lesson", "Name", "Course", "Right")
    var listed: Set<String> = []
    for row in rows {
      let slip = pages[row["Lesson"]]?.slips.first { $0.name == row["Name"] }
      let found = try #require(
        slip, "line \(row.line): \(row["Lesson"]) has no slip \(row["Name"])")
      Self.check(found.course, meets: row["Course"], row)
      Self.check(found.right, meets: row["Right"], row)
      listed.insert("\(row["Lesson"]) \(row["Name"])")
    }
    for (lesson, page) in pages {
      for slip in page.slips {
        #expect(
          listed.contains("\(lesson) \(slip.name)"),
          "docs/course.md does not list the slip \(slip.name) of \(lesson)")
      }
    }
  }

  @Test func pictures() throws {
    let pages = try Self.pages.get()
    let rows = try CourseTables().rows(with: "Picture", "Lesson", "Drawing")
    var listed: Set<String> = []
    for row in rows {
      let svg = try #require(
        pages[row["Lesson"]]?.drawings[row["Drawing"]],
        "line \(row.line): \(row["Lesson"]) has no drawing \(row["Drawing"])")
      #expect(svg.hasPrefix("<svg") && svg.contains("</svg>"))
      listed.insert("\(row["Lesson"]) \(row["Drawing"])")
    }
    for (lesson, page) in pages {
      for name in page.drawings.keys {
        #expect(
          listed.contains("\(lesson) \(name)"),
          "docs/course.md does not list the drawing \(name) of \(lesson)")
      }
    }
  }

  /// Compares rows with the full runs of their lessons.
  private func checkFully(_ rows: [CourseTables.Row]) throws {
    try #require(!rows.isEmpty)
    for name in Set(rows.map { $0["Lesson"] }) {
      let page = LessonPage(of: try Course.lesson(named: name)) { _ in }
      try page.fill()
      for row in rows where row["Lesson"] == name {
        let found = try #require(page.records.first { $0.name == row["Name"] })
        Self.check(found, meets: row["Value"], row)
        Self.check(found, roundsTo: row["Course"], row)
      }
    }
  }

  /// The figures that only MNIST and the course's weights give.
  @Test(.enabled(if: dataIsHere, "needs MNIST and the course's weights in a data folder"))
  func figuresOfData() throws {
    try checkFully(
      CourseTables().rows(with: "Course", "Lesson", "Name", "Value")
        .filter { $0.needsData && !$0.isLong })
  }

  /// Those that take 10,000 steps of training, about a minute in a debug build.
  @Test(
    .enabled(
      if: dataIsHere && ProcessInfo.processInfo.environment["BACKPROP_LONG_TESTS"] != nil,
      "needs MNIST and BACKPROP_LONG_TESTS"))
  func figuresOfLongRuns() throws {
    try checkFully(
      CourseTables().rows(with: "Course", "Lesson", "Name", "Value").filter(\.isLong))
  }

  static let dataIsHere: Bool = {
    let page = LessonPage(of: Course.lessons[0]) { _ in }
    return page.dataFile("book/sample_weight.pkl") != nil
      && (try? DatasetFolders().locate(.mnist)) != nil
  }()
}

/// What a page holds once its lesson has run.
struct Written: Sendable {
  let records: [LessonRecord]
  let slips: [LessonSlip]
  let prose: [String]
  let drawings: [String: String]

  init(_ page: LessonPage) {
    records = page.records
    slips = page.entries.compactMap { if case .slip(let slip) = $0 { slip } else { nil } }
    prose = page.entries.compactMap { if case .prose(let text) = $0 { text } else { nil } }
    drawings = page.entries.reduce(into: [:]) { drawings, entry in
      if case .drawing(let name, let svg, _) = entry { drawings[name] = svg }
    }
  }
}
