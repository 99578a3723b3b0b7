import Backprop

/// A line that is drawn over itself while something goes on, on a terminal.
///
/// It is never wider than the terminal: a line that wraps is not drawn over, and fills the screen.
struct ProgressBar {
  /// The longest bar.
  private static let width = 30
  /// A shorter bar shows nothing; then the text stands alone.
  private static let leastWidth = 5
  /// How often it is drawn at most.
  private static let pause = Duration.milliseconds(100)

  private var lastDrawn: ContinuousClock.Instant?

  /// Draws how much is done, unless it was drawn just before.
  ///
  /// - Parameters:
  ///   - done: the share that is done, from 0 to 1.
  ///   - text: what is written behind the bar.
  mutating func draw(_ done: Double, _ text: @autoclosure () -> String) {
    let now = ContinuousClock.now
    if let lastDrawn, now - lastDrawn < Self.pause { return }
    lastDrawn = now
    StandardOutput.put("\r\(Self.line(done, text(), columns: StandardOutput.columns))\u{1b}[K")
  }

  /// The bar and its text. The last column stays free, as some terminals wrap when it is written.
  ///
  /// - Parameters:
  ///   - done: the share that is done, from 0 to 1.
  ///   - text: what is written behind the bar.
  ///   - columns: the width of the terminal.
  static func line(_ done: Double, _ text: String, columns: Int) -> String {
    let room = max(1, columns - 1)
    let width = min(Self.width, room - TextColumns.count(text) - 1)
    guard width >= leastWidth else { return TextColumns.truncated(text, to: room) }
    let share = done.isFinite ? max(0, min(1, done)) : 0
    let full = Int((share * Double(width)).rounded(.down))
    return String(repeating: "█", count: full) + String(repeating: "░", count: width - full) + " "
      + text
  }

  /// Draws how far training is and how long it will take, on a terminal.
  mutating func draw(_ report: StepReport, of plan: TrainingPlan) {
    guard StandardOutput.isTerminal else { return }
    let rate = Double(report.step) / report.seconds
    let left = Double(plan.stepCount - report.step) / rate
    draw(
      Double(report.step) / Double(plan.stepCount),
      "\(report.step)/\(plan.stepCount)  \(formatted("%.0f", rate)) steps/s  "
        + "\(Self.time(left)) left")
  }

  /// Takes the line away.
  mutating func clear() {
    if lastDrawn != nil { StandardOutput.put("\r\u{1b}[K") }
    lastDrawn = nil
  }

  /// A time as people say it: `8 s`, `2 min 05 s`, `1 h 20 min`.
  static func time(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds < 1e9 else { return "a long time" }
    let whole = max(0, Int(seconds.rounded(.up)))
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    switch whole {
    case ..<60: return "\(whole) s"
    case ..<3600: return "\(whole / 60) min \(two(whole % 60)) s"
    default: return "\(whole / 3600) h \(two(whole / 60 % 60)) min"
    }
  }
}
