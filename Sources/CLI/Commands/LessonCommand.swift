import ArgumentParser
import Foundation
import Lessons

/// `backprop lesson`: lists the lessons of the course, runs one, or runs them all into a book.
struct LessonCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lesson",
    abstract: "Run a lesson of the course, or list them.",
    discussion: """
      Without a name, the lessons are listed in the order of the course. A lesson prints its \
      numbers and draws its figures in the terminal; with --output, the figures are written to a \
      folder as SVG. With --all, every lesson is run and written to one page, course.html.
      """)

  @Argument(help: "The lesson to run.")
  var name: String?

  @Flag(help: "Run every lesson and write course.html; needs --output.")
  var all = false

  @Option(help: ArgumentHelp("Write figures to this folder.", valueName: "folder"))
  var output: String?

  @Option(help: ArgumentHelp("Look for data sets in this folder first.", valueName: "folder"))
  var dataDir: String?

  @Flag(help: "Print each result as a line of JSON, with every digit.")
  var json = false

  @Flag(help: "Take fewer examples and steps where a lesson trains a network.")
  var brief = false

  func validate() throws {
    if all, name != nil {
      throw ValidationError("give the name of one lesson or --all, not both.")
    }
    if all, output == nil {
      throw ValidationError("--all writes a page: say into which folder with --output.")
    }
  }

  func run() throws {
    if all {
      try runAll()
    } else if let name {
      try fill(Course.lesson(named: name))
    } else {
      list()
    }
  }

  private func list() {
    if json {
      for lesson in Course.lessons {
        let members = ["name": lesson.name, "title": lesson.title, "source": lesson.source]
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        if let line = try? encoder.encode(members) { print(String(decoding: line, as: UTF8.self)) }
      }
      return
    }
    let width = Course.lessons.map(\.name.count).max() ?? 0
    var source = ""
    for lesson in Course.lessons {
      if lesson.source != source {
        source = lesson.source
        print("\n\(source)")
      }
      let space = String(repeating: " ", count: width - lesson.name.count + 2)
      print("  \(lesson.name)\(space)\(lesson.summary)")
    }
    print("\nRun one with: backprop lesson NAME")
  }

  private func runAll() throws {
    let pages = try Course.lessons.map { try fill($0) }
    let path = "\(output!)/course.html"
    try Data(CourseBook.html(pages).utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
    if !json { print("Every lesson is on one page: \(path)") }
  }

  @discardableResult
  private func fill(_ lesson: any Lesson) throws -> LessonPage {
    var options = LessonPage.Options()
    options.effort = brief ? .brief : .full
    options.format = json ? .json : .text
    options.dataFolder = dataDir
    options.outputFolder = output
    let isTerminal = isatty(STDOUT_FILENO) == 1
    options.columns = isTerminal ? terminalWidth : 80
    options.showsProgress = isTerminal
    options.color = isTerminal && ProcessInfo.processInfo.environment["NO_COLOR"] == nil
    let page = LessonPage(of: lesson, options: options) { text in
      FileHandle.standardOutput.write(Data(text.utf8))
    }
    try page.fill()
    return page
  }

  /// The width of the terminal, or 80 where it does not say.
  private var terminalWidth: Int {
    var size = winsize()
    return ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
      ? Int(size.ws_col) : 80
  }
}
