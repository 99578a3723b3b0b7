/// Watches a text that comes in pieces for texts at which it is to end, and keeps back what may be the
/// beginning of one.
///
/// What is given out does not depend on where the pieces are cut: of several texts that occur, the one
/// counts that is complete first, and of those the longest.
struct StopTexts {
  /// As bytes, since a piece may be anything.
  private let texts: [[UInt8]]
  /// What was kept back.
  private var pending: [UInt8] = []

  /// Texts at which to end; empty ones are passed over.
  init(_ texts: [String]) {
    self.texts = texts.map { Array($0.utf8) }.filter { !$0.isEmpty }
  }

  /// Takes a piece and gives what can be shown by now; with it, the text at which to end, if it has
  /// come.
  mutating func append(_ piece: String) -> (shown: String, stop: String?) {
    if texts.isEmpty { return (piece, nil) }
    var start = pending.count
    pending += piece.utf8
    // Every end is looked at once, the earliest first.
    while start < pending.count {
      start += 1
      let ended = texts.filter { pending[..<start].ends(with: $0) }
      if let stop = ended.max(by: { $0.count < $1.count }) {
        let shown = String(decoding: pending[..<(start - stop.count)], as: UTF8.self)
        pending = []
        return (shown, String(decoding: stop, as: UTF8.self))
      }
    }
    let kept = texts.map { beginning(of: $0) }.max() ?? 0
    let shown = String(decoding: pending.dropLast(kept), as: UTF8.self)
    pending = Array(pending.suffix(kept))
    return (shown, nil)
  }

  /// What was kept back, at the end of the text.
  mutating func finish() -> String {
    defer { pending = [] }
    return String(decoding: pending, as: UTF8.self)
  }

  /// How many of the last bytes are the longest beginning of a text.
  private func beginning(of text: [UInt8]) -> Int {
    let most = min(text.count - 1, pending.count)
    return (0...most).last { pending.ends(with: text.prefix($0)) } ?? 0
  }
}

extension Collection<UInt8> {
  fileprivate func ends(with other: some Collection<UInt8>) -> Bool {
    suffix(other.count).elementsEqual(other)
  }
}
