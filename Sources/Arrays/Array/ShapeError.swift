/// Shapes or types that an operation cannot work on.
///
/// A program that combines arrays wrongly traps with this text. A caller that must not die on what
/// it was handed (a command line, a server) asks the shape rule first and catches the error.
public struct ShapeError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The operation that was asked for: `matmul`, `add`, `Linear`.
  public var operation: String
  /// The shapes that it was given, in order.
  public var shapes: [Shape]
  /// What does not fit.
  public var reason: String
  /// What was probably meant, or how to mend it.
  public var hint: String?
  /// The module in which it happened, by its path in the model or by the kinds of the modules that
  /// called each other; `nil` outside of any.
  public var module: String?

  /// The error of `operation` on `shapes`: why they do not fit, and perhaps how to mend it.
  ///
  /// - Parameters:
  ///   - operation: the operation that was asked for.
  ///   - shapes: the shapes that it was given, in order.
  ///   - reason: what does not fit.
  ///   - hint: what was probably meant, or how to mend it.
  public init(_ operation: String, _ shapes: [Shape], _ reason: String, hint: String? = nil) {
    self.operation = operation
    self.shapes = shapes
    self.reason = reason
    self.hint = hint
  }

  public var description: String {
    let given = shapes.map(\.description).joined(separator: " and ")
    let place = module.map { "\n  module: \($0)" } ?? ""
    let advice = hint.map { "\n  hint: \($0)" } ?? ""
    return "\(operation): \(reason)\n  shapes: \(given)\(place)\(advice)"
  }

  /// Ends the program with this error's text.
  public func trap() -> Never { fatalError(located().description) }

  /// This error with the module that is being called, if it has none yet.
  package func located() -> ShapeError {
    var located = self
    located.module = module ?? ModuleCalls.ofThisThread.description
    return located
  }

  /// The error of two shapes that do not broadcast to a common one.
  package static func broadcast(_ operation: String, _ a: Shape, _ b: Shape) -> ShapeError {
    if let common = Shape.broadcast(a, b) {
      return ShapeError(
        operation, [a, b], "the shapes broadcast to \(common), which is not the shape wanted here")
    }
    var reason = "the shapes do not broadcast"
    var hint: String?
    let rank = max(a.rank, b.rank)
    for back in 1...max(rank, 1) where back <= a.rank && back <= b.rank {
      let (m, n) = (a[a.rank - back], b[b.rank - back])
      if m != n && m != 1 && n != 1 {
        reason += ": axis -\(back) has the length \(m) on the left and \(n) on the right"
        break
      }
    }
    if a.rank == 1, b.rank == 2, a[0] == b[0] {
      hint = "for one number a row, reshape the left side to (\(a[0]), 1)"
    } else if b.rank == 1, a.rank == 2, a[0] == b[0] {
      hint = "for one number a row, reshape the right side to (\(b[0]), 1)"
    } else if let longer = a.extended(as: b) {
      hint = "shapes are laid side by side from the last axis; reshape the left side to \(longer)"
    } else if let longer = b.extended(as: a) {
      hint = "shapes are laid side by side from the last axis; reshape the right side to \(longer)"
    } else if a.elementCount == b.elementCount {
      hint = "both hold \(a.elementCount) elements; transpose or reshape one of them"
    }
    return ShapeError(operation, [a, b], reason, hint: hint)
  }
}

extension Shape {
  /// These lengths with axes of length 1 behind, if they are the first of a longer shape.
  fileprivate func extended(as other: Shape) -> Shape? {
    guard rank > 0, rank < other.rank, other.prefix(rank).elementsEqual(self) else { return nil }
    return Shape(Array(self) + [Int](repeating: 1, count: other.rank - rank))
  }
}
