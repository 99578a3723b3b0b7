import Backprop
import BackpropFiles

/// What a lesson writes on: the text appears in the terminal as the lesson goes, every result is
/// recorded by its name, and figures are drawn in the terminal or written to a folder.
public final class LessonPage {
  /// How long a lesson may take.
  public enum Effort: Sendable {
    /// As long as the course's own run.
    case full
    /// A few seconds: fewer examples and steps, and the page says so.
    case brief
  }

  /// What the lines are.
  public enum Format: Sendable {
    /// Text to read.
    case text
    /// One JSON object a line for each result: `{"lesson":…,"name":…,"value":…}`.
    case json
  }

  /// How a page is written.
  public struct Options: Sendable {
    /// How long the lesson may take.
    public var effort = Effort.full
    /// Text or JSON lines.
    public var format = Format.text
    /// The folder of data sets, as `--data-dir` gives it.
    public var dataFolder: String?
    /// The folder that figures are written to; drawn in the terminal if nil.
    public var outputFolder: String?
    /// The width of the terminal.
    public var columns = 80
    /// Whether the text may be coloured with ANSI escape codes.
    public var color = false
    /// Whether a progress bar may be drawn.
    public var showsProgress = false

    /// The course's own run, as text, with figures drawn in the terminal.
    public init() {}
  }

  /// The lesson that writes.
  public let lesson: any Lesson
  /// How the page is written.
  public let options: Options
  /// Everything on the page, in order.
  public private(set) var entries: [LessonEntry] = []
  /// Every result, in order.
  public private(set) var records: [LessonRecord] = []
  /// The files written so far.
  public private(set) var files: [String] = []
  /// What kept a figure from being written.
  private var failure: (any Error)?
  private var names: Set<String> = []
  private var progressLength = 0
  private var lastPart: TerminalText.Part?
  private let write: (String) -> Void

  /// An empty page.
  ///
  /// - Parameters:
  ///   - lesson: what will fill it.
  ///   - options: how it is written, and how much is computed.
  ///   - write: takes the text as it comes.
  public init(
    of lesson: any Lesson, options: Options = Options(), write: @escaping (String) -> Void
  ) {
    self.lesson = lesson
    self.options = options
    self.write = write
  }

  /// Whether the lesson should do less than the course did.
  public var isBrief: Bool { options.effort == .brief }
  /// The folder of data sets, as `--data-dir` gives it.
  public var dataFolder: String? { options.dataFolder }
  /// The folder that figures are written to; nil if they are drawn in the terminal.
  public var outputFolder: String? { options.outputFolder }

  /// Runs the lesson.
  ///
  /// - Throws: the lesson's error, or the reason why a figure could not be written.
  public func fill() throws {
    emit(.text, TerminalText.title(lesson.title, source: lesson.source, options))
    try lesson.run(on: self)
    if let failure { throw failure }
  }

  // MARK: What a lesson writes

  /// The name of the step that follows.
  public func heading(_ text: String) {
    entries.append(.heading(text))
    emit(.text, TerminalText.heading(text, options))
  }

  /// A sentence or two that explain the step. `Code` stands in backticks.
  public func say(_ text: String) {
    entries.append(.prose(text))
    emit(.text, TerminalText.wrapped(text, columns: options.columns) + "\n")
  }

  /// A result: printed as the course's Python prints it, and recorded by its name with every digit.
  ///
  /// Traps if something else on the page has this name.
  ///
  /// - Parameters:
  ///   - name: what it is called in the JSON lines; once a lesson.
  ///   - value: the result.
  ///   - label: what it is called on the page, usually the code that computes it; the name if nil.
  public func show(_ name: String, _ value: some LessonValue, as label: String? = nil) {
    let record = recorded(name, value, label)
    entries.append(.value(record))
    emit(record.printed.contains("\n") ? .text : .value, TerminalText.value(record, options))
    emitJSON(name, "\"value\":" + record.json)
  }

