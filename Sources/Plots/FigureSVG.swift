extension Figure {
  private static let titleSize = 16.0
  private static let padding = 12.0
  private static let gap = 18.0

  /// The figure as an SVG picture.
  ///
  /// It needs no script, font or other file. It has a title and a description for screen readers,
  /// follows the reader's light or dark colour scheme, and uses no identifiers, so that any number
  /// of figures can stand in one HTML page. A page that chooses its scheme by other means can set
  /// ``theme``, or override the rules below the class `backprop-plot`.
  ///
  /// - Returns: the text of an SVG file.
  public func svg() -> String {
    var canvas = SVGCanvas()
    if !isTransparent {
      canvas.rect(Rect(x: 0, y: 0, width: width, height: height), fill: "surface")
    }
    let lines = TextWidths.wrapped(
      title, to: width - 2 * Figure.padding, size: Figure.titleSize, isBold: true, lines: 2)
    for (row, line) in lines.enumerated() {
      let y = Figure.padding + (Double(row) * 1.25 + 0.85) * Figure.titleSize
      canvas.text(
        line, at: Point(x: width / 2, y: y), size: Figure.titleSize, anchor: .middle, isBold: true)
    }
    let top = lines.isEmpty ? 0 : Double(lines.count) * Figure.titleSize * 1.25 + 8
    let content = Rect(
      x: Figure.padding, y: Figure.padding + top, width: max(1, width - 2 * Figure.padding),
      height: max(1, height - 2 * Figure.padding - top))
    for (index, place) in places(in: content).enumerated() {
      axes[index].draw(on: &canvas, in: place.frame, cell: place.cell)
    }
    let name = [title, axes[0].title].first { !$0.isEmpty } ?? "Figure"
    var head = "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"backprop-plot\" role=\"img\""
    head += " width=\"\(canvas.num(width))\" height=\"\(canvas.num(height))\""
    head += " viewBox=\"0 0 \(canvas.num(width)) \(canvas.num(height))\""
    head += " aria-label=\"\(SVGCanvas.escaped(name))\""
    head += " font-family=\"Helvetica Neue, Helvetica, Arial, DejaVu Sans, sans-serif\""
    head += " style=\"max-width:100%;height:auto\">\n"
    head += "<title>\(SVGCanvas.escaped(name))</title>\n"
    head += "<desc>\(SVGCanvas.escaped(description))</desc>\n"
    head += "<style>\(Shades.styleSheet(theme))</style>\n"
    return head + canvas.body + "</svg>\n"
  }

  /// The cell and the frame of each of the axes. Frames of one row, and of one column, line up.
  func places(in content: Rect) -> [(cell: Rect, frame: Rect)] {
    let gap = min(
      Figure.gap, content.width / Double(2 * columns), content.height / Double(2 * rows))
    let wide = (content.width - gap * Double(columns - 1)) / Double(columns)
    let tall = (content.height - gap * Double(rows - 1)) / Double(rows)
    let cells = axes.indices.map { index in
      Rect(
        x: content.x + Double(index % columns) * (wide + gap),
        y: content.y + Double(index / columns) * (tall + gap), width: wide, height: tall)
    }
    var frames = cells
    var margins = [Margins](repeating: Margins(), count: axes.count)
    // Labels need margins, margins make the frame smaller, and a smaller frame may need other
    // labels. Margins only grow, so a few rounds settle it.
    for _ in 0..<4 {
      for index in axes.indices {
        let layout = AxesLayout(axes[index], in: frames[index], cell: cells[index])
        let needed = layout.margins(axes[index])
        let (row, column) = (index / columns, index % columns)
        for other in axes.indices {
          if other / columns == row {
            margins[other].top = max(margins[other].top, needed.top)
            margins[other].bottom = max(margins[other].bottom, needed.bottom)
          }
          if other % columns == column {
            margins[other].left = max(margins[other].left, needed.left)
            margins[other].right = max(margins[other].right, needed.right)
          }
        }
      }
      frames = axes.indices.map { cells[$0].inset(by: margins[$0]) }
    }
    return Array(zip(cells, frames))
  }
}
