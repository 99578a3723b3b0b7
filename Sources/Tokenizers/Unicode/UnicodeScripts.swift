/// Which characters are written together.
struct UnicodeScripts: Sendable {
  /// Where each run of characters of one script begins.
  private let starts: [UInt32]
  private let scripts: [UInt8]

  /// The scripts as the reference tells them apart.
  static let standard = UnicodeScripts()

  private init() {
    var (starts, scripts): ([UInt32], [UInt8]) = ([], [])
    var numbers = PackedNumbers(UnicodeScriptData.runs)
    var start = 0
    while let count = numbers.next(), let script = numbers.next() {
      starts.append(UInt32(start))
      scripts.append(UInt8(script))
      start += count
    }
    (self.starts, self.scripts) = (starts, scripts)
  }

  /// The number of the script of a character; `nil` for one that goes with every script.
  subscript(codePoint: UInt32) -> UInt8? {
    var (low, high) = (0, starts.count)
    while high - low > 1 {
      let middle = (low + high) / 2
      if starts[middle] <= codePoint { low = middle } else { high = middle }
    }
    return scripts[low] == 0 ? nil : scripts[low]
  }
}
