/// Cuts where the script changes. As in the reference, what comes before the first character of a
/// script goes.
struct ScriptPreTokenizer: PreTokenizer {
  func preTokenize(_ text: inout PreTokenizedText) {
    text.split { bytes, cuts in
      var position = 0
      var start: Int?
      var last: UInt8?
      while position < bytes.count {
        let (value, length) = bytes.codePoint(at: position)
        if let script = UnicodeScripts.standard[value] {
          if script != last {
            if let start { cuts.add(start..<position) }
            start = position
          }
          last = script
        }
        position += length
      }
      if let start { cuts.add(start..<position) }
    }
  }
}
