/// The dictionary in the header of an `.npy` file: exactly the three keys that NumPy writes.
struct NPYHeader {
  var type = NumPyType("")
  var isFortran = false
  var shape: [Int] = []
  private let text: ArraySlice<UInt8>
  private var position: Int

  init(_ text: ArraySlice<UInt8>) throws(WeightFileError) {
    self.text = text
    position = text.startIndex
    var keys: Set<String> = []
    try expect("{")
    while !take("}") {
      let key = try quoted()
      if !keys.insert(key).inserted { throw bad("the key '\(key)' twice") }
      try expect(":")
      switch key {
      case "descr":
        if next == UInt8(ascii: "[") {
          throw WeightFileError(.unsupported("a structured array"))
        }
        type = NumPyType(try quoted())
      case "fortran_order":
        isFortran = take("True")
        if !isFortran { try expect("False") }
      case "shape": shape = try tuple()
      default: throw bad("the unknown key '\(key)'")
      }
      if !take(",") {
        try expect("}")
        break
      }
    }
    skipSpace()
    if position != text.endIndex { throw bad("something after the dictionary") }
    if keys.count != 3 { throw bad("fewer than the keys 'descr', 'fortran_order' and 'shape'") }
  }

  private func bad(_ what: String) -> WeightFileError {
    WeightFileError(.invalid("the header of the array has \(what)"))
  }

  private mutating func skipSpace() {
    while position < text.endIndex, text[position] == 32 || text[position] == 10 { position += 1 }
  }

  private var next: UInt8? {
    mutating get {
      skipSpace()
      return position < text.endIndex ? text[position] : nil
    }
  }

  private mutating func take(_ word: String) -> Bool {
    skipSpace()
    if !text[position...].starts(with: word.utf8) { return false }
    position += word.utf8.count
    return true
  }

  private mutating func expect(_ word: String) throws(WeightFileError) {
    if !take(word) {
      throw bad("something else than '\(word)' at its byte \(position - text.startIndex)")
    }
  }

  private mutating func quoted() throws(WeightFileError) -> String {
    let quote = take("'") ? UInt8(ascii: "'") : UInt8(ascii: "\"")
    if quote == UInt8(ascii: "\"") { try expect("\"") }
    guard let end = text[position...].firstIndex(of: quote) else {
      throw bad("a text without an end")
    }
    defer { position = end + 1 }
    return String(decoding: text[position..<end], as: UTF8.self)
  }

  private mutating func tuple() throws(WeightFileError) -> [Int] {
    var sizes: [Int] = []
    try expect("(")
    while !take(")") {
      skipSpace()
      let digits = text[position...].prefix { (48...57).contains($0) }
      guard sizes.count < 64, let size = Int(String(decoding: digits, as: UTF8.self)) else {
        throw bad("a shape that is none")
      }
      position += digits.count
      // Python 2 wrote long numbers with an L.
      _ = take("L")
      sizes.append(size)
      if !take(",") {
        try expect(")")
        break
      }
    }
    return sizes
  }
}