  /// A slip of the course: its figure and the right one side by side.
  ///
  /// Traps if something else on the page has this name.
  ///
  /// - Parameters:
  ///   - name: what it is called in the JSON lines; once a lesson.
  ///   - course: what the course has.
  ///   - right: what it should be; recorded as the value of `name`.
  ///   - why: a sentence.
  public func slip(
    _ name: String, course: some LessonValue, right: some LessonValue, why: String
  ) {
    let slip = LessonSlip(
      name: name, course: LessonRecord(name, course, label: "the course"),
      right: recorded(name, right, nil), why: why)
    entries.append(.slip(slip))
    emit(.text, TerminalText.slip(slip, options))
    emitJSON(
      name,
      "\"value\":\(right.json),\"course\":\(course.json),\"why\":\(jsonQuoted(why))")
  }

  /// Text as the course prints it.
  public func print(_ text: String) {
    entries.append(.output(text))
    emit(.output, TerminalText.output(text, options))
  }

  /// A figure: a chart in the terminal, or a file `lesson-name.svg` (and `.png` if it holds images
  /// only) in the output folder.
  ///
  /// Traps if something else on the page has this name.
  ///
  /// - Parameters:
  ///   - name: what it is called in the JSON lines and in the name of the file; once a lesson.
  ///   - figure: the figure.
  ///   - caption: what is to be seen in it.
  public func figure(_ name: String, _ figure: Figure, caption: String) {
    note(name)
    entries.append(.drawing(name: name, svg: figure.svg(), caption: caption))
    if outputFolder == nil {
      let columns = min(max(options.columns, 20), 100)
      emit(.text, figure.text(columns: columns, color: options.color))
      emit(.text, TerminalText.caption(caption, options))
    } else {
      save(name, "svg", Array(figure.svg().utf8))
      // Only a figure of nothing but images can be a PNG.
      if let png = try? figure.png() { save(name, "png", png) }
    }
  }

  /// A drawing that is SVG already, such as a graph.
  ///
  /// Traps if something else on the page has this name.
  ///
  /// - Parameters:
  ///   - name: what it is called in the JSON lines and in the name of the file; once a lesson.
  ///   - svg: the drawing.
  ///   - caption: what is to be seen in it.
  public func graph(_ name: String, svg: String, caption: String) {
    note(name)
    entries.append(.drawing(name: name, svg: svg, caption: caption))
    if outputFolder == nil {
      emit(.text, TerminalText.caption(caption + " (--output writes it as SVG.)", options))
    } else {
      save(name, "svg", Array(svg.utf8))
    }
  }

  /// How far a long step is; shown on a terminal only.
  ///
  /// - Parameters:
  ///   - title: what is being done.
  ///   - done: how many steps are behind.
  ///   - total: how many there are.
  public func progress(_ title: String, done: Int, of total: Int) {
    guard options.showsProgress, options.format == .text else { return }
    clearProgress()
    if done < total {
      let line = TerminalText.progress(title, done: done, of: total, options)
      progressLength = line.count
      write(line)
    }
  }

  // MARK: Where it goes

  private func recorded(_ name: String, _ value: some LessonValue, _ label: String?)
    -> LessonRecord
  {
    note(name)
    let record = LessonRecord(name, value, label: label ?? name)
    records.append(record)
    return record
  }

  private func note(_ name: String) {
    guard names.insert(name).inserted else {
      fatalError("\(lesson.name): two things on the page are named '\(name)'; names are unique")
    }
  }

  private func save(_ name: String, _ ending: String, _ bytes: [UInt8]) {
    guard let outputFolder, failure == nil else { return }
    let path = "\(outputFolder)/\(lesson.name)-\(name).\(ending)"
    do {
      try File.createFolder(outputFolder)
      try AtomicFile.write(bytes, to: path)
      files.append(path)
      emit(.file, "  → \(path)\n")
    } catch {
      failure = error
    }
  }

  /// Writes a part, with a blank line before it unless it goes on with what stands before.
  private func emit(_ part: TerminalText.Part, _ text: String) {
    guard options.format == .text else { return }
    clearProgress()
    if let lastPart, lastPart != part || part == .text { write("\n") }
    lastPart = part
    write(text)
  }

  private func emitJSON(_ name: String, _ members: String) {
    guard options.format == .json else { return }
    write("{\"lesson\":\(jsonQuoted(lesson.name)),\"name\":\(jsonQuoted(name)),\(members)}\n")
  }

  private func clearProgress() {
    guard progressLength > 0 else { return }
    write("\r" + String(repeating: " ", count: progressLength) + "\r")
    progressLength = 0
  }
}
