extension Gradients {
  /// The gradients of the sum of two results; what only one of them depends on has the gradient of
  /// that one.
  ///
  /// A batch that does not fit into memory can be taken in parts:
  ///
  /// ```swift
  /// var gradients = meanLoss(parts[0]).backward()
  /// for part in parts.dropFirst() { gradients += meanLoss(part).backward() }
  /// optimizer.update(using: gradients * (1 / Double(parts.count)))
  /// ```
  public static func + (a: Gradients, b: Gradients) -> Gradients {
    var sum: [Entry] = []
    sum.reserveCapacity(max(a.entries.count, b.entries.count))
    var (i, j) = (0, 0)
    // Both tables are by falling number.
    while i < a.entries.count, j < b.entries.count {
      let (x, y) = (a.entries[i], b.entries[j])
      if x.number == y.number {
        sum.append(Entry(number: x.number, gradient: x.gradient + y.gradient))
      } else {
        sum.append(x.number > y.number ? x : y)
      }
      if x.number >= y.number { i += 1 }
      if y.number >= x.number { j += 1 }
    }
    sum += a.entries[i...]
    sum += b.entries[j...]
    guard let others = b.intermediates else {
      return Gradients(sum, intermediates: a.intermediates)
    }
    return Gradients(sum, intermediates: a.intermediates?.union(others) ?? others)
  }

  /// Adds the gradients of another result.
  public static func += (a: inout Gradients, b: Gradients) { a = a + b }

  /// The gradients of a result times `factor`.
  public static func * (gradients: Gradients, factor: Double) -> Gradients {
    gradients.mapped { $0 * factor }
  }
  /// The gradients of a result times `factor`.
  public static func * (factor: Double, gradients: Gradients) -> Gradients { gradients * factor }
}
