/// Where the parts of one drawing lie, once the size of its frame is known.
struct AxesLayout {
  var frame: Frame
  var xTicks: Ticks
  var yTicks: Ticks
  /// Whether the labels below the x axis are turned because they would touch each other.
  var isTurned: Bool
  var xTitle: [String]
  var yTitle: [String]
  var title: [String]

  /// The longest that a category's name is drawn.
  static let categoryLimit = 130.0
  static let colorBarWidth = 14.0

  /// - Parameters:
  ///   - axes: what to lay out.
  ///   - rect: the frame that it may have.
  ///   - cell: the part of the figure in which its labels must stay.
  init(_ axes: Axes, in rect: Rect, cell: Rect) {
    let limits = axes.limits
    let rect = AxesLayout.fitted(rect, axes, limits)
    let (top, bottom) = axes.isYInverted ? (rect.maxY, rect.y) : (rect.y, rect.maxY)
    frame = Frame(
      rect: rect, x: Scale(axes.xscale, domain: limits.x, start: rect.x, end: rect.maxX),
      y: Scale(axes.yscale, domain: limits.y, start: bottom, end: top))
    (xTicks, isTurned) = AxesLayout.xTicks(axes, frame)
    yTicks = AxesLayout.yTicks(axes, frame)
    xTitle = TextWidths.wrapped(
      Axes.label(axes.xlabel, note: xTicks.note), to: rect.width, size: Axes.labelSize, lines: 2)
    yTitle = TextWidths.wrapped(
      Axes.label(axes.ylabel, note: yTicks.note), to: rect.height, size: Axes.labelSize, lines: 2)
    let room = 2 * min(rect.midX - cell.x, cell.maxX - rect.midX)
    title = TextWidths.wrapped(
      axes.title, to: room, size: Axes.titleSize, isBold: true, lines: 3)
  }

  /// The frame made narrower or lower until a unit is as long on both axes.
  private static func fitted(
    _ rect: Rect, _ axes: Axes, _ limits: (x: ClosedRange<Double>, y: ClosedRange<Double>)
  ) -> Rect {
    guard axes.aspect == .equal, axes.xscale == .linear, axes.yscale == .linear,
      axes.surface == nil
    else { return rect }
    let (wide, tall) = (Scale.length(limits.x), Scale.length(limits.y))
    let unit = min(rect.width / wide, rect.height / tall)
    let (width, height) = (max(1, unit * wide), max(1, unit * tall))
    return Rect(
      x: rect.midX - width / 2, y: rect.midY - height / 2, width: width, height: height)
  }

  // MARK: - Ticks

  /// The ticks of a category axis: a name at each whole number within the limits.
  private static func categories(_ names: [String], _ domain: ClosedRange<Double>) -> Ticks {
    let shown = names.indices.filter { domain.contains(Double($0)) }
    return Ticks(
      major: shown.map(Double.init),
      labels: shown.map {
        TextWidths.shortened(names[$0], to: categoryLimit, size: Axes.tickSize)
      })
  }

  private static func xTicks(_ axes: Axes, _ frame: Frame) -> (Ticks, Bool) {
    guard axes.showsFrame else { return (Ticks(major: [], labels: []), false) }
    if !axes.xCategories.isEmpty {
      let ticks = categories(axes.xCategories, frame.x.domain)
      if hasRoom(ticks, frame) { return (ticks, false) }
      // Turned labels need the height of a line each; leave out some if even that is too much.
      let room = frame.rect.width / Double(max(1, ticks.major.count))
      let every = max(1, Int((Axes.tickSize * 1.3 / room).rounded(.up)))
      let kept = ticks.major.indices.filter { $0 % every == 0 }
      return (
        Ticks(major: kept.map { ticks.major[$0] }, labels: kept.map { ticks.labels[$0] }), true
      )
    }
    for maximum in stride(from: 9, through: 2, by: -1) {
      let ticks = Ticks.make(axes.xscale, frame.x.domain, atMost: maximum)
      if hasRoom(ticks, frame) { return (ticks, false) }
    }
    let ticks = Ticks.make(axes.xscale, frame.x.domain, atMost: 1)
    return (hasRoom(ticks, frame) ? ticks : Ticks(major: [], labels: []), false)
  }

