import BackpropFiles

/// Why a figure could not be written.
public enum PlotError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The name of the file does not end in `.svg` or `.png`.
  case unknownFormat(path: String, found: String)
  /// PNG holds images only, and the figure has axes that draw something else.
  case notAnImage(path: String, axes: Int, found: String)
  /// The system refused to write the file.
  case cannotWrite(path: String, reason: String)

  /// What is wrong and how to mend it.
  public var description: String {
    switch self {
    case .unknownFormat(let path, let found):
      let ending = found.isEmpty ? "no ending" : "the ending “.\(found)”"
      return "\(path): cannot tell the format of the figure: expected a name ending in .svg, "
        + "or .png for images; found \(ending)"
    case .notAnImage(let path, let axes, let found):
      return "\(path): a PNG file is written from images (imshow) only; axes \(axes) has \(found). "
        + "Write the figure as .svg"
    case .cannotWrite(let path, let reason):
      return "\(path): the figure could not be written: \(reason)"
    }
  }
}

extension Figure {
  /// Writes the figure to a file, as SVG or PNG by the ending of its name. An existing file is
  /// replaced as a whole or, on an error, not at all.
  ///
  /// - Throws: ``PlotError`` for an unknown ending, a PNG of anything but images, or a place that
  ///   cannot be written to.
  public func write(to path: String) throws(PlotError) {
    let bytes: [UInt8]
    let ending = File.nameEnding(of: path)
    switch ending.lowercased() {
    case "svg": bytes = Array(svg().utf8)
    case "png": bytes = try png(for: path)
    default: throw .unknownFormat(path: path, found: ending)
    }
    do {
      try AtomicFile.write(bytes, to: path)
    } catch {
      throw .cannotWrite(path: path, reason: (error as? FileError)?.explanation ?? "\(error)")
    }
  }

  /// The images of the figure as one PNG picture: in the rows and columns of the axes, on white,
  /// each value a square of the same whole number of pixels. Titles and labels are left out.
  ///
  /// - Returns: the bytes of a PNG file.
  /// - Throws: ``PlotError/notAnImage(path:axes:found:)`` if axes draw anything but one image.
  public func png() throws(PlotError) -> [UInt8] { try png(for: "PNG") }

  private func png(for path: String) throws(PlotError) -> [UInt8] {
    var images: [ImageGrid?] = []
    for (index, axes) in axes.enumerated() {
      let found = axes.marks.first { !($0 is ImageGrid) } ?? axes.marks.dropFirst().first
      if let found { throw .notAnImage(path: path, axes: index, found: found.summary) }
      images.append(axes.marks.first as? ImageGrid)
    }
    let wide = images.compactMap { $0?.width }.max() ?? 0
    let tall = images.compactMap { $0?.height }.max() ?? 0
    guard wide > 0, tall > 0 else {
      throw .notAnImage(path: path, axes: 0, found: "no pixels")
    }
    let scale = max(
      1, Int(min(width / Double(columns * (wide + 1)), height / Double(rows * (tall + 1)))))
    let gap = max(1, scale)
    let (cellWidth, cellHeight) = (wide * scale, tall * scale)
    let (totalWidth, totalHeight) = (
      columns * (cellWidth + gap) + gap, rows * (cellHeight + gap) + gap
    )
    var pixels = [RGB](repeating: RGB(255, 255, 255), count: totalWidth * totalHeight)
    for (index, image) in images.enumerated() {
      guard let image, image.width > 0 else { continue }
      let colors = image.pixels
      // A smaller image than the largest stands in the middle of its cell.
      let left =
        gap + index % columns * (cellWidth + gap) + (cellWidth - image.width * scale) / 2
      let top =
        gap + index / columns * (cellHeight + gap) + (cellHeight - image.height * scale) / 2
      for y in 0..<image.height * scale {
        for x in 0..<image.width * scale {
          pixels[(top + y) * totalWidth + left + x] = colors[y / scale * image.width + x / scale]
        }
      }
    }
    return pixels.png(width: totalWidth, height: totalHeight)
  }
}
