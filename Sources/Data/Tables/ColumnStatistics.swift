import BackpropArrays

/// Means, standard deviations, medians and the most frequent values of a table's columns, over some of
/// its rows: the rows to learn from, so that nothing of the others is known beforehand.
///
/// Sums are made in parts of a length that follows from the table alone, whichever way it is stored.
struct ColumnStatistics {
  /// One column of numbers. Without any numbers, all is 0.
  struct Moments {
    var count = 0.0
    var mean = 0.0
    /// The sum of the squares of what is above or below the mean.
    var squares = 0.0

    var standardDeviation: Double { count == 0 ? 0 : (squares / count).squareRoot() }

    /// Those of two parts together (Chan, Golub and LeVeque, "Updating Formulae and a Pairwise Algorithm
    /// for Computing Sample Variances", 1979).
    mutating func add(_ other: Moments) {
      if other.count == 0 { return }
      let (sum, difference) = (count + other.count, other.mean - mean)
      mean += difference * other.count / sum
      squares += other.squares + difference * difference * count * other.count / sum
      count = sum
    }
  }

  let table: CSVTable
  /// Which rows count.
  private let counts: [Bool]

  init(_ table: CSVTable, rows: [Int32]) {
    self.table = table
    var counts = [Bool](repeating: false, count: table.rowCount)
    for row in rows { counts[Int(row)] = true }
    self.counts = counts
  }

  /// The moments of all columns; those of numbers are right.
  func moments() throws -> [Moments] {
    let width = table.columns.count
    var all = [Moments](repeating: Moments(), count: width)
    try table.store.forEachPart { rows, cells in
      for column in 0..<width where table.columns[column].type == .number {
        var (count, sum) = (0.0, 0.0)
        forEachNumber(of: column, rows, cells) {
          count += 1; sum += $0
        }
        var part = Moments(count: count, mean: count == 0 ? 0 : sum / count)
        forEachNumber(of: column, rows, cells) {
          part.squares += ($0 - part.mean) * ($0 - part.mean)
        }
        all[column].add(part)
      }
    }
    for column in 0..<width { all[column].mean += table.columns[column].origin }
    return all
  }

  /// How often each category of a column comes, by its place in order.
  func frequencies(of column: Int) throws -> [Int] {
    var result = [Int](repeating: 0, count: table.columns[column].categories.count)
    let ranks = table.columns[column].ranks
    try table.store.forEachPart { rows, cells in
      for (index, row) in rows.enumerated() where counts[row] {
        let cell = cells[index * table.columns.count + column]
        if cell != CSVBlock.missingCategory { result[Int(ranks[Int(cell)])] += 1 }
      }
    }
    return result
  }

  /// The numbers of a column in order of size.
  private func sortedNumbers(of column: Int) throws -> [Float] {
    var numbers: [Float] = []
    try table.store.forEachPart { rows, cells in
      forEachNumber(of: column, rows, cells) { numbers.append(Float($0)) }
    }
    return numbers.sorted()
  }

  /// The number in the middle of a column; of two, what is between them. 0 of none.
  func median(of column: Int) throws -> Double {
    let numbers = try sortedNumbers(of: column)
    if numbers.isEmpty { return 0 }
    let (lower, upper) = (numbers[(numbers.count - 1) / 2], numbers[numbers.count / 2])
    return (Double(lower) + Double(upper)) / 2 + table.columns[column].origin
  }

  /// The number that comes most often; of several the smallest. 0 of none.
  func mostFrequent(of column: Int) throws -> Double {
    var best: (number: Float, count: Int) = (0, 0)
    var run: (number: Float, count: Int) = (0, 0)
    for number in try sortedNumbers(of: column) {
      run = number == run.number ? (number, run.count + 1) : (number, 1)
      if run.count > best.count { best = run }
    }
    return Double(best.number) + table.columns[column].origin
  }

  @inline(__always)
  private func forEachNumber(
    of column: Int, _ rows: Range<Int>, _ cells: UnsafePointer<UInt32>, _ body: (Double) -> Void
  ) {
    let width = table.columns.count
    counts.withUnsafeBufferPointer { counts in
      for index in 0..<rows.count where counts[rows.lowerBound &+ index] {
        let number = Float(bitPattern: cells[index &* width &+ column])
        if !number.isNaN { body(Double(number)) }
      }
    }
  }
}
