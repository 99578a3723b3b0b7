import BackpropFiles

/// Puts texts and special tokens in the order of a template, as `[CLS] A [SEP] B [SEP]`.
struct TemplateProcessing: PostProcessor {
  private enum Part {
    /// The first (0) or second (1) text.
    case text(Int, typeID: Int32)
    case special([(id: Int32, token: String)], typeID: Int32)
  }

  private let single: [Part]
  private let pair: [Part]

  init(_ component: ComponentJSON) throws(TokenizerError) {
    try component.expectOnly("single", "pair", "special_tokens")
    let specials = try TemplateProcessing.specials(component)
    single = try TemplateProcessing.parts(component, "single", specials)
    pair = try TemplateProcessing.parts(component, "pair", specials)
    for case .text(1, _) in single {
      throw component.invalid("single", "the second text, where there is none")
    }
  }

  func addedCount(isPair: Bool) -> Int {
    (isPair ? pair : single).reduce(0) { count, part in
      if case .special(let tokens, _) = part { count + tokens.count } else { count }
    }
  }

  func process(_ encodings: [Encoding], addingSpecialTokens: Bool) -> [Encoding] {
    (encodings.count == 2 ? pair : single).compactMap { part in
      switch part {
      case .text(let index, let typeID):
        var encoding = encodings[index]
        encoding.setTypeIDs(typeID)
        return encoding
      case .special(let tokens, let typeID):
        return addingSpecialTokens ? Encoding(special: tokens, typeID: typeID) : nil
      }
    }
  }

  func resultCount(of count: Int, addingSpecialTokens: Bool) -> Int? {
    guard count == 1 || count == 2 else { return nil }
    return (count == 2 ? pair : single).reduce(0) { count, part in
      if case .special = part, !addingSpecialTokens { return count }
      return count + 1
    }
  }

  /// The special tokens by name: a name may stand for several.
  private static func specials(
    _ component: ComponentJSON
  ) throws(TokenizerError) -> [[UInt8]: [(id: Int32, token: String)]] {
    guard case .object(let members) = component.member("special_tokens") else {
      throw component.invalid("special_tokens", "expected an object")
    }
    var result: [[UInt8]: [(id: Int32, token: String)]] = [:]
    for member in members {
      let token = try ComponentJSON(
        untyped: member.value, at: component.place + ".special_tokens." + member.name)
      try token?.expectOnly("id", "ids", "tokens")
      guard case .array(let ids) = member.value["ids"],
        case .array(let tokens) = member.value["tokens"], ids.count == tokens.count
      else {
        throw component.invalid(
          "special_tokens", "expected as many 'ids' as 'tokens' of '\(member.name)'")
      }
      var list: [(id: Int32, token: String)] = []
      for (id, token) in zip(ids, tokens) {
        guard let number = id.integer, number >= 0, let id = Int32(exactly: number),
          let token = token.string
        else { throw component.invalid("special_tokens", "expected ids and texts") }
        list.append((id, token))
      }
      result[Array(member.name.utf8)] = list
    }
    return result
  }

  private static func parts(
    _ component: ComponentJSON, _ name: String,
    _ specials: [[UInt8]: [(id: Int32, token: String)]]
  ) throws(TokenizerError) -> [Part] {
    var result: [Part] = []
    for value in try component.list(name) {
      guard case .object(let members) = value, members.count == 1,
        let id = members[0].value["id"]?.string,
        let number = members[0].value["type_id"]?.integer, number >= 0,
        let typeID = Int32(exactly: number)
      else {
        throw component.invalid(name, "expected 'Sequence' or 'SpecialToken', 'id' and 'type_id'")
      }
      try ComponentJSON(untyped: members[0].value, at: component.place + "." + name)?
        .expectOnly("id", "type_id")
      switch (members[0].name, id) {
      case ("Sequence", "A"): result.append(.text(0, typeID: typeID))
      case ("Sequence", "B"): result.append(.text(1, typeID: typeID))
      case ("SpecialToken", _):
        guard let tokens = specials[Array(id.utf8)] else {
          throw component.invalid(name, "'\(id)' is not among the special tokens")
        }
        result.append(.special(tokens, typeID: typeID))
      default:
        throw component.invalid(name, "a part '\(members[0].name)' with id '\(id)'")
      }
    }
    return result
  }
}
