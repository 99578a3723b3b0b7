import BackpropArrays
import BackpropAutodiff

/// How much each class counts in a loss, where some have more examples than others.
public enum ClassWeighting: String, Codable, Sendable, CaseIterable {
  /// Each example counts alike, and so a class by its examples.
  case none
  /// Each class counts alike: see ``balancedClassWeights(counts:)``.
  case balanced
}

/// A weight for each class by which all classes together count alike: n / (k · nⱼ), where n is the number
/// of examples, k that of the classes that occur, and nⱼ that of the examples of class j. The mean
/// weight of an example is 1. scikit-learn's `compute_class_weight("balanced", …)`.
///
/// ```swift
/// let weights = Tensor(balancedClassWeights(counts: [900, 100]))     // 0.5556, 5
/// let loss = crossEntropy(logits: scores, targets: labels, classWeights: weights)
/// ```
///
/// A class without examples has the weight 1.
///
/// Source: G. King, L. Zeng, "Logistic Regression in Rare Events Data", Political Analysis 9 (2001).
///
/// - Parameter counts: the number of examples of each class.
public func balancedClassWeights(counts: [Int]) -> [Double] {
  guard counts.allSatisfy({ $0 >= 0 }) else {
    fatalError("balancedClassWeights: the counts \(counts); none may be negative")
  }
  let total = Double(counts.reduce(0, +))
  let occurring = Double(counts.count { $0 > 0 })
  return counts.map { $0 == 0 ? 1 : total / (occurring * Double($0)) }
}

/// The balanced weights for the classes of some examples, as the cross-entropy takes them: `float32`, of
/// shape (classes).
///
/// Traps if a label is no class.
///
/// - Parameters:
///   - labels: the class of each example.
///   - classes: how many there are.
public func balancedClassWeights(labels: some Sequence<Int>, classes: Int) -> Tensor {
  var counts = [Int](repeating: 0, count: classes)
  for label in labels {
    guard counts.indices.contains(label) else {
      fatalError("balancedClassWeights: a label is \(label), and the classes are 0..<\(classes)")
    }
    counts[label] += 1
  }
  return Tensor(balancedClassWeights(counts: counts).map(Float.init))
}
