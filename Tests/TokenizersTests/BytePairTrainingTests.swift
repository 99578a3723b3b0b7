import BackpropTestSupport
import Foundation
import Testing

@testable import BackpropTokenizers

@Suite struct BytePairTrainingTests {
  @Test func joinsTheMostFrequent() throws {
    var training = BytePairTraining(vocabularySize: 260, specialTokens: ["<s>"])
    training.add("low lower lowest low")
    let tokenizer = try Tokenizer(json: training.tokenizerJSON())
    #expect(tokenizer.vocabularySize == 260)
    #expect(tokenizer.token(of: 0) == "<s>")
    // Of pairs that are there four times, that of the lower ids: "l" comes before "o".
    #expect(tokenizer.token(of: 257) == "lo")
    #expect(tokenizer.token(of: 258) == "low")
    #expect(tokenizer.token(of: 259) == "Ġlow")
    #expect(tokenizer.encode("low lower<s>").tokens == ["low", "Ġlow", "e", "r", "<s>"])
    #expect(tokenizer.decode(tokenizer.ids(of: "any 字 text\n")) == "any 字 text\n")
  }

  @Test func endsWhereNothingIsLeft() throws {
    let tokenizer = try Tokenizer(json: BytePairTraining(vocabularySize: 1000).tokenizerJSON())
    #expect(tokenizer.vocabularySize == 257)
  }

  /// The same tokens and pairs as those of Hugging Face's trainer, which reads a file line by line.
  @Test(.enabled(if: Python.has("tokenizers"), "needs the Python package tokenizers"))
  func equalsTheReference() throws {
    let program = """
      import json, random, sys
      sys.path.insert(0, sys.argv[1])
      import judge_tokenizers as judge
      from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
      rng = random.Random(5)
      folder = sys.argv[2]
      with open(folder + "/text.txt", "w", encoding="utf-8", newline="") as out:
        for text in judge.corpus(rng, 400) + judge.words_alone(rng, 2000):
          out.write(text.replace("\\r", "") + "\\n")
      for name, size, least in [("a", 600, 0), ("b", 3000, 2), ("c", 20000, 3)]:
        tokenizer = Tokenizer(models.BPE())
        tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
        tokenizer.decoder = decoders.ByteLevel()
        tokenizer.train([folder + "/text.txt"], trainers.BpeTrainer(
          vocab_size=size, min_frequency=least, special_tokens=["<|endoftext|>"],
          show_progress=False, initial_alphabet=pre_tokenizers.ByteLevel.alphabet()))
        tokenizer.save(folder + "/" + name + ".json", pretty=False)
      """
    let check = """
      import sys
      from tokenizers import Tokenizer
      a, b = (Tokenizer.from_file(path).to_str() for path in sys.argv[1:])
      sys.exit(0 if a == b else "they differ")
      """
    try withTemporaryFolder { folder in
      let (status, text) = try Python.run(["-c", program, Fixtures.path(""), folder])
      try #require(status == 0, "\(text)")
      for (name, size, least) in [("a", 600, 0), ("b", 3000, 2), ("c", 20_000, 3)] {
        var training = BytePairTraining(vocabularySize: size, minimumFrequency: least)
        try training.add(linesOf: folder + "/text.txt")
        try Data(training.tokenizerJSON()).write(
          to: URL(fileURLWithPath: folder + "/ours.json"))
        let (status, text) = try Python.run(
          ["-c", check, folder + "/\(name).json", folder + "/ours.json"])
        #expect(status == 0, "\(name): \(text)")
      }
    }
  }
}
