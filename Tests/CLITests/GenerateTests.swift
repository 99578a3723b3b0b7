import Backprop
import BackpropFiles
import BackpropTestSupport
import Foundation
import Testing

@Suite struct GenerateTests {
  private static let model = ["generate", "--model", Fixtures.path("decoders/gpt2")]

  private func object(_ line: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
  }

  @Test func writesAfterThePrompt() throws {
    try CommandLineTool.use { tool in
      func run(_ options: [String]) throws -> String {
        let run = try tool.run(Self.model + options)
        #expect(run.status == 0, "\(run.err)")
        return run.out
      }
      let greedy = ["The fox", "--temperature", "0", "--tokens", "20"]
      let text = try run(greedy)
      #expect(text.hasPrefix("The fox") && text.hasSuffix("\n"))
      let line = try object(try run(greedy + ["--json", "--seed", "9"]))
      #expect(line["event"] as? String == "generate" && line["prompt"] as? String == "The fox")
      #expect("The fox" + (line["text"] as? String ?? "") + "\n" == text)
      #expect((line["tokens"] as? [Int])?.count == 20 && line["end"] as? String == "token_limit")

      let drawn = try run(["The fox", "--tokens", "20", "--seed", "3"])
      #expect(try run(["The fox", "--tokens", "20", "--seed", "3"]) == drawn)
      #expect(try run(["The fox", "--tokens", "20", "--seed", "4"]) != drawn)
      #expect(
        try run(["The fox", "--tokens", "20", "--seed", "3", "--threads", "3"]) == drawn)
      #expect(try run(["The fox", "--tokens", "20", "--top-k", "1"]) == text)
      #expect(try run(["The fox", "--tokens", "0"]) == "The fox\n")
      #expect(try run(greedy + ["--repetition-penalty", "3"]) != text)
    }
  }

  /// At a part of what would be written it stops, and does not show it.
  @Test func stopsAtATextAndWhereTheContextEnds() throws {
    try CommandLineTool.use { tool in
      func written(_ options: [String]) throws -> [String: Any] {
        let run = try tool.run(Self.model + ["The fox", "--temperature", "0", "--json"] + options)
        #expect(run.status == 0, "\(run.err)")
        return try object(run.out)
      }
      let whole = try #require(try written(["--tokens", "30"])["text"] as? String)
      let characters = Array(whole)
      let stop = String(characters[4..<7])
      let found = try written(["--tokens", "30", "--stop", "never", "--stop", stop])
      let shown = try #require(found["text"] as? String)
      #expect(found["end"] as? String == "stop_text")
      #expect(whole.hasPrefix(shown + stop) && !shown.contains(stop))

      let long = try written(["--tokens", "100000"])
      #expect(["context_full", "end_of_text"].contains(long["end"] as? String))
    }
  }

  @Test func aSignalEndsItInGoodOrder() throws {
    try CommandLineTool.use { tool in
      let run = try tool.run(Self.model + ["The fox", "--tokens", "200"]) { process in
        kill(process.processIdentifier, SIGINT)
      }
      // It may have been done already.
      #expect([0, 130].contains(run.status), "\(run.err)")
      #expect(run.out.hasPrefix("The fox") && run.out.hasSuffix("\n") && run.err.isEmpty)
    }
  }

  @Test func refusesWhatMakesNoSense() throws {
    let cases: [(options: [String], text: String)] = [
      (["a", "--tokens=-1"], "--tokens is -1, expected 0 or more"),
      (["a", "--temperature=-1"], "--temperature is -1.0, expected 0 or more"),
      (["a", "--top-k", "0"], "--top-k is 0, expected 1 or more"),
      (["a", "--top-p", "2"], "--top-p is 2.0, expected 0 to 1"),
      (["a", "--repetition-penalty", "0"], "--repetition-penalty is 0.0, expected more than 0"),
      (["a", "--stop", ""], "--stop is empty"),
      ([], "prompt"),
    ]
    try CommandLineTool.use { tool in
      for (options, text) in cases {
        let run = try tool.run(Self.model + options)
        #expect(run.status == 64 && run.err.contains(text), "\(options): \(run.err)")
      }
      let none = try tool.run(["generate", "--model", "none", "a"])
      #expect(none.status == 66 && none.err.contains("'none'"), "\(none.err)")
      let long = try tool.run(Self.model + [String(repeating: "a b c ", count: 300)])
      #expect(long.status == 65 && long.err.contains("can look back on 256"), "\(long.err)")
      try FileManager.default.createDirectory(
        atPath: tool.path("model"), withIntermediateDirectories: true)
      try AtomicFile.write(
        Array(#"{"model_type": "mamba"}"#.utf8), to: tool.path("model/config.json"))
      try FileManager.default.copyItem(
        atPath: Fixtures.path("decoders/gpt2/tokenizer.json"),
        toPath: tool.path("model/tokenizer.json"))
      let other = try tool.run(["generate", "--model", "model", "a"])
      #expect(other.status == 65 && other.err.contains("'mamba'"), "\(other.err)")
    }
  }
}
