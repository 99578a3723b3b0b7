/// The colours of a drawing. Texts have a contrast of at least 4.5 : 1, light and dark.
enum GraphColors {
  /// The same in every drawing, and only below the class `backprop-graph`, so that several drawings
  /// in one HTML page do not disturb each other.
  static let styleSheet =
    rules(
      surface: "#ffffff", ink: "#1f2328", muted: "#59636e", derivative: "#b34700",
      variable: (fill: "#e8f2f9", stroke: "#0072b2"), operation: "#f4f6f8", frame: "#8c959f")
    + "@media (prefers-color-scheme:dark){"
    + rules(
      surface: "#14181d", ink: "#e6eaee", muted: "#a3adb8", derivative: "#f0883e",
      variable: (fill: "#15283a", stroke: "#3b9cdb"), operation: "#22282f", frame: "#6b7682") + "}"

  private static func rules(
    surface: String, ink: String, muted: String, derivative: String,
    variable: (fill: String, stroke: String), operation: String, frame: String
  ) -> String {
    [
      "surface{fill:\(surface)}", "ink{fill:\(ink)}", "muted{fill:\(muted)}",
      "derivative{fill:\(derivative)}", "back{stroke:\(derivative)}",
      "line{stroke:\(muted);stroke-linecap:round}",
      "head{fill:\(muted)}", "variable{fill:\(variable.fill);stroke:\(variable.stroke)}",
      "constant{fill:\(surface);stroke:\(frame);stroke-dasharray:4 3}",
      "operation{fill:\(operation);stroke:\(muted)}",
    ].map { ".backprop-graph .graph-" + $0 }.joined()
  }
}
