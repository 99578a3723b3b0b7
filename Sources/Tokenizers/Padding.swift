import BackpropFiles

/// How texts that are too short are filled up.
public struct Padding: Sendable, Hashable {
  /// How long texts become.
  public enum Length: Sendable, Hashable {
    /// As long as the longest of a batch.
    case longestOfBatch
    /// This long.
    case fixed(Int)
  }

  /// How long texts become.
  public var length: Length
  /// If not `nil`, the length is rounded up to a multiple of this.
  public var multiple: Int?
  /// At which end padding is put.
  public var direction: TextDirection
  /// The id of the padding.
  public var id: Int32
  /// Its type.
  public var typeID: Int32
  /// The token that it is shown as.
  public var token: String

  /// Describes how to fill up.
  ///
  /// - Parameters:
  ///   - length: how long texts become.
  ///   - multiple: if not `nil`, the length is rounded up to a multiple of this.
  ///   - direction: at which end padding is put.
  ///   - id: the id of the padding.
  ///   - typeID: its type.
  ///   - token: the token that it is shown as.
  public init(
    length: Length = .longestOfBatch, multiple: Int? = nil, direction: TextDirection = .right,
    id: Int32 = 0, typeID: Int32 = 0, token: String = "[PAD]"
  ) {
    self.length = length
    self.multiple = multiple
    self.direction = direction
    self.id = id
    self.typeID = typeID
    self.token = token
  }

  /// Reads `padding` of a `tokenizer.json`; `nil` for `null`.
  init?(_ json: JSONDocument?) throws(TokenizerError) {
    guard let component = try ComponentJSON(untyped: json, at: "padding") else { return nil }
    try component.expectOnly(
      "strategy", "direction", "pad_to_multiple_of", "pad_id", "pad_type_id", "pad_token")
    // A file could ask for more memory than there is.
    func limited(_ number: Int, _ name: String) throws(TokenizerError) -> Int {
      if number > 1 << 20 {
        throw TokenizerError(
          .limitExceeded("padding to \(number) tokens, more than \(1 << 20)"),
          at: "padding." + name)
      }
      return number
    }
    switch component.member("strategy") {
    case .string("BatchLongest"): length = .longestOfBatch
    case .object(let members) where members.count == 1 && members[0].name == "Fixed":
      guard let number = members[0].value.integer, number >= 0 else {
        throw component.invalid("strategy.Fixed", "expected a whole number from 0 on")
      }
      length = .fixed(try limited(number, "strategy.Fixed"))
    default: throw component.invalid("strategy", "expected 'BatchLongest' or 'Fixed' and a number")
    }
    direction = try component.direction()
    multiple =
      component.member("pad_to_multiple_of") == nil
      ? nil : try limited(try component.count("pad_to_multiple_of"), "pad_to_multiple_of")
    id = try component.tokenID("pad_id")
    typeID = try component.tokenID("pad_type_id")
    token = try component.string("pad_token")
  }

  /// How long a batch becomes whose longest text has so many tokens.
  func length(longest: Int) -> Int {
    var length = longest
    if case .fixed(let fixed) = self.length { length = fixed }
    if let multiple, multiple > 0, length % multiple > 0 {
      length += multiple - length % multiple
    }
    return length
  }
}
