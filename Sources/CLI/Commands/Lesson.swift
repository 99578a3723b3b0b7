import ArgumentParser
import BackpropFiles
import BackpropLessons

/// `backprop lesson`
struct Lesson: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List the lessons of the course, or run one.",
    discussion: """
      Without a name, the lessons are listed in the order of the course. A lesson prints its \
      numbers and draws its figures in the terminal; with --output the figures are written to a \
      folder, as SVG and, where they are images, as PNG. With --all, every lesson is run and \
      written to one page, course.html.

      EXAMPLES:
        backprop lesson
        backprop lesson softmax
        backprop lesson softmax --json
        backprop lesson learning-mnist --output figures
        backprop lesson --all --output course
      """)

  @Argument(help: ArgumentHelp("The lesson to run.", valueName: "NAME"))
  var name: String?

  @Flag(help: "Run every lesson and write course.html; needs --output.")
  var all = false

  @Option(help: ArgumentHelp("The folder to write figures to.", valueName: "DIR"))
  var output: String?

  @OptionGroup var data: DataFolderOption

  @Flag(help: "Write a line of JSON for each result to standard output, and nothing else.")
  var json = false

  @Flag(help: "Take fewer examples and steps where a lesson trains a network.")
  var brief = false

  func validate() throws {
    if all, let name {
      throw ValidationError("'\(name)' and --all: give the name of one lesson or --all, not both")
    }
    if all, output == nil {
      throw ValidationError("--all writes a page: say into which folder with --output DIR")
    }
    if let name {
      do {
        _ = try Course.lesson(named: name)
      } catch {
        throw ValidationError(error.description)
      }
    }
  }

  func run() throws {
    if all {
      try runAll(to: output!)
    } else if let name {
      try fill(Course.lesson(named: name))
    } else {
      list()
    }
  }

  private func list() {
    let width = Course.lessons.map(\.name.count).max() ?? 0
    var source = ""
    for lesson in Course.lessons {
      if json {
        let line = JSONValue.object([
          ("lesson", .string(lesson.name)), ("title", .string(lesson.title)),
          ("summary", .string(lesson.summary)), ("source", .string(lesson.source)),
        ])
        StandardOutput.write(line.description)
        continue
      }
      if lesson.source != source {
        StandardOutput.write((source.isEmpty ? "" : "\n") + lesson.source)
        source = lesson.source
      }
      let space = String(repeating: " ", count: width - lesson.name.count + 2)
      StandardOutput.write("  " + lesson.name + space + lesson.summary)
    }
  }

  private func runAll(to folder: String) throws {
    var pages: [LessonPage] = []
    for lesson in Course.lessons {
      if !pages.isEmpty, !json { StandardOutput.write("\n") }
      pages.append(try fill(lesson))
    }
    let path = try CourseBook.write(pages, to: folder)
    if !json { StandardOutput.write("\nEvery lesson is on one page: \(path)") }
  }

  @discardableResult
  private func fill(_ lesson: any BackpropLessons.Lesson) throws -> LessonPage {
    var options = LessonPage.Options()
    options.effort = brief ? .brief : .full
    options.format = json ? .json : .text
    options.dataFolder = data.folder
    options.outputFolder = output
    options.columns = StandardOutput.columns
    options.showsProgress = StandardOutput.isTerminal
    options.color = StandardOutput.hasColor
    let page = LessonPage(of: lesson, options: options) { StandardOutput.put($0) }
    try page.fill()
    return page
  }
}
