/// Words, and texts of them, that Benchmarks/peers/invented.py makes alike.
///
/// A word is a number in the base of syllables, so that the same arithmetic makes the same words on
/// either side; of texts, the short words are the frequent ones.
enum InventedLanguage {
  /// How many words there are of two syllables, and of three.
  static let (shortWords, longWords, endings) = (10_000, 10_000, 5_000)

  /// The tokens of a WordPiece vocabulary: special ones, characters, words and endings.
  static var vocabulary: [String] {
    let letters = (UInt8(ascii: "a")...UInt8(ascii: "z")).map { String(UnicodeScalar($0)) }
    return ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", ".", ","] + letters
      + letters.map { "##" + $0 } + (0..<shortWords + longWords).map(word)
      + (0..<endings).map { "##" + ending($0) }
  }

  /// Lines of some twelve words: whole ones, and some with an ending, which are two tokens.
  static func lines(_ count: Int) -> [String] {
    var state: UInt64 = 1
    // Knuth's linear congruential generator; its upper bits.
    func draw(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
    return (0..<count).map { _ in
      var line = ""
      for place in 0..<8 + draw(9) {
        // The least of three draws: most words are of the first.
        let number = min(
          draw(shortWords + longWords), draw(shortWords + longWords),
          draw(shortWords + longWords))
        var text = word(number)
        if draw(8) == 0 { text += ending(draw(endings)) }
        if place == 0 { text = text.prefix(1).uppercased() + text.dropFirst() }
        line += (place == 0 ? "" : draw(10) == 0 ? ", " : " ") + text
      }
      return line + "."
    }
  }

  private static func word(_ number: Int) -> String {
    // Prime to the number of words, so that no two are the same.
    number < shortWords
      ? syllables(number * 7919 % 10_000, count: 2)
      : syllables(number * 7919 % 1_000_000, count: 3)
  }

  private static func ending(_ number: Int) -> String {
    syllables(number * 7919 % 10_000, count: 2)
  }

  private static func syllables(_ number: Int, count: Int) -> String {
    var (rest, text) = (number, "")
    for _ in 0..<count {
      let syllable = rest % 100
      text.append(consonants[syllable / 5])
      text.append(vowels[syllable % 5])
      rest /= 100
    }
    return text
  }

  private static let (consonants, vowels) = (Array("bcdfghjklmnpqrstvwxz"), Array("aeiou"))
}
