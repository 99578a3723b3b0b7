import BackpropFiles

extension Figure {
  /// The figure as lines of text for a terminal: lines as braille dots, bars as blocks, images as
  /// half blocks or greys.
  ///
  /// Every line is exactly `columns` wide. Axes that share a row of the figure stand side by side.
  ///
  /// Traps if `columns` is less than 20.
  ///
  /// - Parameters:
  ///   - columns: the width of the terminal; at least 20.
  ///   - rows: the height of the drawing of each axes; chosen by the width if nil.
  ///   - style: `.ascii` for terminals (and logs) without Unicode.
  ///   - color: whether to colour the text with ANSI escape codes.
  /// - Returns: lines, each ended by a line break.
  public func text(
    columns: Int = 80, rows: Int? = nil, style: TerminalStyle = .unicode, color: Bool = false
  ) -> String {
    guard columns >= 20 else {
      fatalError("text: \(columns) columns; a chart needs at least 20")
    }
    let output = TerminalText(style: style, hasColor: color)
    var lines: [[TerminalPiece]] = []
    if !title.isEmpty { lines.append(output.centered(title, columns)) }
    // Side by side only while each drawing keeps a useful width.
    let isImage = axes.allSatisfy { !$0.showsFrame }
    let across = max(1, min(self.columns, (columns + 2) / (isImage ? 12 : 36)))
    for start in stride(from: 0, to: axes.count, by: self.columns) {
      for first in stride(from: start, to: start + self.columns, by: across) {
        let group = Array(axes[first..<min(first + across, start + self.columns)])
        let width = (columns - 2 * (across - 1)) / across
        let drawn = group.map { TerminalChart($0, columns: width, rows: rows, output) }
        // Titles above the drawings must not push one below its neighbour.
        let head = drawn.map(\.headLines).max() ?? 0
        let charts = drawn.map { chart in
          Array(repeating: output.padded([], width), count: head - chart.headLines) + chart.lines
        }
        for row in 0..<(charts.map(\.count).max() ?? 0) {
          var line: [TerminalPiece] = []
          for (index, chart) in charts.enumerated() {
            if index > 0 { line.append(TerminalPiece(text: "  ")) }
            line += row < chart.count ? chart[row] : output.padded([], width)
          }
          lines.append(output.padded(line, columns))
        }
      }
    }
    return lines.map { output.string($0) + "\n" }.joined()
  }
}

/// Text in a terminal: its width, its padding, its colours.
struct TerminalText {
  var style: TerminalStyle
  var hasColor: Bool

  func shown(_ text: String) -> String {
    let text = TextColumns.withoutControls(text)
    return style == .ascii ? TerminalCanvas.plain(text) : text
  }

  func width(_ text: String) -> Int { TextColumns.count(text) }

  private var mark: String { style == .ascii ? "." : "…" }

  /// The text, or its beginning with an ellipsis where it is wider than `columns`.
  func truncated(_ text: String, _ columns: Int) -> String {
    TextColumns.truncated(shown(text), to: columns, mark: mark)
  }

  /// The text, or its two ends around an ellipsis: names in a list often differ only at the end.
  func shortened(_ text: String, _ columns: Int) -> String {
    let text = shown(text)
    guard width(text) > columns else { return text }
    for kept in stride(from: text.count - 1, through: 2, by: -1) {
      let candidate = String(text.prefix(kept / 2)) + mark + text.suffix((kept + 1) / 2)
      if width(candidate) <= columns { return candidate }
    }
    return truncated(text, columns)
  }

  func padded(_ line: [TerminalPiece], _ columns: Int) -> [TerminalPiece] {
    let used = line.reduce(0) { $0 + width($1.text) }
    guard used < columns else { return line }
    return line + [TerminalPiece(text: String(repeating: " ", count: columns - used))]
  }

  func centered(_ text: String, _ columns: Int) -> [TerminalPiece] {
    let text = truncated(text, columns)
    let left = (columns - width(text)) / 2
    return padded([TerminalPiece(text: String(repeating: " ", count: left) + text)], columns)
  }