  private static func hasRoom(_ ticks: Ticks, _ frame: Frame) -> Bool {
    var end = -Double.infinity
    for (value, text) in zip(ticks.major, ticks.labels) {
      guard let x = frame.x.map(value) else { continue }
      let width = TextWidths.width(of: text, size: Axes.tickSize)
      if x - width / 2 < end + 8 || width > frame.rect.width { return false }
      end = x + width / 2
    }
    return true
  }

  private static func yTicks(_ axes: Axes, _ frame: Frame) -> Ticks {
    guard axes.showsFrame else { return Ticks(major: [], labels: []) }
    if !axes.yCategories.isEmpty {
      let ticks = categories(axes.yCategories, frame.y.domain)
      let room = frame.rect.height / Double(max(1, ticks.major.count))
      let every = max(1, Int((Axes.tickSize * 1.25 / room).rounded(.up)))
      let kept = ticks.major.indices.filter { $0 % every == 0 }
      return Ticks(major: kept.map { ticks.major[$0] }, labels: kept.map { ticks.labels[$0] })
    }
    let maximum = max(2, min(9, Int(frame.rect.height / 34)))
    return Ticks.make(axes.yscale, frame.y.domain, atMost: maximum)
  }

  // MARK: - Space around the frame

  /// The space that labels take on each side of the frame.
  func margins(_ axes: Axes) -> Margins {
    var margins = Margins(left: 2, right: 2, top: 2, bottom: 2)
    if axes.surface == nil, axes.showsFrame {
      let widest =
        yTicks.labels.map { TextWidths.width(of: $0, size: Axes.tickSize) }.max() ?? 0
      margins.left = 8 + widest + yTitleSpace
      margins.bottom = 8 + xLabelHeight + xTitleSpace
      margins.top = Axes.tickSize * 0.6
      for (value, text) in zip(xTicks.major, xTicks.labels) {
        guard let x = frame.x.map(value) else { continue }
        let width = TextWidths.width(of: text, size: Axes.tickSize)
        if isTurned {
          margins.left = max(margins.left, frame.rect.x - x + width * 0.77 + 4)
        } else {
          margins.left = max(margins.left, frame.rect.x - (x - width / 2) + 1)
          margins.right = max(margins.right, x + width / 2 - frame.rect.maxX + 1)
        }
      }
    } else if axes.surface == nil {
      margins.left += yTitleSpace
      margins.bottom += xTitleSpace
    }
    if !title.isEmpty {
      margins.top = max(margins.top, 8) + Double(title.count) * Axes.titleSize * 1.25
    }
    margins.right += colorBarSpace(axes)
    if axes.colorBar, colorBarTicks(axes)?.note != nil {
      margins.top = max(margins.top, Axes.tickSize * 1.8)
    }
    if axes.legendPosition == .outside, let legend = Legend(axes.marks, in: frame.rect) {
      margins.right += 8 + legend.width
    }
    return margins
  }

  var xLabelHeight: Double {
    guard isTurned else { return xTicks.labels.isEmpty ? 0 : Axes.tickSize * 1.1 }
    let widest = xTicks.labels.map { TextWidths.width(of: $0, size: Axes.tickSize) }.max() ?? 0
    // At 40 degrees.
    return widest * 0.643 + Axes.tickSize * 0.9
  }

  var xTitleSpace: Double {
    xTitle.isEmpty ? 0 : 6 + Double(xTitle.count) * Axes.labelSize * 1.25
  }

  var yTitleSpace: Double {
    yTitle.isEmpty ? 0 : 8 + Double(yTitle.count) * Axes.labelSize * 1.25
  }

  /// How far a colour bar and its labels reach beyond the frame.
  func colorBarSpace(_ axes: Axes) -> Double {
    guard axes.colorBar, let ticks = colorBarTicks(axes) else { return 0 }
    let widest = ticks.labels.map { TextWidths.width(of: $0, size: Axes.tickSize) }.max() ?? 0
    let note = ticks.note.map { TextWidths.width(of: $0, size: Axes.tickSize) } ?? 0
    return 16 + max(AxesLayout.colorBarWidth + 8 + widest, note)
  }

  func colorBarTicks(_ axes: Axes) -> Ticks? {
    guard let scale = axes.marks.lazy.compactMap(\.colorScale).first else { return nil }
    let (low, high) = (scale.limits.lowerBound, scale.limits.upperBound)
    guard low < high else { return Ticks(major: [low], labels: [NumberText.short(low)]) }
    let maximum = max(2, min(7, Int(frame.rect.height / 34)))
    return Ticks.linear(low...high, atMost: maximum)
  }
}
