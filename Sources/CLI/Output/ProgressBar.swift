import Backprop

/// A line that is drawn over itself while something goes on, on a terminal.
struct ProgressBar {
  private static let width = 30
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
    let full = Int((max(0, min(1, done)) * Double(Self.width)).rounded(.down))
    let bar =
      String(repeating: "█", count: full) + String(repeating: "░", count: Self.width - full)
    StandardOutput.put("\r\(bar) \(text())\u{1b}[K")
  }

  /// Draws how far training is and how long it will take, on a terminal.
  mutating func draw(_ report: StepReport, of plan: TrainingPlan) {
    guard StandardOutput.isTerminal else { return }
    let rate = Double(report.step) / report.seconds
    let left = Double(plan.stepCount - report.step) / rate
    draw(
      Double(report.step) / Double(plan.stepCount),
      "\(report.step)/\(plan.stepCount)  \(Int(rate)) steps/s  \(Self.time(left)) left")
  }

  /// Takes the line away.
  mutating func clear() {
    if lastDrawn != nil { StandardOutput.put("\r\u{1b}[K") }
    lastDrawn = nil
  }

  /// A time as people say it: `8 s`, `2 min 05 s`, `1 h 20 min`.
  static func time(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds < 1e9 else { return "a long time" }
    let whole = Int(seconds.rounded(.up))
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    switch whole {
    case ..<60: return "\(whole) s"
    case ..<3600: return "\(whole / 60) min \(two(whole % 60)) s"
    default: return "\(whole / 3600) h \(two(whole / 60 % 60)) min"
    }
  }
}
