import BackpropArrays
import BackpropAutodiff

/// A model as a table: its layers, the shapes of their results, and their parameters.
///
/// ```swift
/// print(model.summary(input: [1, 784]))
/// ```
public struct ModelSummary: Sendable, CustomStringConvertible {
  /// One line of the table.
  public struct Row: Sendable, Hashable {
    /// What the parameters of the layer are called before the last point: `hidden`, `layers.0`.
    public let name: String
    /// The layer: `Linear(784 -> 50)`.
    public let layer: String
    /// The shape of the layer's result, where it is known.
    public let outputShape: Shape?
    /// The number of numbers that training changes.
    public let parameterCount: Int
  }

  /// The layers, in order.
  public let rows: [Row]
  /// The number of numbers that training changes, of all layers together.
  public let parameterCount: Int

  public var description: String {
    let header = ["name", "layer", "output", "parameters"]
    let cells = rows.map {
      [
        $0.name, $0.layer, $0.outputShape.map(\.description) ?? "",
        Self.grouped($0.parameterCount),
      ]
    }
    let widths = header.indices.map { column in
      ([header] + cells).map { $0[column].count }.max() ?? 0
    }
    func line(_ cells: [String]) -> String {
      let padded = cells.enumerated().map { column, cell in
        let space = String(repeating: " ", count: widths[column] - cell.count)
        return column == 3 ? space + cell : cell + space
      }
      return padded.joined(separator: "  ")
    }
    let rule = String(repeating: "─", count: widths.reduce(0, +) + 6)
    let total = "\(Self.grouped(parameterCount)) parameters"
    return ([line(header), rule] + cells.map(line) + [rule, total]).joined(separator: "\n")
  }

  private static func grouped(_ number: Int) -> String {
    var digits = Array(String(number))
    for position in stride(from: digits.count - 3, to: 0, by: -3) {
      digits.insert(",", at: position)
    }
    return String(digits)
  }
}

extension Layer {
  /// This model as a table. With the shape of an input, the shapes of the results are given too.
  ///
  /// - Throws: `ShapeError` if the input does not fit the model.
  public func summary(input: Shape) throws(ShapeError) -> ModelSummary {
    var shape: Shape? = input
    _ = try outputShape(for: input)
    let rows = parts.map { name, layer in
      shape = shape.flatMap { try? layer.outputShape(for: $0) }
      return ModelSummary.Row(
        name: name, layer: layer.summaryName, outputShape: shape,
        parameterCount: layer.parameterCount)
    }
    return ModelSummary(rows: rows, parameterCount: parameterCount)
  }

  /// This model as a table, without the shapes of results.
  public var summary: ModelSummary {
    ModelSummary(
      rows: parts.map {
        .init(
          name: $0.name, layer: $0.layer.summaryName, outputShape: nil,
          parameterCount: $0.layer.parameterCount)
      }, parameterCount: parameterCount)
  }

  /// The layers that this one holds, found by reflection, or the layer itself if it holds none.
  package var parts: [(name: String, layer: any Layer)] {
    if let sequential = self as? Sequential {
      return sequential.layers.enumerated().map { ("\($0)", $1) }
    }
    let found = Mirror(reflecting: self).children.flatMap { child in
      let label = child.label ?? ""
      if let layer = child.value as? any Layer { return [(label, layer)] }
      if let layers = child.value as? [any Layer] {
        return layers.enumerated().map { ("\(label).\($0)", $1) }
      }
      return []
    }
    return found.isEmpty ? [("", self)] : found
  }
}
