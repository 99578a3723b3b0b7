import BackpropArrays
import Foundation
import Testing

@testable import BackpropAutodiff

/// A call with shapes or types that do not fit, and all that it says.
struct ShapeMistake: Sendable {
  /// The operation, as in ``OperationTable``.
  let operation: String
  let text: String
  let call: @Sendable () -> Tensor

  init(_ operation: String, _ text: String, _ call: @escaping @Sendable () -> Tensor) {
    self.operation = operation
    self.text = text
    self.call = call
  }
}

/// What each operation says of shapes that do not fit: which operation, which shapes, the rule, and
/// how it was probably meant.
@Suite struct ShapeMistakeTests {
  @Test func mistakesAreExplained() {
    for mistake in ShapeMistakes.all {
      #expect(Self.text(mistake) == mistake.text, "\(mistake.operation)")
    }
  }

  private static func text(_ mistake: ShapeMistake) -> String {
    do throws(ShapeError) {
      return "no error, but \(try mistake.call().checkedType())"
    } catch { return error.description }
  }

  /// Operations that take whatever they are given.
  private static let takesAll: Set = ["Cast", "IsInfinite", "IsFinite"]

  /// Every operation that somebody calls and that can be called wrongly.
  @Test func everyOperationHasAMistake() {
    let wanted = Set(OperationTable.rows.filter { $0.call != nil }.map(\.name))
    let found = Set(ShapeMistakes.all.map(\.operation))
    let missing = wanted.subtracting(found).subtracting(Self.takesAll).sorted()
    #expect(missing.isEmpty, "no mistake in ShapeMistakes: \(missing.joined(separator: ", "))")
    #expect(found.isSubset(of: OperationTable.rows.map(\.name)))
  }
}
