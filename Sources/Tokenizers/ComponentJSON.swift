import BackpropFiles

/// The description of one component in a `tokenizer.json`, read strictly: a setting that is missing
/// or of another type is an error that names its place.
struct ComponentJSON {
  /// The members.
  let json: JSONDocument
  /// Where in the file it is.
  let place: String
  /// Its member `type`, or its place if it has none.
  let type: String
  private let isTyped: Bool

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
    (self.json, self.place, self.type, isTyped) = (json, place, type, true)
  }

  /// What has no type, as `truncation`, whose place stands for it in errors; `nil` for `null`.
  ///
  /// - Parameters:
  ///   - json: the description, an object.
  ///   - place: where in the file it is.
  /// - Throws: `TokenizerError` if it is none.
  init?(untyped json: JSONDocument?, at place: String) throws(TokenizerError) {
    guard let json, json != .null else { return nil }
    guard case .object = json else {
      throw TokenizerError(.invalid("expected an object"), at: place)
    }
    (self.json, self.place, type, isTyped) = (json, place, place, false)
  }

  /// The settings of a Metaspace, before or after the model. `str_rep` is in older files.
  func expectMetaspace() throws(TokenizerError) {
    try expectOnly("replacement", "add_prefix_space", "prepend_scheme", "split", "str_rep")
  }

  /// Refuses members of other names than these and `type`.
  func expectOnly(_ names: String...) throws(TokenizerError) {
    guard case .object(let members) = json else { return }
    for member in members
    where !names.contains(member.name) && !(isTyped && member.name == "type") {
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

  /// A member that is a list of components.
  ///
  /// - Parameters:
  ///   - name: its name.
  ///   - make: makes one of its description, at its place in the file.
  /// - Throws: `TokenizerError`, also where one is `null`.
  func parts<Part>(
    _ name: String, _ make: (JSONDocument?, String) throws(TokenizerError) -> Part?
  ) throws(TokenizerError) -> [Part] {
    var result: [Part] = []
    for (index, value) in try list(name).enumerated() {
      let place = "\(place).\(name)[\(index)]"
      guard let part = try make(value, place) else {
        throw TokenizerError(.invalid("expected an object"), at: place)
      }
      result.append(part)
    }
    return result
  }
}
