import BackpropFiles

extension ComponentJSON {
  /// Refuses members of other names than these and `type`.
  func expectOnly(_ names: String...) throws(TokenizerError) {
    guard case .object(let members) = json else { return }
    for member in members where member.name != "type" && !names.contains(member.name) {
      throw TokenizerError(
        .unsupported("the setting '\(member.name)' of '\(type)'"), at: place)
    }
  }

  /// A member that is a whole number from 0 on.
  ///
  /// - Parameters:
  ///   - name: its name.
  ///   - standard: what counts if it is missing; `nil` if it must be there.
  /// - Throws: `TokenizerError`.
  func count(_ name: String, standard: Int? = nil) throws(TokenizerError) -> Int {
    guard let value = member(name) else {
      if let standard { return standard }
      throw invalid(name, "expected a whole number from 0 on")
    }
    guard let number = value.integer, number >= 0 else {
      throw invalid(name, "expected a whole number from 0 on")
    }
    return number
  }

  /// A member that is the number of a token.
  func tokenID(_ name: String, standard: Int32? = nil) throws(TokenizerError) -> Int32 {
    let number = try count(name, standard: standard.map(Int.init))
    guard let id = Int32(exactly: number) else { throw invalid(name, "a number too large") }
    return id
  }
}
