import BackpropArrays

/// The rows of a table in three parts: to learn from, to choose by, and to judge by at the end.
public struct TableSplit: Sendable, Hashable {
  /// The rows to learn from.
  public let train: [Int32]
  /// The rows by which it is seen, in the course of a training, how well it goes.
  public let validation: [Int32]
  /// The rows that nothing is chosen by.
  public let test: [Int32]

  /// Draws which row goes where.
  ///
  /// Each class is split by itself, so that all parts have the same share of it, as nearly as whole
  /// numbers allow. In each part the rows are in the order of the table.
  ///
  /// Traps if a share is not between 0 and 1, or both together are 1 or more.
  ///
  /// - Parameters:
  ///   - count: the number of rows.
  ///   - validation: the share of the rows to choose by.
  ///   - test: the share of the rows to judge by.
  ///   - classes: the class of each row; `nil` for rows that have none.
  ///   - seed: from which it is drawn.
  public init(
    count: Int, validation: Double, test: Double, classes: [Int32]? = nil, seed: UInt64
  ) {
    guard validation >= 0, test >= 0, validation + test < 1 else {
      fatalError(
        "TableSplit: shares of \(validation) and \(test); neither is negative, and both leave some")
    }
    var members: [Int32: [Int32]] = [:]
    for row in 0..<Int32(count) { members[classes?[Int(row)] ?? 0, default: []].append(row) }
    var part = [UInt8](repeating: 0, count: count)
    for label in members.keys.sorted() {
      let rows = members[label]!
      var random = RandomSource(seed: seed, stream: 0x7370_6c69_74 + UInt64(label + 1) << 40)
      let order = random.permutation(of: rows.count)
      let forTest = Int((Double(rows.count) * test).rounded())
      let forValidation = Int((Double(rows.count) * validation).rounded())
      // One row of a class is for learning, however few there are.
      let most = max(0, rows.count - 1)
      for (place, index) in order.prefix(min(most, forTest + forValidation)).enumerated() {
        part[Int(rows[Int(index)])] = place < forTest ? 2 : 1
      }
    }
    func rows(_ number: UInt8) -> [Int32] {
      part.indices.compactMap { part[$0] == number ? Int32($0) : nil }
    }
    (train, self.validation, self.test) = (rows(0), rows(1), rows(2))
  }
}
