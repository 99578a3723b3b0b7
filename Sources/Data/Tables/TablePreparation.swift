import BackpropArrays
import BackpropFiles

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What stands in for a missing value.
public enum MissingPolicy: String, Codable, Sendable, CaseIterable {
  /// The mean of a column of numbers; of categories the most frequent.
  case mean
  /// The median of a column of numbers; of categories the most frequent.
  case median
  /// The most frequent value.
  case mostFrequent = "most-frequent"
  /// Nothing: a missing value is an error.
  case refuse
}

/// How rows of a table become numbers that a network takes, and its results become values again: all
/// that must be kept with a model, so that it can be used on other rows.
///
/// A column of numbers becomes one number, less the mean and divided by the standard deviation of the
/// rows to learn from. A column of categories becomes as many as it has, of which one is 1 and the
/// others 0 (one-hot), in order. The target is the number of a class, or a number that is brought to
/// mean 0 and deviation 1 too.
///
/// ```swift
/// try model.save(to: path, metadata: preparation.metadata)
/// // …
/// let preparation = try TablePreparation(metadata: file.metadata)!
/// let rows = try preparation.inputs(contentsOf: "new.csv")
/// ```
public struct TablePreparation: Codable, Sendable, Hashable {
  /// A column that is learned from.
  public struct Input: Codable, Sendable, Hashable {
    /// Its name.
    public let name: String
    /// What becomes of it.
    public let kind: Kind

    /// How many numbers it becomes.
    public var width: Int {
      switch kind {
      case .number: 1
      case .category(let values, _): values.count
      }
    }
  }

  /// What becomes of a column.
  public enum Kind: Codable, Sendable, Hashable {
    /// `(x - mean) / deviation`; `fill` stands in for what is missing, `nil` where nothing may be.
    case number(mean: Double, deviation: Double, fill: Double?)
    /// A 1 at the place of the value; `fill` is the place for what is missing.
    case category(values: [String], fill: Int?)
  }

  /// What is learned.
  public enum Goal: Codable, Sendable, Hashable {
    /// Which of these classes a row belongs to.
    case classes([String])
    /// A number: `(y - mean) / deviation` is what the network gives.
    case number(mean: Double, deviation: Double)
  }

  /// The columns that are learned from, in the order in which their numbers follow one another.
  public let inputs: [Input]
  /// The name of the column that is learned.
  public let target: String
  /// What is learned.
  public let goal: Goal
  /// The columns of the file that was learned from: what a file without names is read by.
  let columnNames: [String]
  /// Texts for what is missing.
  let missing: [String]

  /// How many numbers a row becomes.
  public var inputCount: Int { inputs.reduce(0) { $0 + $1.width } }
  /// How many numbers the network gives for a row.
  public var outputCount: Int { classNames?.count ?? 1 }
  /// What the classes are called; `nil` where a number is learned.
  public var classNames: [String]? {
    if case .classes(let names) = goal { names } else { nil }
  }

