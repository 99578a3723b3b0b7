import BackpropFiles

/// All lessons as one HTML page that needs nothing beside it: a table of contents, then every
/// lesson with its text, numbers and figures.
public enum CourseBook {
  /// Writes the page to `course.html` in a folder.
  ///
  /// - Parameters:
  ///   - pages: filled, in the order of the course.
  ///   - folder: made if it is not there.
  /// - Returns: the path of the file.
  /// - Throws: `FileError`.
  public static func write(_ pages: [LessonPage], to folder: String) throws -> String {
    try File.createFolder(folder)
    let path = folder + "/course.html"
    try AtomicFile.write(Array(html(pages).utf8), to: path)
    return path
  }

  /// The page.
  ///
  /// - Parameter pages: filled, in the order of the course.
  /// - Returns: the text of an HTML file.
  public static func html(_ pages: [LessonPage]) -> String {
    var body = "<header><h1>The course, run</h1>\n"
    body += "<p>Every slide and notebook of the course as a lesson in Swift: what it computes, "
    body += "what it prints and what it draws.</p></header>\n"
    body += contents(pages)
    body += "<main>\n"
    for page in pages { body += article(page) }
    body += "</main>\n"
    return """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <title>The course, run</title>
      <style>\(styleSheet)</style>
      </head>
      <body>
      \(body)</body>
      </html>

      """
  }

  private static func contents(_ pages: [LessonPage]) -> String {
    var text = "<nav aria-label=\"Lessons\">\n<h2>Lessons</h2>\n<ol>\n"
    for page in pages {
      let lesson = page.lesson
      text += "<li><a href=\"#\(lesson.name)\">\(escaped(lesson.title))</a> "
      text += "<span>\(escaped(lesson.summary))</span></li>\n"
    }
    return text + "</ol>\n</nav>\n"
  }

  private static func article(_ page: LessonPage) -> String {
    let lesson = page.lesson
    var text = "<article id=\"\(lesson.name)\">\n"
    text += "<p class=\"source\">\(escaped(lesson.source))</p>\n"
    text += "<h2>\(escaped(lesson.title))</h2>\n"
    text += "<p class=\"run\"><code>backprop lesson \(lesson.name)</code></p>\n"
    for entry in joined(page.entries) { text += html(entry) }
    return text + "</article>\n"
  }

  /// What stands in one box: results that follow one another, or lines of output.
  private enum Block {
    case values([LessonRecord])
    case output(String)
    case other(LessonEntry)
  }

  private static func joined(_ entries: [LessonEntry]) -> [Block] {
    entries.reduce(into: []) { blocks, entry in
      switch (blocks.last, entry) {
      case (.values(let records), .value(let record)):
        blocks[blocks.count - 1] = .values(records + [record])
      case (.output(let text), .output(let more)):
        blocks[blocks.count - 1] = .output(text + "\n" + more)
      case (_, .value(let record)): blocks.append(.values([record]))
      case (_, .output(let text)): blocks.append(.output(text))
      default: blocks.append(.other(entry))
      }
    }
  }

  private static func html(_ block: Block) -> String {
    switch block {
    case .output(let text): return "<pre class=\"output\">\(escaped(text))</pre>\n"
    case .values(let records):
      let rows = records.map { record in
        "<dt><code>\(escaped(record.label))</code></dt>"
          + "<dd><pre>\(escaped(record.printed))</pre></dd>\n"
      }
      // Labels stand beside their values while a line of the page holds both.
      let label = records.map(\.label.count).max() ?? 0
      let value = records.flatMap { $0.printed.split(separator: "\n").map(\.count) }.max() ?? 0
      let stacked = label + value > 68 ? " stacked" : ""
      return "<dl class=\"values\(stacked)\">\n\(rows.joined())</dl>\n"
    case .other(let entry): return html(entry)
    }
  }

  private static func html(_ entry: LessonEntry) -> String {
    switch entry {
    case .heading(let text): return "<h3>\(escaped(text))</h3>\n"
    case .prose(let text): return "<p>\(prose(text))</p>\n"
    case .output, .value: return ""  // In a block of their own.
    case .slip(let slip):
      var text = "<aside><h4>A slip of the course</h4>\n<dl class=\"sides\">\n"
      text += "<div><dt>The course</dt><dd><pre>\(escaped(slip.course.printed))</pre></dd></div>\n"
      text += "<div><dt>Right</dt><dd><pre>\(escaped(slip.right.printed))</pre></dd></div>\n"
      text += "</dl>\n<p>\(prose(slip.why))</p></aside>\n"
      return text
    case .drawing(_, let svg, let caption):
      return "<figure>\n<div>\(svg)</div>\n<figcaption>\(prose(caption))</figcaption>\n</figure>\n"
    }
  }

  /// Text with its backticks turned into code.
  private static func prose(_ text: String) -> String {
    text.split(separator: "`", omittingEmptySubsequences: false).enumerated().map { index, part in
      index % 2 == 1 ? "<code>\(escaped(String(part)))</code>" : escaped(String(part))
    }.joined()
  }

