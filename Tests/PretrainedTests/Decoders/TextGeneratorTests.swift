import BackpropArrays
import BackpropNeuralNetworks
import BackpropPretrained
import BackpropTestSupport
import BackpropText
import BackpropTokenizers
import Testing

@Suite struct TextGeneratorTests {
  private func generator(_ name: String) throws -> TextGenerator {
    try TextGenerator(contentsOf: Fixtures.path("decoders/" + name))
  }

  private func tokens(_ text: GeneratedText) async throws -> [GeneratedText.Token] {
    var result: [GeneratedText.Token] = []
    for try await token in text { result.append(token) }
    return result
  }

  /// The tokens are those of `transformers`, and their texts make up what all of them decode to.
  @Test(arguments: ["gpt2", "llama"]) func writesWhatTheReferenceWrites(_ name: String) async throws
  {
    let expected = try DecoderReference(folder: Fixtures.path("decoders/" + name))
    let own = try generator(name)
    // Without a token at which to end.
    let generator = TextGenerator(own.model, own.tokenizer)
    let found = try await tokens(
      try generator.generate(after: expected.prompt, tokens: 200, by: .greedy))
    #expect(found.map(\.id) == expected.written)
    #expect(found.dropLast().allSatisfy { $0.end == nil } && found.last?.end == .tokenLimit)

    // Behind a text, since the tokens above may end within a character.
    let prompt = generator.tokenizer.ids(of: "The fox — 새")
    let text = try await tokens(try generator.generate("The fox — 새", tokens: 200, by: .greedy))
    let before = generator.tokenizer.decode(prompt)
    let all = generator.tokenizer.decode(prompt + text.map(\.id))
    #expect(before == "The fox — 새")
    #expect(before + text.map(\.text).joined() == all)
    #expect(text.contains { $0.text.isEmpty } && text.contains { !$0.text.isEmpty })
  }

  @Test func theFolderSaysHowToWrite() throws {
    let llama = try generator("llama")
    #expect(llama.endOfTextIDs == [0, 5] && llama.beginningID == 0)
    #expect(llama.sampling == TokenSampling(temperature: 0.6, topK: 50, topP: 0.9))
    #expect(llama.contextLength == 256)
    let gpt = try generator("gpt2")
    #expect(gpt.endOfTextIDs == [0] && gpt.sampling == TokenSampling())
  }

  @Test func endsAreTold() async throws {
    let own = try generator("llama")
    let expected = try DecoderReference(folder: Fixtures.path("decoders/llama"))
    let prompt = expected.prompt
    // At a token that it is told ends a text, which has no text itself.
    let last = expected.written[20]
    let place = try #require(expected.written.firstIndex(of: last))
    let ending = TextGenerator(own.model, own.tokenizer, endOfTextIDs: [last])
    var found = try await tokens(try ending.generate(after: prompt, by: .greedy))
    #expect(found.map(\.id) == Array(expected.written[...place]))
    #expect(found.last?.end == .endOfText)

    // At the end of what the model can look back on: the last token is not read any more.
    let free = TextGenerator(own.model, own.tokenizer)
    found = try await tokens(try free.generate(after: prompt, tokens: 10_000, by: .greedy))
    #expect(found.count == 256 - prompt.count + 1 && found.last?.end == .contextFull)
    #expect(Array(found.map(\.id).prefix(200)) == expected.written)
    #expect(try await tokens(try free.generate(after: prompt, tokens: 0)).isEmpty)

    // At a text, however tokens cut it.
    let text = try await free.generate(after: prompt, tokens: 60, by: .greedy).text()
    let characters = Array(text)
    for (start, length) in [(3, 1), (10, 4), (7, 9)] {
      let stop = String(characters[start..<(start + length)])
      found = try await tokens(
        try free.generate(after: prompt, tokens: 60, by: .greedy, stoppingAt: ["\u{1}", stop]))
      let shown = found.map(\.text).joined()
      #expect(found.last?.end == .stopText(stop))
      #expect(text.hasPrefix(shown + stop) && !shown.contains(stop))
    }
  }

  @Test func aSeedWritesTheSame() async throws {
    let generator = try generator("gpt2")
    func text(_ seed: UInt64) async throws -> [Int32] {
      try await tokens(try generator.generate("The fox", tokens: 30, seed: seed)).map(\.id)
    }
    let first = try await text(1)
    #expect(try await text(1) == first)
    #expect(try await text(2) != first)
    // One value, looped over twice.
    let value = try generator.generate("The fox", tokens: 10, seed: 1)
    #expect(try await tokens(value) == tokens(value))
  }

  @Test func manyTasksWriteAtATime() async throws {
    let generator = try generator("llama")
    let alone = try await generator.generate("There", tokens: 20, seed: 5).text()
    try await withThrowingTaskGroup(of: String.self) { group in
      for _ in 0..<8 {
        group.addTask { try await generator.generate("There", tokens: 20, seed: 5).text() }
      }
      for try await text in group { #expect(text == alone) }
    }
  }

  @Test func aCancelledTaskStops() async throws {
    let generator = try generator("gpt2")
    let task = Task {
      var count = 0
      for try await _ in try generator.generate("The fox", tokens: 200, by: .greedy) {
        count += 1
        if count == 3 { withUnsafeCurrentTask { $0?.cancel() } }
        #expect(count <= 3)
      }
    }
    await #expect(throws: CancellationError.self) { try await task.value }
  }

  @Test func promptsThatCannotBe() throws {
    let generator = try generator("gpt2")
    func error(_ prompt: [Int32]) -> String {
      let error = #expect(throws: PretrainedError.self) {
        try generator.generate(after: prompt)
      }
      return error.map { "\($0)" } ?? ""
    }
    #expect(error([]).contains("the prompt has no tokens"))
    #expect(error([1, 280]).contains("the token 280, and the model knows 0..<280"))
    #expect(error([-1]).contains("the token -1"))
    let long = [Int32](repeating: 1, count: 257)
    #expect(error(long).contains("the prompt has 257 tokens, and the model can look back on 256"))
    // A prompt of no tokens begins with the token that stands before a text.
    _ = try generator.generate("")
    #expect(throws: PretrainedError.self) {
      try TextGenerator(generator.model, generator.tokenizer).generate("")
    }
  }
}
