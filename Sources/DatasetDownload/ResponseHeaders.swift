/// The header of a response of HTTP, line by line as it comes (RFC 9112).
struct ResponseHeaders {
  /// The status: 200 for a whole file. 0 before there is a line.
  private(set) var status = 0
  /// Whether the empty line at the end has come.
  private(set) var areComplete = false
  /// What the fields hold, by their names in small letters.
  private var fields: [String: String] = [:]

  /// Takes a line; a line with a status begins another response.
  mutating func add(_ line: String) {
    let line = line.filter { !$0.isNewline }
    if line.hasPrefix("HTTP/") {
      self = ResponseHeaders()
      let parts = line.split(separator: " ")
      status = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
    } else if line.isEmpty {
      areComplete = true
    } else if let colon = line.firstIndex(of: ":") {
      let value = line[line.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
      fields[line[..<colon].lowercased()] = String(value)
    }
  }

  /// The value of a field whose name is given in small letters.
  subscript(name: String) -> String? { fields[name] }

  /// Whether another response follows: after a provisional one, or the one that is elsewhere.
  var announceAnother: Bool {
    (100..<200).contains(status) || (300..<400).contains(status)
  }

  /// The first byte that a 206 carries: the field is `bytes 100-199/200`.
  var rangeStart: Int? {
    guard let range = self["content-range"], range.hasPrefix("bytes "),
      let dash = range.firstIndex(of: "-")
    else { return nil }
    return Int(range.dropFirst(6).prefix(upTo: dash))
  }

  /// What tells this version of the file from others.
  ///
  /// A weak `ETag` does not promise the same bytes and must not be used here (RFC 9110, 13.1.5).
  var version: String? {
    if let tag = self["etag"], tag.hasPrefix("\"") { return tag }
    return self["last-modified"]
  }
}
