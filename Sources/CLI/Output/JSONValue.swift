import BackpropFiles

/// A value of JSON (RFC 8259) whose members keep their order, for lines that other programs read.
///
/// ```swift
/// JSONValue.object([("event", "done"), ("steps", 600), ("seconds", 0.25)]).description
/// // {"event":"done","steps":600,"seconds":0.25}
/// ```
enum JSONValue: CustomStringConvertible {
  case null
  case bool(Bool)
  case integer(Int)
  case number(Double)
  case string(String)
  case array([JSONValue])
  case object([(String, JSONValue)])

  var description: String {
    switch self {
    case .null: "null"
    case .bool(let value): "\(value)"
    case .integer(let value): "\(value)"
    // The shortest digits that give the same number back; JSON has no infinity and no NaN.
    case .number(let value): value.isFinite ? "\(value)" : "null"
    case .string(let text): jsonQuoted(text)
    case .array(let values): "[" + values.map(\.description).joined(separator: ",") + "]"
    case .object(let members):
      "{" + members.map { jsonQuoted($0) + ":" + $1.description }.joined(separator: ",") + "}"
    }
  }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral {
  init(stringLiteral value: String) { self = .string(value) }
  init(integerLiteral value: Int) { self = .integer(value) }
}
