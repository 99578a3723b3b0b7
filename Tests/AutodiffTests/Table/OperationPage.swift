import BackpropArrays
import BackpropAutodiff
import BackpropTestSupport
import Foundation

/// docs/operations.md, as ``OperationTable`` has it.
enum OperationPage {
  static let path = URL(fileURLWithPath: Fixtures.path("x"))
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("docs/operations.md").path

  static let errorsFile = "operation_errors.json"

  /// The page, with the largest errors that a full run has seen.
  static func text(errors: [String: [Double]]) -> String {
    var text = """
      # Operations

      Made from `Tests/AutodiffTests/Table`, from which each operation's checks are made as well;
      [CONTRIBUTING.md](../CONTRIBUTING.md) says how to write it anew.

      Each operation is compared with PyTorch in `float64`, element by element: its values in
      `float32` and `float64`, and its gradients by a random cotangent, for numbers, empty tensors,
      one element, odd lengths, five axes and shapes that broadcast, with inputs in every layout in
      memory and with every instruction set of the processor. Its first and second derivatives are
      compared with central differences.

      - *types* are those of the numbers that it takes; labels and positions are whole numbers.
        `float` is `float32` and `float64`, `numbers` are these and `uint8`, `int32` and `int64`; `all`
        are also those that are only stored.
      - *∂* says whether a gradient flows through it.
      - *error* is the largest that may be, and behind it the largest seen in `float32` and in
        `float64`. `ulp` is the distance of neighbouring numbers at the result, so that ½ is the
        number nearest to the true one. Sums of n terms tᵢ may be wrong by 4 ε √n Σ|tᵢ| and are
        measured in ε √n Σ|tᵢ|, where ε is 2⁻²³ or 2⁻⁵², the terms of what is no plain sum are
        xᵢ ∂y/∂xᵢ, and Σ|tᵢ| is no less than the result.

      """
    for section in OperationRow.Section.allCases {
      text += "\n## \(section.rawValue)\n\n"
      text +=
        "| operation | formula | shape of the result | types | ∂ | NumPy | PyTorch | error |\n"
      text += "|---|---|---|---|---|---|---|---|\n"
      for row in OperationTable.rows where row.section == section && row.call != nil {
        text += line(row, errors[row.name]) + "\n"
      }
    }
    let inner = OperationTable.rows.filter { $0.call == nil }
    text += "\n## What gradients are made of\n\nOperations that nobody calls, but that occur in "
    text += "recorded gradients.\n\n"
    text += "| operation | formula | shape of the result | types | ∂ | NumPy | PyTorch | error |\n"
    text += "|---|---|---|---|---|---|---|---|\n"
    for row in inner { text += line(row, errors[row.name]) + "\n" }
    return text
  }

  private static func line(_ row: OperationRow, _ errors: [Double]?) -> String {
    func code(_ text: String?) -> String {
      guard let text else { return "" }
      return text.split(separator: ", ").map { "`\($0)`" }.joined(separator: ", ")
    }
    func cell(_ text: String) -> String { text.replacing("|", with: "\\|") }
    func seen(_ error: Double?) -> String { String(format: "%.2f", error ?? 0) }
    let both = seen(errors?.first) + ", " + seen(errors?.last)
    let error =
      switch row.accuracy {
      case .exact: "none"
      case .ulps(let allowed):
        "\(allowed == 0.5 ? "½" : String(format: "%.0f", allowed)) ulp: \(both)"
      case .sums(0): "4 ε √n Σ\\|t\\|: \(both)"
      case .sums(let least): "4 ε max(√n Σ\\|t\\|, \(least)): \(both)"
      }
    let cells = [
      cell("`\(row.call ?? row.name)`"), cell(row.formula), cell(row.shapes), types(row),
      row.isDifferentiable ? "yes" : "", code(row.numpy), code(row.pytorch),
      row.cases.isEmpty ? "compared in \(code(row.suites.joined(separator: ", ")))" : error,
    ]
    return "| " + cells.joined(separator: " | ") + " |"
  }

  /// The types that its shape rule takes.
  private static func types(_ row: OperationRow) -> String {
    guard let inputs = row.cases.first?.inputs else { return "float32, float64" }
    func varies(_ input: CaseInput) -> Bool {
      if inputs.contains(where: \.isNumeric) { return input.isNumeric }
      if case .flags = input.kind {
        return !inputs.contains { if case .bits = $0.kind { true } else { false } }
      }
      return true
    }
    let taken = ScalarType.allCases.filter { type in
      let tensors = inputs.map { input in
        let own: ScalarType = if case .flags = input.kind { .bool } else { .int64 }
        return Tensor(shapeOnly: TensorType(input.shape, varies(input) ? type : own))
      }
      return (try? row.cases[0].function(tensors).checkedType()) != nil
    }
    let all = ScalarType.allCases
    if taken == all { return "all" }
    if taken == all.filter({ $0 != .bool }) { return "all but bool" }
    if taken == all.filter({ !$0.isStoredOnly }) { return "numbers, bool" }
    if taken == all.filter({ !$0.isStoredOnly && $0 != .bool }) { return "numbers" }
    if taken == [.float32, .float64] { return "float" }
    return taken.map(\.description).joined(separator: ", ")
  }
}
