/// A mark of upright bars in one colour.
protocol FilledBars: Mark {
  var heights: [Double] { get }
  var color: PlotColor { get }
  /// Which of the bars of the axes these are; sets them apart in a terminal.
  var shade: Int { get }

  /// Where a bar lies; nil where there is none.
  func rect(_ index: Int, in frame: Frame) -> Rect?
}

extension FilledBars {
  func drawKey(on canvas: inout SVGCanvas, in rect: Rect) {
    canvas.rect(
      Rect(x: rect.x + 4, y: rect.midY - 5, width: rect.width - 8, height: 10), fill: color.fill)
  }

  func draw(on canvas: inout TerminalCanvas, in frame: Frame) {
    for index in heights.indices {
      guard let rect = rect(index, in: frame) else { continue }
      canvas.fill(rect, color: color, shade: shade)
    }
  }

  var terminalKey: (sign: String, plain: String, color: PlotColor) {
    (TerminalCanvas.shades[shade % 4], TerminalCanvas.plainShades[shade % 4], color)
  }
}
