/// How numbers of single classes become one.
public enum ClassAverage: String, Sendable, Hashable, CaseIterable {
  /// The mean over the classes that occur, as truth or as prediction: each counts alike.
  case macro
  /// Of all examples taken together, which for one class an example is the accuracy.
  case micro
  /// The mean over the classes, each counted by its examples.
  case weighted
}

extension ConfusionMatrix {
  /// Of the examples that were taken for a class, the share that is of it: TP / (TP + FP). 0 where none
  /// was.
  public func precision(of index: Int) -> Double {
    share(counts[index][index], of: predictions(of: index))
  }

  /// Of the examples of a class, the share that was taken for it: TP / (TP + FN), also called
  /// sensitivity. 0 where there is none.
  public func recall(of index: Int) -> Double {
    share(counts[index][index], of: examples(of: index))
  }

  /// The harmonic mean of precision and recall of a class: 2 TP / (2 TP + FP + FN). 0 where there is
  /// neither an example nor a prediction.
  public func f1(of index: Int) -> Double {
    share(2 * counts[index][index], of: examples(of: index) + predictions(of: index))
  }

  /// The precision of all classes, averaged: scikit-learn's `precision_score`. 0 of no examples.
  public func precision(_ average: ClassAverage) -> Double { self.average(average, precision(of:)) }
  /// The recall of all classes, averaged: scikit-learn's `recall_score`. 0 of no examples.
  public func recall(_ average: ClassAverage) -> Double { self.average(average, recall(of:)) }
  /// The F₁ of all classes, averaged, which is not the F₁ of averaged precision and recall:
  /// scikit-learn's `f1_score`. 0 of no examples.
  public func f1(_ average: ClassAverage) -> Double { self.average(average, f1(of:)) }

  private func average(_ average: ClassAverage, _ value: (Int) -> Double) -> Double {
    if count == 0 { return 0 }
    switch average {
    case .micro: return accuracy
    case .macro:
      let occurring = counts.indices.filter { examples(of: $0) + predictions(of: $0) > 0 }
      return occurring.reduce(0) { $0 + value($1) } / Double(occurring.count)
    case .weighted:
      let sum = counts.indices.reduce(0) { $0 + value($1) * Double(examples(of: $1)) }
      return sum / Double(count)
    }
  }
}
