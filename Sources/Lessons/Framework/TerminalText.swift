import Backprop

/// How the parts of a page look in a terminal.
enum TerminalText {
  /// What a part of the page is; short results, lines of output and names of files stand close to
  /// one another.
  enum Part { case text, value, output, file }

  static func title(_ title: String, source: String, _ options: LessonPage.Options) -> String {
    styled(title, "1", options) + "\n" + styled(source, "2", options) + "\n"
  }

  static func heading(_ text: String, _ options: LessonPage.Options) -> String {
    styled("── " + text, "1", options) + "\n"
  }

  /// `label = value`; the lines of an array stay below one another.
  static func value(_ record: LessonRecord, _ options: LessonPage.Options) -> String {
    let lines = record.printed.split(separator: "\n", omittingEmptySubsequences: false)
    let label = "  " + record.label + " = "
    if lines.count > 1, label.count > 30 {
      let name = styled("  " + record.label + " =", "36", options)
      return name + "\n" + lines.map { "    " + $0 + "\n" }.joined()
    }
    let margin = String(repeating: " ", count: label.count)
    return styled(label, "36", options) + lines.joined(separator: "\n" + margin) + "\n"
  }

  static func slip(_ slip: LessonSlip, _ options: LessonPage.Options) -> String {
    let rows = [("the course", slip.course.printed), ("right", slip.right.printed)]
    var text = styled("  A slip of the course", "33", options) + "\n"
    for (name, value) in rows {
      let label = "    " + name + String(repeating: " ", count: 12 - name.count)
      let margin = "\n" + String(repeating: " ", count: label.count)
      text += label + value.split(separator: "\n").joined(separator: margin) + "\n"
    }
    return text + wrapped(slip.why, columns: options.columns, margin: "    ") + "\n"
  }

  static func output(_ text: String, _ options: LessonPage.Options) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { "  \($0)\n" }.joined()
  }

  static func caption(_ text: String, _ options: LessonPage.Options) -> String {
    let lines = wrapped(text, columns: options.columns, margin: "  ")
    return styled(lines, "2", options) + "\n"
  }

  static func progress(
    _ title: String, done: Int, of total: Int, _ options: LessonPage.Options
  ) -> String {
    let width = max(0, min(40, options.columns - title.count - 24))
    let full = total > 0 ? width * done / total : 0
    let bar =
      String(repeating: "█", count: full) + String(repeating: "░", count: width - full)
    return "  \(title) \(bar) \(done) of \(total)"
  }

  /// The text in lines of at most 80 columns, broken between words.
  static func wrapped(_ text: String, columns: Int, margin: String = "") -> String {
    let width = max(20, min(columns, 80)) - margin.count
    var lines: [String] = []
    // Empty words are kept: an array in a sentence may hold two spaces in a row.
    for word in text.split(separator: " ", omittingEmptySubsequences: false) {
      if let last = lines.last, last.count + 1 + word.count <= width {
        lines[lines.count - 1] = last + " " + word
      } else {
        lines.append(String(word))
      }
    }
    return margin + lines.joined(separator: "\n" + margin)
  }

  private static func styled(
    _ text: String, _ code: String, _ options: LessonPage.Options
  ) -> String {
    options.color ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
  }
}