  private static func escaped(_ text: String) -> String {
    var result = ""
    for character in text {
      switch character {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      default: result.append(character)
      }
    }
    return result
  }

  private static let styleSheet = """

    :root { --page: #fdfdfc; --text: #1f2328; --quiet: #5c636b; --line: #dfe1e4;
      --box: #f3f4f2; --link: #0b5cad; --slip: #9a5b00; --slip-box: #fdf6e7; }
    @media (prefers-color-scheme: dark) {
      :root { --page: #16181b; --text: #e4e6e8; --quiet: #9aa2ab; --line: #33383e;
        --box: #1f2327; --link: #79b8ff; --slip: #e6b35c; --slip-box: #262116; }
    }
    * { box-sizing: border-box; }
    html { scroll-behavior: smooth; -webkit-text-size-adjust: 100%; }
    body { margin: 0 auto; padding: 2rem 1.1rem 5rem; max-width: 46rem; background: var(--page);
      color: var(--text); font: 1.05rem/1.6 Charter, "Bitstream Charter", "Sitka Text", Cambria,
      Georgia, serif; }
    h1, h2, h3, h4, nav, .source, dt, figcaption { font-family: system-ui, -apple-system,
      "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
    h1 { font-size: 2.1rem; line-height: 1.15; margin: 1rem 0 .5rem; letter-spacing: -.02em; }
    h2 { font-size: 1.55rem; line-height: 1.2; margin: 0 0 .4rem; letter-spacing: -.01em; }
    h3 { font-size: 1.1rem; margin: 2.2rem 0 .4rem; }
    p { margin: .6rem 0 1rem; }
    a { color: var(--link); text-decoration-thickness: 1px; text-underline-offset: 3px; }
    header p { color: var(--quiet); font-size: 1.15rem; }
    nav { border-block: 1px solid var(--line); padding: 1rem 0; margin: 2rem 0; font-size: .95rem; }
    nav h2 { font-size: 1rem; }
    nav ol { margin: 0; padding-left: 1.8rem; }
    nav li { margin: .35rem 0; }
    nav span { color: var(--quiet); }
    article { padding-top: 2rem; margin-top: 3rem; border-top: 1px solid var(--line); }
    main > article:first-child { border-top: 0; margin-top: 0; }
    .source { color: var(--quiet); font-size: .85rem; margin: 0 0 .3rem; }
    .run { margin: 0 0 1.4rem; font-size: .9rem; color: var(--quiet); }
    code, pre { font-family: ui-monospace, SFMono-Regular, "SF Mono", Menlo, Consolas,
      "DejaVu Sans Mono", monospace; font-size: .86em; }
    p code, figcaption code { background: var(--box); padding: .1em .3em; border-radius: 3px;
      white-space: break-spaces; }
    pre { margin: 0; overflow-x: auto; line-height: 1.45; }
    dl.values { display: grid; grid-template-columns: minmax(0, max-content) minmax(9rem, 1fr);
      gap: .25rem 1.4rem; align-items: baseline; background: var(--box); border-radius: 6px; padding: .7rem .9rem;
      margin: .6rem 0 1rem; }
    dl.values code { color: var(--quiet); overflow-wrap: anywhere; }
    dl.values pre { white-space: pre; overflow-wrap: normal; }
    dl.values dt { line-height: 1.45; font-size: 1em; }
    dl.values dd { min-width: 0; }
    dl.values.stacked { grid-template-columns: minmax(0, 1fr); gap: 0; }
    dl.values.stacked dd + dt { margin-top: .5rem; }
    @media (max-width: 34rem) {
      dl.values { grid-template-columns: minmax(0, 1fr); gap: 0; }
      dl.values dd { margin-bottom: .5rem; }
    }
    .output { background: var(--box); border-radius: 6px; padding: .6rem .9rem; margin: .5rem 0; }
    aside { background: var(--slip-box); border-left: 3px solid var(--slip); padding: .8rem 1rem;
      margin: 1.2rem 0; border-radius: 0 6px 6px 0; }
    aside p code { background: none; padding: 0; }
    aside h4 { margin: 0 0 .5rem; font-size: .9rem; color: var(--slip); }
    aside p { margin: .6rem 0 0; font-size: .97rem; }
    dl.sides { display: grid; grid-template-columns: repeat(auto-fit, minmax(14rem, 1fr)); gap: .6rem;
      margin: 0; }
    dl.sides div { min-width: 0; }
    dl.sides dt { font-size: .8rem; color: var(--quiet); }
    dd { margin: 0; }
    dd pre { white-space: pre-wrap; overflow-wrap: anywhere; }
    figure { margin: 1.6rem 0; text-align: center; }
    figure svg { max-width: 100%; height: auto; border-radius: 6px; }
    figure div { overflow-x: auto; }
    /* On a phone a wide plot is moved sideways rather than shrunk beyond reading. */
    figure svg[width="640"] { min-width: 30rem; }
    figcaption { color: var(--quiet); font-size: .88rem; line-height: 1.45; margin-top: .4rem;
      text-align: left; }
    @media print { nav { break-after: page; } article { break-before: page; } }

    """
}
