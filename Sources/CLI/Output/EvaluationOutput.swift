import Backprop

/// Tells how a network did.
struct EvaluationOutput {
  let result: JudgedExamples.Result
  /// What it was judged by.
  let title: String
  /// What the classes are called, in order.
  let classNames: [String]
  /// Whether it is told as a line of JSON.
  let json: Bool

  func write() {
    switch result {
    case .classes(let evaluation):
      if json {
        StandardOutput.write(line(evaluation).description)
      } else {
        write(evaluation)
      }
    case .number(let metrics, let count, let seconds):
      let values = ["MSE", "MAE", "R2"].map { ($0, metrics[$0] ?? .nan) }
      if json {
        let line =
          [("event", .string("evaluation"))]
          + values.map { (MetricNames.key($0), JSONValue.number($1)) }
          + [("count", .integer(count)), ("seconds", .number(seconds))]
        StandardOutput.write(JSONValue.object(line).description)
      } else {
        StandardOutput.write(
          values.map { MetricNames.text($0, $1) }.joined(separator: ", ")
            + ": \(count) rows of \(title), in " + formatted("%.3f s", seconds))
      }
    }
  }

  private func line(_ evaluation: Evaluation) -> JSONValue {
    let (metrics, confusion) = (evaluation.metrics, evaluation.metrics.confusion)
    let classes = classNames.enumerated().map { index, name in
      JSONValue.object([
        ("name", .string(name)), ("examples", .integer(confusion.examples(of: index))),
        ("precision", .number(confusion.precision(of: index))),
        ("recall", .number(confusion.recall(of: index))),
        ("f1", .number(confusion.f1(of: index))),
        ("roc_auc", .number(metrics.roc.area(of: index))),
      ])
    }
    return .object(
      [
        ("event", "evaluation"),
        ("accuracy", .number(evaluation.accuracy)),
        ("correct", .integer(evaluation.correct)),
        ("count", .integer(evaluation.count)),
        ("seconds", .number(evaluation.seconds)),
        ("confusion", .array(evaluation.confusion.map { .array($0.map(JSONValue.integer)) })),
      ]
        + metrics.named.filter { $0.name != "accuracy" }.map {
          (MetricNames.key($0.name), .number($0.value))
        } + [("classes", .array(classes))])
  }

  private func write(_ evaluation: Evaluation) {
    StandardOutput.write(
      "accuracy \(evaluation.accuracy): \(evaluation.correct) of \(evaluation.count) of \(title), in "
        + formatted("%.3f s", evaluation.seconds))
    StandardOutput.write(
      evaluation.metrics.named.dropFirst().map { MetricNames.text($0.name, $0.value) }
        .joined(separator: ", "))
    StandardOutput.write("\n" + evaluation.metrics.confusion.report(classNames: classNames))
    StandardOutput.write("\n" + evaluation.confusionTable(classNames: classNames))
  }
}
