import BackpropFiles
import BackpropTestSupport
import Foundation
import Testing

@testable import BackpropTokenizers

/// The forms in which the files of a tokenizer lie in a folder.
@Suite struct TokenizerFilesTests {
  private func write(_ text: String, _ path: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
  }

  @Test func wordPieceVocabulary() throws {
    try withTemporaryFolder { folder in
      try write("[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nbird\r\n##s\nÉté\n", folder + "/vocab.txt")
      let tokenizer = try Tokenizer(contentsOf: folder)
      #expect(tokenizer.ids(of: "Birds [MASK] Été") == [2, 5, 6, 4, 1, 3])
      #expect(tokenizer.decode([2, 5, 6, 3]) == "birds")
      try write(
        #"{"do_lower_case": false, "unk_token": {"content": "[UNK]", "special": true}}"#,
        folder + "/tokenizer_config.json")
      for path in [folder, folder + "/vocab.txt"] {
        #expect(try Tokenizer(contentsOf: path).ids(of: "birds Birds Été") == [2, 5, 6, 1, 7, 3])
      }
    }
  }

  @Test func bytePairFiles() throws {
    try withTemporaryFolder { folder in
      try write(
        #"{"a": 0, "b": 1, "Ġ": 2, "ab": 3, "Ġab": 4, "<|endoftext|>": 5, "<s>": 6, "</s>": 7}"#,
        folder + "/vocab.json")
      try write("#version: 0.2\na b\nĠ ab\n", folder + "/merges.txt")
      let tokenizer = try Tokenizer(contentsOf: folder)
      #expect(tokenizer.ids(of: "ab ab<|endoftext|>") == [3, 4, 5])
      #expect(tokenizer.decode([3, 4, 5]) == "ab ab")
      try write(
        #"{"tokenizer_class": "RobertaTokenizer", "add_prefix_space": true}"#,
        folder + "/tokenizer_config.json")
      // Without <unk> the characters that are not there are left out.
      #expect(try Tokenizer(contentsOf: folder).ids(of: "ab") == [6, 4, 7])
    }
  }

  @Test func errorsNameTheFile() throws {
    try withTemporaryFolder { folder in
      #expect(throws: TokenizerError.self) { try Tokenizer(contentsOf: folder) }
      #expect(throws: FileError.self) { try Tokenizer(contentsOf: folder + "/none.json") }
      try write("{", folder + "/tokenizer.json")
      #expect(
        throws: TokenizerError(
          .invalid("a text was expected at byte 1"), file: folder + "/tokenizer.json")
      ) { try Tokenizer(contentsOf: folder) }
    }
  }

  /// Scores are read as the reference reads them, which is not always the nearest number.
  @Test(arguments: [
    ("-0.0009522444552911937", -0.0009522444552911936),
    ("-9.200864349327219", -9.20086434932722), ("0", 0), ("-3", -3), ("1.5e3", 1500),
    ("2.5E-2", 0.025), ("123456789012345678901234567890", 1.2345678901234568e29), ("1e-400", 0),
  ])
  func scores(_ text: String, _ expected: Double) {
    let score = Array((text + " ").utf8).withUnsafeBufferPointer { bytes in
      var cursor = JSONCursor(bytes)
      return try? cursor.score("")
    }
    #expect(score == expected)
  }
}