  /// The line with escape codes where the colour changes.
  func string(_ line: [TerminalPiece]) -> String {
    guard hasColor else { return line.map(\.text).joined() }
    var result = ""
    var (foreground, background): (RGB?, RGB?) = (nil, nil)
    for piece in line {
      if piece.foreground != foreground || piece.background != background {
        result += "\u{1B}[0m"
        if let color = piece.foreground { result += "\u{1B}[38;5;\(color.terminalIndex)m" }
        if let color = piece.background { result += "\u{1B}[48;5;\(color.terminalIndex)m" }
        (foreground, background) = (piece.foreground, piece.background)
      }
      result += piece.text
    }
    return foreground != nil || background != nil ? result + "\u{1B}[0m" : result
  }
}

/// One drawing with its axes, as lines of one width.
struct TerminalChart {
  private(set) var lines: [[TerminalPiece]] = []
  /// How many of the lines stand above the drawing.
  private(set) var headLines = 0

  init(_ axes: Axes, columns: Int, rows: Int?, _ output: TerminalText) {
    let limits = axes.limits
    let hasFrame = axes.showsFrame
    var height = max(1, rows ?? max(6, min(20, columns / 4)))
    // The width of the labels decides that of the drawing, and that the height of an image.
    let labels = TerminalChart.yTicks(axes, limits.y, rows: height)
    let widest = min(
      columns / 3, labels.labels.map { output.width(output.shown($0)) }.max() ?? 0)
    let left = hasFrame ? widest + 2 : 0
    var width = columns - left
    if axes.aspect == .equal, rows == nil {
      // A character is about twice as tall as it is wide. What is a thousand times as long as wide
      // is a line.
      let ratio = min(max(Scale.length(limits.y) / Scale.length(limits.x), 1e-3), 1e3)
      height = max(1, min(40, Int((Double(width) * ratio / 2).rounded())))
      width = max(1, min(width, Int((Double(height) * 2 / ratio).rounded())))
    }
    var canvas = TerminalCanvas(
      columns: width, rows: height, style: output.style, hasColor: output.hasColor)
    let rect = Rect(x: 0, y: 0, width: Double(width * 2), height: Double(height * 4))
    // Values on the very edge belong to the outermost dots.
    let (top, bottom) = (0.5, rect.height - 0.5)
    let isExact = axes.marks.contains { $0 is Bars || $0 is HistogramBars || $0.colorScale != nil }
    let frame = Frame(
      rect: rect,
      x: Scale(
        axes.xscale, domain: limits.x, start: isExact ? 0 : 0.5,
        end: isExact ? rect.width : rect.width - 0.5),
      y: Scale(
        axes.yscale, domain: limits.y,
        start: axes.isYInverted ? (isExact ? 0 : top) : (isExact ? rect.height : bottom),
        end: axes.isYInverted ? (isExact ? rect.height : bottom) : (isExact ? 0 : top)))
    for mark in axes.marks { mark.draw(on: &canvas, in: frame) }

    let yTicks = TerminalChart.yTicks(axes, limits.y, rows: height)
    let yTitle = Axes.label(axes.ylabel, note: yTicks.note)
    if !axes.title.isEmpty { lines.append(output.centered(axes.title, columns)) }
    if hasFrame, !yTitle.isEmpty {
      lines.append(output.padded([TerminalPiece(text: output.truncated(yTitle, columns))], columns))
    }
    headLines = lines.count
    var names: [Int: String] = [:]
    if hasFrame {
      for (value, text) in zip(yTicks.major, yTicks.labels) {
        guard let y = frame.y.map(value) else { continue }
        names[min(height - 1, max(0, Int(y / 4)))] = output.truncated(text, widest)
      }
    }
    let isPlain = output.style == .ascii
    for (row, line) in canvas.lines().enumerated() {
      var pieces: [TerminalPiece] = []
      if hasFrame {
        let name = names[row] ?? ""
        let space = String(repeating: " ", count: widest - output.width(name))
        let edge = isPlain ? (names[row] == nil ? "|" : "+") : (names[row] == nil ? "│" : "┤")
        pieces.append(TerminalPiece(text: space + name + " " + edge))
      }
      lines.append(output.padded(pieces + line, columns))
    }
    guard hasFrame else {
      addLegend(axes, columns, output)
      return
    }
    addXAxis(axes, frame, left: left, width: width, columns, output)
    addLegend(axes, columns, output)
  }