  /// Works out how the columns of a table are prepared, from the rows to learn from.
  ///
  /// - Parameters:
  ///   - table: the table.
  ///   - target: the column to learn; all others that are not ignored are learned from.
  ///   - rows: the rows to learn from.
  ///   - missing: what stands in for missing values.
  /// - Throws: `CSVError`; `FileError` where the table lies in a file that cannot be read.
  public init(
    _ table: CSVTable, target: String, rows: [Int32], missing: MissingPolicy = .mean
  ) throws {
    let targetColumn = try table.index(of: target)
    self.target = target
    columnNames = table.columns.map(\.name)
    self.missing = table.missing.sorted()
    for (index, column) in table.columns.enumerated() where column.missingCount > 0 {
      if index == targetColumn || missing == .refuse && column.type != .ignored {
        throw CSVError(.missingValue, file: table.file, column: column.name)
      }
    }
    let statistics = ColumnStatistics(table, rows: rows)
    let moments = try statistics.moments()
    /// Numbers that are all the same stay as they are but for the mean.
    func deviation(_ moments: ColumnStatistics.Moments) -> Double {
      moments.standardDeviation > 1e-12 * abs(moments.mean) ? moments.standardDeviation : 1
    }
    var inputs: [Input] = []
    for (index, column) in table.columns.enumerated() where index != targetColumn {
      switch column.type {
      case .ignored: continue
      case .number:
        let fill: Double? =
          switch missing {
          case .mean: moments[index].mean
          case .median: try statistics.median(of: index)
          case .mostFrequent: try statistics.mostFrequent(of: index)
          case .refuse: nil
          }
        inputs.append(
          Input(
            name: column.name,
            kind: .number(
              mean: moments[index].mean, deviation: deviation(moments[index]), fill: fill)))
      case .category:
        if column.categories.isEmpty { continue }
        var fill: Int?
        if missing != .refuse {
          let frequencies = try statistics.frequencies(of: index)
          fill = frequencies.indices.max { (frequencies[$0], $1) < (frequencies[$1], $0) }
        }
        inputs.append(
          Input(name: column.name, kind: .category(values: column.categories, fill: fill)))
      }
    }
    if inputs.isEmpty { throw CSVError(.noInputs, file: table.file) }
    self.inputs = inputs
    let column = table.columns[targetColumn]
    switch column.type {
    case .ignored: throw CSVError(.ignoredTarget, file: table.file, column: target)
    case .number:
      goal = .number(
        mean: moments[targetColumn].mean, deviation: deviation(moments[targetColumn]))
    case .category:
      if column.categories.count < 2 {
        throw CSVError(
          .oneClass(column.categories.first ?? ""), file: table.file, column: target)
      }
      goal = .classes(column.categories)
    }
  }

  /// A value of the target for what the network gives.
  public func value(ofOutput output: Double) -> Double {
    guard case .number(let mean, let deviation) = goal else { return output }
    return mean + deviation * output
  }

  // MARK: With a model

  private static let key = "table"

  /// The preparation as texts that go with the weights of a model.
  public var metadata: [String: String] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    guard let text = try? encoder.encode(self) else {
      fatalError("TablePreparation: a mean or a deviation is not finite")
    }
    return [Self.key: String(decoding: text, as: UTF8.self)]
  }

  /// The preparation that goes with a model; `nil` for a model of anything but tables.
  ///
  /// - Throws: `DecodingError` where the text is damaged, or says what cannot be.
  public init?(metadata: [String: String]) throws {
    guard let text = metadata[Self.key] else { return nil }
    self = try JSONDecoder().decode(Self.self, from: Data(text.utf8))
    try checkDecoded()
  }

  /// What is read from a file may be anything.
  private func checkDecoded() throws {
    func require(_ holds: Bool, _ what: String) throws {
      if !holds {
        throw DecodingError.dataCorrupted(
          .init(codingPath: [], debugDescription: "the preparation of a table: \(what)"))
      }
    }
    func check(_ mean: Double, _ deviation: Double) throws {
      try require(
        mean.isFinite && deviation.isFinite && deviation > 0, "a deviation is \(deviation)")
    }
    try require(!inputs.isEmpty && inputs.count < 1_000_000, "\(inputs.count) inputs")
    try require(
      Set(columnNames).count == columnNames.count && columnNames.contains(target)
        && Set(inputs.map(\.name)).isSubset(of: Set(columnNames).subtracting([target])),
      "the columns are not those of a file")
    for input in inputs {
      switch input.kind {
      case .number(let mean, let deviation, _): try check(mean, deviation)
      case .category(let values, let fill):
        try require(!values.isEmpty, "'\(input.name)' has no categories")
        if let fill { try require(values.indices.contains(fill), "category \(fill)") }
      }
    }
    switch goal {
    case .number(let mean, let deviation): try check(mean, deviation)
    case .classes(let names): try require(names.count > 1, "\(names.count) classes")
    }
  }
}
