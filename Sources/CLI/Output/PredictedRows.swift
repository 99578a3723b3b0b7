import Backprop

/// Tells what a network says of the rows of tables.
struct PredictedRows {
  let model: TableModel
  /// Whether each row is told as a line of JSON.
  let json: Bool

  /// Tells of the rows of each file, in order.
  func write(_ files: [String]) throws {
    for file in files {
      for (index, prediction) in try model.predict(contentsOf: file).enumerated() {
        if !prediction.isFinite { throw NonFiniteResult(input: "row \(index + 1) of '\(file)'") }
        StandardOutput.write(
          json
            ? line(file, index + 1, prediction).description : text(file, index + 1, prediction))
      }
    }
  }

  private func line(_ file: String, _ row: Int, _ prediction: TableModel.Prediction) -> JSONValue {
    var members: [(String, JSONValue)] = [
      ("event", "prediction"), ("file", .string(file)), ("row", .integer(row)),
    ]
    switch prediction {
    case .classified(let name, let result):
      members += [
        ("class", .integer(result.prediction)), ("name", .string(name)),
        ("probabilities", .array(result.probabilities.map(JSONValue.number))),
      ]
    case .number(let value):
      members += [("value", .number(value))]
    }
    return .object(members)
  }

  private func text(_ file: String, _ row: Int, _ prediction: TableModel.Prediction) -> String {
    switch prediction {
    case .classified(let name, let result):
      let names = model.preparation.classNames ?? []
      let likeliest = result.likeliest(3).map {
        names[$0] + formatted(" %.2f %%", 100 * result.probabilities[$0])
      }
      return "\(file), row \(row): \(name)  (\(likeliest.joined(separator: ", ")))"
    case .number(let value):
      return "\(file), row \(row): \(formatted("%.6g", value))"
    }
  }
}

extension TableModel.Prediction {
  /// Whether the network gave numbers.
  fileprivate var isFinite: Bool {
    switch self {
    case .classified(_, let result): result.probabilities.allSatisfy(\.isFinite)
    case .number(let value): value.isFinite
    }
  }
}
