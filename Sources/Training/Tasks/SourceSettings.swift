import BackpropData

/// How data of one's own are read: a table of comma-separated values, or a folder of pictures.
public struct SourceSettings: Codable, Sendable, Hashable {
  /// What is learned from a table.
  public enum Goal: String, Codable, Sendable, CaseIterable {
    /// Which class a row belongs to.
    case classes
    /// A number.
    case number
  }

  /// The column of a table that is learned; pictures have none.
  public var target: String?
  /// What that is; `nil` for classes where the column has texts, or is of the numbers of a few classes
  /// (0, 1, 2, …), else a number.
  public var goal: Goal?
  /// What columns are taken for, by name; the others are found.
  public var types: [String: ColumnType] = [:]
  /// What stands in for missing values.
  public var missing = MissingPolicy.mean
  /// What is between two fields; `nil` to find it.
  public var separator: String?
  /// Whether the first line has the names of the columns; `nil` to find it.
  public var hasHeader: Bool?
  /// The height that pictures are given.
  public var rows = 28
  /// The width that pictures are given.
  public var columns = 28
  /// The colours that pictures are seen in.
  public var colors = ImageFolder.Colors.gray
  /// The share of the examples that the model does not learn from and is judged by.
  public var testShare = 0.2

  /// The usual settings.
  public init() {}

  /// How a file of the table is read.
  var options: CSVOptions {
    CSVOptions(separator: separator?.first, hasHeader: hasHeader, types: types)
  }

  func validate() throws(TrainingError) {
    try require(
      testShare > 0 && testShare < 1, "testShare", "\(testShare)", "above 0 and below 1")
    if let separator {
      try require(
        separator.count == 1 && separator.first!.isASCII && !"\"\r\n".contains(separator),
        "separator", "'\(separator)'", "one character of ASCII that is no quotation mark")
    }
    try require(
      (1...4096).contains(rows) && (1...4096).contains(columns), "imageSize",
      "\(columns)x\(rows)", "lengths from 1 to 4096")
  }
}
