/// What a column of a table is taken for.
public enum ColumnType: String, Codable, Sendable, CaseIterable {
  /// Numbers.
  case number
  /// One of a few texts.
  case category
  /// Nothing to learn from: names, remarks, numbers of rows.
  case ignored
}

/// How a file of comma-separated values is read. What is `nil` is found from the file.
public struct CSVOptions: Sendable, Hashable {
  /// What is between two fields: one of the characters of ASCII; `nil` for whichever of comma,
  /// semicolon, tab and bar splits all lines alike.
  public var separator: Character?
  /// Whether the first line has the names of the columns; `nil` for yes, unless it has a number.
  public var hasHeader: Bool?
  /// What columns are taken for, by name. Others are numbers where all their fields are, and
  /// categories where they have no more than ``maximumCategories`` different texts, of which not most
  /// come once; the rest is ignored.
  public var types: [String: ColumnType]
  /// Fields that say that a value is missing, beside empty ones.
  public var missing: Set<String>
  /// Columns in which no value may be missing, by name: the target of a training.
  public var required: Set<String> = []
  /// Whether no value may be missing anywhere.
  public var requiresAllValues = false
  /// The most different texts of a column whose type is found; one with more is ignored.
  public var maximumCategories: Int
  /// The bytes of a table that are kept in memory. A larger one goes to a temporary file.
  public var memoryLimit: Int
  /// The folder for that file; `nil` for `$TMPDIR` or, without it, `/var/tmp`.
  public var temporaryFolder: String?

  /// Texts for what is missing, as spreadsheets, NumPy, pandas, R and databases write them.
  public static let usualMissing: Set<String> = [
    "NA", "N/A", "n/a", "#N/A", "<NA>", "NaN", "nan", "-nan", "NULL", "null", "None", "?",
  ]

  /// The choices; the defaults suit most files.
  ///
  /// - Parameters:
  ///   - separator: what is between two fields; `nil` to find it.
  ///   - hasHeader: whether the first line has the names of the columns; `nil` to find it.
  ///   - types: what columns are taken for, by name; the others are found.
  ///   - missing: fields that say that a value is missing, beside empty ones.
  ///   - maximumCategories: the most different texts of a column whose type is found.
  ///   - memoryLimit: the bytes of a table that are kept in memory.
  ///   - temporaryFolder: the folder for what is beyond that; `nil` for `$TMPDIR` or `/var/tmp`.
  public init(
    separator: Character? = nil, hasHeader: Bool? = nil, types: [String: ColumnType] = [:],
    missing: Set<String> = CSVOptions.usualMissing, maximumCategories: Int = 1000,
    memoryLimit: Int = 256 << 20, temporaryFolder: String? = nil
  ) {
    self.separator = separator
    self.hasHeader = hasHeader
    self.types = types
    self.missing = missing
    self.maximumCategories = maximumCategories
    self.memoryLimit = memoryLimit
    self.temporaryFolder = temporaryFolder
  }
}
