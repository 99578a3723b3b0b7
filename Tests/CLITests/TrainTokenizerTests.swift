import Backprop
import BackpropFiles
import Testing

/// `backprop text train-tokenizer`, whose tokens are those of the library's training.
@Suite struct TrainTokenizerTests {
  private static let text = String(
    repeating: "the bird sings, the birds sing\n새가 노래한다 the\r\nnaïve café", count: 20)

  @Test func trainsWhatTheLibraryTrains() throws {
    try CommandLineTool.use { tool in
      try AtomicFile.write(Array(Self.text.utf8), to: tool.path("a.txt"))
      try File.createFolder(tool.path("model"))
      let arguments = ["--output", "model/tokenizer.json", "--vocabulary-size", "290"]
      let run = try tool.run(["text", "train-tokenizer", "a.txt"] + arguments)
      #expect(run.status == 0, "\(run.err)")
      #expect(run.lines == ["290 tokens, written to model/tokenizer.json"])

      var training = BytePairTraining(vocabularySize: 290, minimumFrequency: 2)
      try training.add(linesOf: tool.path("a.txt"))
      let json = try File.read(tool.path("model/tokenizer.json"))
      #expect(json == training.tokenizerJSON())
      let tokenizer = try Tokenizer(contentsOf: tool.path("model"))
      #expect(tokenizer.vocabularySize == 290)
      #expect(tokenizer.encode(" the bird").tokens == ["Ġthe", "Ġbird"])

      // The folder is one that the other commands take.
      let tokens = try tool.run(["tokenize", "--model", "model", "a.txt"])
      #expect(tokens.status == 0, "\(tokens.err)")
      let first = try #require(tokens.lines.first)
      let ids = try first.split(separator: " ").map { try #require(Int32($0)) }
      #expect(ids == tokenizer.ids(of: "the bird sings, the birds sing"))
      #expect(tokenizer.decode(ids) == "the bird sings, the birds sing")

      let piped = try tool.run(
        ["text", "train-tokenizer", "-"] + arguments, shell: "cat a.txt | \"$0\" \"$@\"")
      #expect(piped.status == 0, "\(piped.err)")
      #expect(try File.read(tool.path("model/tokenizer.json")) == json)
    }
  }

  /// A text with fewer pairs than asked for gives fewer tokens, and says how many.
  @Test func endsWhereNoPairIsFrequentEnough() throws {
    try CommandLineTool.use { tool in
      try AtomicFile.write(Array("abab abab".utf8), to: tool.path("a.txt"))
      let often = try tool.run(["text", "train-tokenizer", "a.txt", "--minimum-frequency", "3"])
      #expect(often.lines == ["258 tokens, written to tokenizer.json"], "\(often.err)")
      let once = try tool.run(["text", "train-tokenizer", "a.txt", "--minimum-frequency", "1"])
      #expect(once.lines == ["260 tokens, written to tokenizer.json"], "\(once.err)")
    }
  }

  @Test func saysWhatIsWrong() throws {
    try CommandLineTool.use { tool in
      func fails(_ arguments: [String], _ status: Int32, _ text: String) throws {
        let run = try tool.run(["text", "train-tokenizer"] + arguments)
        #expect(run.status == status, "\(arguments): \(run.err)")
        #expect(run.err.contains(text), "\(run.err)")
        #expect(!File.exists(tool.path("tokenizer.json")))
      }
      try AtomicFile.write([], to: tool.path("empty.txt"))
      try AtomicFile.write([97, 0xff, 10], to: tool.path("bytes.txt"))
      try AtomicFile.write(Array("a bird".utf8), to: tool.path("a.txt"))
      try fails(
        ["empty.txt"], 65, "cannot train a tokenizer on 'empty.txt': there is no text in it")
      try fails(["bytes.txt"], 65, "cannot train a tokenizer on 'bytes.txt': it has bytes that are")
      try fails(["missing.txt"], 66, "missing.txt")
      try fails(
        ["a.txt", "--vocabulary-size", "256"], 64, "--vocabulary-size is 256, expected 257")
      try fails(["a.txt", "--vocabulary-size", "1000001"], 64, "expected 257 to 1000000")
      try fails(["a.txt", "--minimum-frequency", "0"], 64, "--minimum-frequency is 0, expected 1")
    }
  }
}
