import BackpropArrays
import BackpropAutodiff

/// The characters of a text, numbered: the tokens of a model that reads and writes character by
/// character.
///
/// ```swift
/// let vocabulary = CharacterVocabulary(of: "hello")       // e h l o
/// vocabulary.encode("hole")                               // [1, 3, 2, 0]
/// vocabulary.decode([1, 0])                               // "he"
/// ```
///
/// A character is a Unicode scalar, as in Python, and not what is drawn as one: decoding what was
/// encoded gives the same bytes, whatever accents are made of and however lines end.
public struct CharacterVocabulary: Sendable, Hashable {
  /// The characters, by their numbers.
  public let characters: [Unicode.Scalar]
  private let numbers: [Unicode.Scalar: Int32]

  /// The characters that occur in a text, in Unicode's order.
  public init(of text: String) {
    self.init(Set(text.unicodeScalars).sorted { $0.value < $1.value })
  }

  /// These characters, in this order; one that comes again counts once.
  ///
  /// - Parameter characters: what a weight file keeps under `characters`, for example.
  public init(_ characters: some Sequence<Unicode.Scalar>) {
    var list: [Unicode.Scalar] = []
    var numbers: [Unicode.Scalar: Int32] = [:]
    for character in characters where numbers[character] == nil {
      numbers[character] = Int32(list.count)
      list.append(character)
    }
    self.characters = list
    self.numbers = numbers
  }

  /// How many characters there are.
  public var count: Int { characters.count }

  /// The numbers of a text's characters.
  ///
  /// - Throws: ``UnknownCharacter`` for the first that the vocabulary does not have.
  public func encode(_ text: String) throws(UnknownCharacter) -> [Int32] {
    var result: [Int32] = []
    result.reserveCapacity(text.utf8.count)
    for character in text.unicodeScalars {
      guard let number = numbers[character] else {
        throw UnknownCharacter(character: character, position: result.count, known: characters)
      }
      result.append(number)
    }
    return result
  }

  /// The text of these numbers. Traps if one is not in 0..<count.
  public func decode(_ tokens: some Sequence<Int32>) -> String {
    var text = String.UnicodeScalarView()
    for token in tokens {
      guard characters.indices.contains(Int(token)) else {
        fatalError("CharacterVocabulary: there is no character \(token) of \(count)")
      }
      text.append(characters[Int(token)])
    }
    return String(text)
  }
}

/// A text has a character that a vocabulary does not.
public struct UnknownCharacter: Error, Equatable, CustomStringConvertible {
  /// The character.
  public let character: Unicode.Scalar
  /// How many stand before it in the text.
  public let position: Int
  /// The characters of the vocabulary.
  public let known: [Unicode.Scalar]

  public var description: String {
    let code = String(character.value, radix: 16, uppercase: true)
    let padded = String(repeating: "0", count: max(0, 4 - code.count)) + code
    var characters = String.UnicodeScalarView()
    characters.append(contentsOf: known)
    return
      "character \(position) of the text is \(String(character).debugDescription) (U+\(padded)), "
      + "which the model has never seen; it knows \(String(characters).debugDescription)"
  }
}
