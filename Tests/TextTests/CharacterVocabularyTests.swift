import BackpropText
import Testing

@Suite struct CharacterVocabularyTests {
  @Test func charactersInUnicodeOrder() throws {
    let vocabulary = CharacterVocabulary(of: "hello")
    #expect(vocabulary.characters == ["e", "h", "l", "o"])
    #expect(vocabulary.count == 4)
    #expect(try vocabulary.encode("hole") == [1, 3, 2, 0])
    #expect(vocabulary.decode([1, 0]) == "he")
    #expect(try vocabulary.encode("") == [])
  }

  /// Accents in two spellings, both ends of lines, a syllable in parts, a flag, a null.
  @Test func everyTextComesBackByteForByte() throws {
    let text = "caf\u{E9} cafe\u{301}\r\n\n\u{1112}\u{1161}\u{11AB} 한 🇰🇷\0"
    let vocabulary = CharacterVocabulary(of: text)
    let tokens = try vocabulary.encode(text)
    #expect(tokens.count == text.unicodeScalars.count)
    #expect(Array(vocabulary.decode(tokens).utf8) == Array(text.utf8))
    // The same vocabulary from the characters that a file keeps.
    var characters = String.UnicodeScalarView()
    characters.append(contentsOf: vocabulary.characters)
    #expect(CharacterVocabulary(String(characters).unicodeScalars) == vocabulary)
  }

  @Test func aCharacterThatIsNotThere() throws {
    let vocabulary = CharacterVocabulary(of: "ab")
    let error = #expect(throws: UnknownCharacter.self) { try vocabulary.encode("abc") }
    #expect(error?.position == 2)
    #expect(
      error?.description
        == "character 2 of the text is \"c\" (U+0063), which the model has never seen; it knows "
        + "\"ab\"")
  }
}
