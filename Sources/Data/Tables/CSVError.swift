/// A table that cannot be used: where in which file, what was expected and found, and how to mend it.
public struct CSVError: Error, Equatable, CustomStringConvertible {
  /// What is wrong.
  public enum Reason: Equatable, Sendable {
    /// The file has no rows.
    case noRows
    /// The file is no text of UTF-8.
    case notText(String)
    /// A line has another number of fields than the first.
    case fieldCount(expected: Int, found: Int)
    /// A quotation mark is never closed.
    case unfinishedQuote
    /// Something stands between a closing quotation mark and the end of the field.
    case afterQuote(found: String)
    /// A field of a column of numbers is none.
    case notANumber(found: String)
    /// A number is infinite, or too large for `float32`.
    case tooLarge(found: String)
    /// A value is missing where none may be.
    case missingValue
    /// A category that is not among those that are known.
    case unknownCategory(found: String, known: [String])
    /// There are too many different texts in a column of categories.
    case tooManyCategories(limit: Int)
    /// Columns that are needed are not there; and those that are.
    case missingColumns([String], found: [String])
    /// Two columns have the same name.
    case sameName
    /// There is nothing to tell apart: the target has one value.
    case oneClass(String)
    /// The target is ignored, and so cannot be learned.
    case ignoredTarget
    /// No column is left to learn from.
    case noInputs
  }

  /// What is wrong.
  public let reason: Reason
  /// The file as it was named.
  public let file: String
  /// The line, from 1; `nil` where it is the file as a whole.
  public let line: Int?
  /// The name of the column; `nil` where it is the whole line.
  public let column: String?

  /// Makes an error.
  ///
  /// - Parameters:
  ///   - reason: what is wrong.
  ///   - file: the file as it was named.
  ///   - line: the line, from 1.
  ///   - column: the name of the column.
  public init(_ reason: Reason, file: String, line: Int? = nil, column: String? = nil) {
    self.reason = reason
    self.file = file
    self.line = line
    self.column = column
  }

  public var description: String {
    var place = "'\(file)'"
    if let line { place += ", line \(line)" }
    if let column { place += ", column '\(column)'" }
    return place + ": " + explanation
  }

  private var explanation: String {
    switch reason {
    case .noRows: return "it has no rows: there is nothing to learn from."
    case .notText(let found):
      return "it is \(found), and text of UTF-8 was expected. Save it as CSV in UTF-8."
    case .fieldCount(let expected, let found):
      return
        "expected \(expected) fields as in the first line, found \(found). Put fields that hold "
        + "the separator in quotation marks, or name another separator."
    case .unfinishedQuote:
      return "a quotation mark opens a field and none closes it. Write one within a field twice: "
        + "\"\"."
    case .afterQuote(let found):
      return "expected the separator or the end of the line after a closing quotation mark, found "
        + "'\(found)'. Write a quotation mark within a field twice: \"\"."
    case .notANumber(let found):
      return "expected a number, found '\(found)'. Mend the field, leave it empty if the value is "
        + "missing, or take the column for a category."
    case .tooLarge(let found):
      return
        "expected a finite number of at most 3.4e38, found '\(found)'. Mend the field, or leave "
        + "it empty."
    case .missingValue:
      return "expected a value, found none. Fill it in, or remove the line."
    case .unknownCategory(let found, let known):
      let names = known.prefix(20).map { "'\($0)'" }.joined(separator: ", ")
      return "expected one of \(names)\(known.count > 20 ? ", …" : ""), found '\(found)'. Mend the "
        + "field, or leave it empty."
    case .tooManyCategories(let limit):
      return "expected a category, found more than \(limit) different texts. Ignore the column, or "
        + "take it for numbers."
    case .missingColumns(let names, let found):
      let missing = names.map { "'\($0)'" }.joined(separator: ", ")
      let there = found.prefix(50).map { "'\($0)'" }.joined(separator: ", ")
      return
        "expected \(names.count == 1 ? "the column" : "the columns") \(missing), found \(there)"
        + "\(found.count > 50 ? ", …" : ""). Check the name, and that the first line has the names."
    case .sameName: return "two columns have this name. Give one of them another."
    case .oneClass(let value):
      return "expected two different values at least to tell apart, found only '\(value)'."
    case .ignoredTarget:
      return "it is ignored, and so cannot be what is learned. Take it for a category or numbers."
    case .noInputs:
      return
        "no column is left to learn from beside the target. Take one for a category or numbers."
    }
  }
}

/// What is wrong within a block of lines, of which it is not known yet where in the file they are.
struct CSVFault: Error {
  let reason: CSVError.Reason
  /// From 0, within the block.
  var line: Int
  var column: Int?
}
