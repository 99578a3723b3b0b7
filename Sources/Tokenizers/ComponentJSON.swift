import BackpropFiles

/// The description of one component in a `tokenizer.json`, read strictly: a setting that is missing
/// or of another type is an error that names its place.
struct ComponentJSON {
  /// The members.
  let json: JSONDocument
  /// Where in the file it is.
  let place: String
  /// Its member `type`.
  let type: String

  /// - Parameters:
  ///   - json: the description, an object with a `type`.
  ///   - place: where in the file it is.
  /// - Throws: `TokenizerError` if it is none.
  init(_ json: JSONDocument, at place: String) throws(TokenizerError) {
    guard case .object = json else {
      throw TokenizerError(.invalid("expected an object"), at: place)
    }
    guard let type = json["type"]?.string else {
      throw TokenizerError(.invalid("expected a text"), at: place + ".type")
    }
    (self.json, self.place, self.type) = (json, place, type)
  }

  /// What has no type, as `truncation`, whose place stands for it in errors; `nil` for `null`.
  ///
  /// - Parameters:
  ///   - json: the description, an object.
  ///   - place: where in the file it is.
  /// - Throws: `TokenizerError` if it is none.
  init?(untyped json: JSONDocument?, at place: String) throws(TokenizerError) {
    guard let json, json != .null else { return nil }
    guard case .object(let members) = json else {
      throw TokenizerError(.invalid("expected an object"), at: place)
    }
    try self.init(.object(members + [.init(name: "type", value: .string(place))]), at: place)
  }

  /// Refuses members of other names than these and `type`.
  func expectOnly(_ names: String...) throws(TokenizerError) {
    guard case .object(let members) = json else { return }
    for member in members where member.name != "type" && !names.contains(member.name) {
      throw TokenizerError(
        .unsupported("the setting '\(member.name)' of '\(type)'"), at: place)
    }
  }

  /// The error for a component that is not there.
  func unknown(_ kind: String) -> TokenizerError {
    TokenizerError(.unsupported("\(kind) '\(type)'"), at: place + ".type")
  }

  /// The error for a member that is something else than expected.
  func invalid(_ name: String, _ what: String) -> TokenizerError {
    TokenizerError(.invalid(what), at: place + "." + name)
  }

  /// A member; missing and `null` are the same.
  func member(_ name: String) -> JSONDocument? {
    if let value = json[name], value != .null { value } else { nil }
  }

  /// A member that is true or false.
  ///
  /// - Parameters:
  ///   - name: its name.
  ///   - standard: what counts if it is missing; `nil` if it must be there.
  /// - Throws: `TokenizerError`.
  func bool(_ name: String, standard: Bool? = nil) throws(TokenizerError) -> Bool {
    switch member(name) {
    case .bool(let value): return value
    case nil:
      if let standard { return standard }
      fallthrough
    default: throw invalid(name, "expected true or false")
    }
  }

  /// A member that is a text.
  ///
  /// - Parameters:
  ///   - name: its name.
  ///   - standard: what counts if it is missing; `nil` if it must be there.
  /// - Throws: `TokenizerError`.
  func string(_ name: String, standard: String? = nil) throws(TokenizerError) -> String {
    switch member(name) {
    case .string(let value): return value
    case nil:
      if let standard { return standard }
      fallthrough
    default: throw invalid(name, "expected a text")
    }
  }

  /// A member that is a text of one character.
  func codePoint(_ name: String, standard: String? = nil) throws(TokenizerError) -> UInt32 {
    let text = try string(name, standard: standard).unicodeScalars
    guard text.count == 1, let first = text.first else {
      throw invalid(name, "expected one character")
    }
    return first.value
  }

  /// A member that is a whole number from 0 on.
  ///
  /// - Parameters:
  ///   - name: its name.
  ///   - standard: what counts if it is missing; `nil` if it must be there.
  /// - Throws: `TokenizerError`.
  func count(_ name: String, standard: Int? = nil) throws(TokenizerError) -> Int {
    let value = member(name)
    if value == nil, let standard { return standard }
    guard let number = value?.integer, number >= 0 else {
      throw invalid(name, "expected a whole number from 0 on")
    }
    return number
  }

  /// A member that is the number of a token.
  func tokenID(_ name: String) throws(TokenizerError) -> Int32 {
    guard let id = Int32(exactly: try count(name)) else {
      throw invalid(name, "a number too large")
    }
    return id
  }

  /// A member that is a list.
  func list(_ name: String) throws(TokenizerError) -> [JSONDocument] {
    guard case .array(let values) = member(name) else { throw invalid(name, "expected a list") }
    return values
  }
}