  private static func yTicks(_ axes: Axes, _ limits: ClosedRange<Double>, rows: Int) -> Ticks {
    if axes.yCategories.isEmpty {
      return Ticks.make(axes.yscale, limits, atMost: max(2, min(9, rows / 3)))
    }
    let every = max(1, (axes.yCategories.count + rows - 1) / rows)
    let shown = axes.yCategories.indices.filter {
      $0 % every == 0 && limits.contains(Double($0))
    }
    return Ticks(major: shown.map(Double.init), labels: shown.map { axes.yCategories[$0] })
  }

  private mutating func addXAxis(
    _ axes: Axes, _ frame: Frame, left: Int, width: Int, _ columns: Int, _ output: TerminalText
  ) {
    var edge = Array(repeating: output.style == .ascii ? "-" : "─", count: width)
    var placed: (ticks: Ticks, starts: [Int])?
    let categories = axes.xCategories
    let inSight = categories.indices.filter { frame.x.domain.contains(Double($0)) }
    // Fewer ticks, or shorter names, until the labels stand apart.
    for maximum in stride(from: 10, through: 1, by: -1) where placed == nil {
      let ticks =
        categories.isEmpty
        ? Ticks.make(axes.xscale, frame.x.domain, atMost: maximum)
        : Ticks(
          major: inSight.map(Double.init),
          labels: inSight.map {
            let room = width / max(1, inSight.count) + maximum - 9
            return maximum == 10 ? categories[$0] : output.shortened(categories[$0], max(1, room))
          })
      var end = -1
      var starts: [Int] = []
      for (value, label) in zip(ticks.major, ticks.labels) {
        guard let x = frame.x.map(value) else { continue }
        let length = output.width(output.shown(label))
        let start = left + min(max(Int(x / 2) - length / 2, -left), width - length)
        if start <= end { break }
        starts.append(start)
        end = start + length
      }
      if starts.count == ticks.major.count { placed = (ticks, starts) }
    }
    let ticks = placed?.ticks ?? Ticks(major: [], labels: [])
    var text = ""
    for (start, label) in zip(placed?.starts ?? [], ticks.labels) {
      text += String(repeating: " ", count: max(0, start - output.width(text)))
      text += output.shown(label)
    }
    for x in ticks.major.compactMap(frame.x.map) {
      edge[min(max(Int(x / 2), 0), width - 1)] = output.style == .ascii ? "+" : "┬"
    }
    let corner = output.style == .ascii ? "+" : "└"
    let line = String(repeating: " ", count: left - 1) + corner + edge.joined()
    lines.append(output.padded([TerminalPiece(text: line)], columns))
    lines.append(output.padded([TerminalPiece(text: text)], columns))
    let title = Axes.label(axes.xlabel, note: ticks.note)
    guard !title.isEmpty else { return }
    let space = TerminalPiece(text: String(repeating: " ", count: left))
    lines.append(output.padded([space] + output.centered(title, width), columns))
  }

  private mutating func addLegend(_ axes: Axes, _ columns: Int, _ output: TerminalText) {
    guard axes.legendPosition != .hidden else { return }
    var line: [TerminalPiece] = []
    var used = 0
    for mark in axes.marks {
      guard let label = mark.label, !label.isEmpty else { continue }
      let key = mark.terminalKey
      let sign = output.style == .ascii ? key.plain : key.sign
      let text = " " + output.truncated(label, max(1, columns - output.width(sign) - 4))
      let length = output.width(sign + text) + 2
      if used + length > columns, used > 0 {
        lines.append(output.padded(line, columns))
        (line, used) = ([], 0)
      }
      line.append(TerminalPiece(text: "  "))
      line.append(TerminalPiece(text: sign, foreground: Shades.terminal.rgb(key.color)))
      line.append(TerminalPiece(text: text))
      used += length
    }
    if used > 0 { lines.append(output.padded(line, columns)) }
  }
}
