import BackpropArrays
import BackpropAutodiff
import Synchronization

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
  /// This model as a table: each layer that it calls, in the order of the calls, with the shape of its
  /// result.
  ///
  /// The model runs on shapes alone, as inference. A layer that is called twice has two rows, and its
  /// parameters stand in the first.
  ///
  /// - Throws: `ShapeError` with the layer's path if the input does not fit the model.
  public func summary(input: Shape) throws(ShapeError) -> ModelSummary {
    try summary { mode in
      self(Tensor(shapeOnly: TensorType(input, inputScalarType)), mode)
    }
  }
}

extension Module {
  /// This model as a table: each module that `computation` calls, in the order of the calls, with the
  /// shape of its result. For models that take more than one tensor, or one of whole numbers.
  ///
  /// ```swift
  /// let tokens = Tensor(shapeOnly: TensorType([1, 64], .int64))
  /// print(try model.summary { mode in model(tokens, mask: nil, mode) })
  /// ```
  ///
  /// - Parameter computation: the model applied to tensors without numbers, in the mode that it is
  ///   given.
  /// - Throws: `ShapeError` with the module's path if the inputs do not fit the model.
  public func summary(
    _ computation: (Mode) -> some ModuleResult
  ) throws(ShapeError) -> ModelSummary {
    let calls = Mutex<[ModuleObserver.Event]>([])
    let observer = ModuleObserver(onResult: { event in calls.withLock { $0.append(event) } })
    var result = withoutGradient { computation(Mode.inference.observed(by: observer, in: self)) }
    var error: ShapeError?
    result.forEachTensor { tensor in
      do throws(ShapeError) {
        _ = try tensor.checkedType()
      } catch let found { error = error ?? found }
    }
    if let error { throw error }
    return ModelSummary(of: self, calls.withLock { $0 })
  }

  /// This model as a table, without the shapes of results: its modules in the order of declaration.
  public var summary: ModelSummary {
    let modules = namedModules.filter { name, module in
      module.hasOwnParameters || module.namedModules.count == 1
    }
    return ModelSummary(
      rows: modules.map {
        .init(
          name: $0.name, layer: $0.module.summaryName, outputShape: nil,
          parameterCount: $0.module.ownParameterCount)
      }, parameterCount: parameterCount)
  }

  /// The number of numbers in parameters that the module holds itself, not in others.
  fileprivate var ownParameterCount: Int {
    members.reduce(0) { sum, member in
      guard case .parameter(let parameter) = member.content else { return sum }
      return sum + parameter.count
    }
  }

  fileprivate var hasOwnParameters: Bool { ownParameterCount > 0 }
}

extension ModelSummary {
  /// A row for each call of a module that calls no other or holds parameters itself.
  fileprivate init(of model: some Module, _ calls: [ModuleObserver.Event]) {
    var seen: Set<String> = []
    let callers = Set(calls.flatMap { Self.pathsAbove($0.path) })
    rows = calls.compactMap { call in
      // Of a module that gives several tensors, the first speaks for it.
      guard call.index == 0, !callers.contains(call.path) || call.module.hasOwnParameters else {
        return nil
      }
      let isFirst = seen.insert(call.path).inserted
      return Row(
        name: call.path, layer: call.module.summaryName, outputShape: call.tensor.shape,
        parameterCount: isFirst ? call.module.ownParameterCount : 0)
    }
    parameterCount = model.parameterCount
  }

  /// `["", "a", "a.b"]` for `a.b.c`.
  private static func pathsAbove(_ path: String) -> [String] {
    if path.isEmpty { return [] }
    let parts = path.split(separator: ".")
    return parts.indices.map { parts[..<$0].joined(separator: ".") }
  }
}
