/// The text of tokens as they come, one by one: what each adds to the text of those before.
///
/// A token may be a part of a character's bytes, and what it says may depend on the one before it (a
/// space in front of a word). So some tokens before are decoded with it, and what ends in the mark for
/// bytes that are no character, U+FFFD, is kept back until it is one, or to the end.
struct TokenText {
  private let decode: ([Int32]) -> String
  /// The tokens that are decoded together.
  private var window: [Int32]
  /// How many of them stood when all of their text had been given.
  private var settled: Int
  /// The text of the window that was given, or lies before.
  private var given: String

  /// How many tokens of what lies before are decoded with the first.
  private static let contextCount = 8

  /// The text behind what lies before.
  ///
  /// - Parameters:
  ///   - earlier: the tokens that lie before.
  ///   - decode: gives the text of tokens.
  init(after earlier: some Sequence<Int32>, decode: @escaping ([Int32]) -> String) {
    self.decode = decode
    window = earlier.suffix(Self.contextCount)
    settled = window.count
    given = decode(window)
  }

  /// Takes a token and gives the text that is sure by now.
  mutating func append(_ token: Int32) -> String {
    window.append(token)
    let text = decode(window)
    let sure = text.trimmingUnfinished(keeping: given.utf8.count)
    let shown = String(decoding: sure.utf8.dropFirst(given.utf8.count), as: UTF8.self)
    if sure.utf8.count == text.utf8.count {
      // All is given: what lay before when that was last so is needed no more.
      window.removeFirst(settled)
      settled = window.count
      given = decode(window)
    } else if !shown.isEmpty {
      given = sure
    }
    return shown
  }

  /// What was kept back, at the end.
  mutating func finish() -> String {
    let rest = String(decoding: decode(window).utf8.dropFirst(given.utf8.count), as: UTF8.self)
    (window, settled, given) = ([], 0, "")
    return rest
  }
}

extension String {
  /// The text without the marks U+FFFD at its end, but not less than so many bytes of it.
  fileprivate func trimmingUnfinished(keeping count: Int) -> String {
    let mark: [UInt8] = [0xEF, 0xBF, 0xBD]
    var bytes = Array(utf8)[...]
    while bytes.count > count, bytes.suffix(3).elementsEqual(mark) { bytes = bytes.dropLast(3) }
    return String(decoding: bytes, as: UTF8.self)
  }
}
