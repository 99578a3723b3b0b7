import Backprop
import BackpropFiles
import Foundation
import Testing

@Suite struct TextTests {
  private static let small = [
    "--width", "8", "--layers", "1", "--heads", "2", "--length", "16", "--steps", "30",
  ]

  /// Trained, and then written with, both by the folder that the run leaves.
  @Test(arguments: ["gpt", "lstm"]) func trainsAndWrites(_ model: String) throws {
    try CommandLineTool.use { tool in
      let train = try tool.run(
        ["text", "train", "--model", model, "--output", "out", "--json"] + Self.small)
      #expect(train.status == 0, "\(train.err)")
      let events = try train.lines.map {
        try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
      }
      #expect(events.last?["event"] as? String == "done")
      let loss = try #require(events.last?["held_out_loss"] as? Double)
      let bits = try #require(events.last?["held_out_bits_per_character"] as? Double)
      #expect(abs(bits - loss / log(2)) < 1e-12 && loss > 0.5 && loss < 4)
      let configuration = try JSONDecoder().decode(
        TextTrainingConfiguration.self, from: Data(try File.read(tool.path("out/config.json"))))
      #expect(configuration.shape.model.rawValue == model && configuration.shape.width == 8)
      for name in ["metrics.jsonl", "curves.svg", "model.safetensors"] {
        #expect(File.exists(tool.path("out/\(name)")), "\(name)")
      }

      func sample(_ options: [String]) throws -> String {
        let run = try tool.run(
          ["text", "sample", "--weights", "out/model.safetensors"] + options)
        #expect(run.status == 0, "\(run.err)")
        return run.out
      }
      let text = try sample(["--prompt", "There", "--length", "50", "--seed", "3"])
      #expect(text.hasPrefix("There") && text.count == 56)
      #expect(try sample(["--prompt", "There", "--length", "50", "--seed", "3"]) == text)
      #expect(try sample(["--prompt", "There", "--length", "50", "--seed", "4"]) != text)
      #expect(try sample(["--length", "0"]) == "\n")
      let greedy = ["--prompt", "T", "--length", "9", "--seed"]
      #expect(
        try sample(greedy + ["1", "--temperature", "0"])
          == sample(greedy + ["2", "--top-k", "1"]))
      let line = try sample(["--length", "20", "--json", "--top-p", "0.9"])
      let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
      #expect((object?["text"] as? String)?.count == 20)
    }
  }

  @Test func learnsFromAFileAndGoesOn() throws {
    try CommandLineTool.use { tool in
      try AtomicFile.write(
        Array(String(repeating: "한국어 텍스트\n", count: 200).utf8), to: tool.path("a.txt"))
      let first = try tool.run(
        ["text", "train", "a.txt", "--model", "lstm", "--output", "out"] + Self.small)
      #expect(first.status == 0, "\(first.err)")
      #expect(first.lines.contains { $0.hasPrefix("30 steps in ") })
      let second = try tool.run(
        ["text", "train", "a.txt", "--weights", "out/model.safetensors", "--output", "more"]
          + Self.small)
      #expect(second.status == 0, "\(second.err)")
      func bits(_ lines: [String]) throws -> Double {
        let line = try #require(lines.first { $0.contains("bits a character held out") })
        return try #require(Double(line.split(separator: " ")[5]))
      }
      #expect(try bits(second.lines) < bits(first.lines))
      // A text with characters that the weights do not know.
      try AtomicFile.write(
        Array(String(repeating: "abcd", count: 500).utf8), to: tool.path("b.txt"))
      let other = try tool.run(
        ["text", "train", "b.txt", "--weights", "out/model.safetensors"] + Self.small)
      #expect(other.status == 65 && other.err.contains("which the model has never seen"))
      let prompt = try tool.run(
        ["text", "sample", "--weights", "out/model.safetensors", "--prompt", "x"])
      #expect(prompt.status == 65 && prompt.err.contains("U+0078"))
    }
  }

  @Test func refusesWhatMakesNoSense() throws {
    let cases: [(options: [String], text: String)] = [
      (["train", "--epochs", "1", "--steps", "1"], "--epochs or --steps"),
      (["train", "--heads", "3"], "--heads is 3, expected a number that divides the width, 128"),
      (["train", "--width", "0"], "--width is 0, expected 1 to 16384"),
      (["train", "--length", "0"], "--length is 0, expected 1 to 1048576"),
      (["train", "--held-out", "1"], "--held-out is 1.0, expected more than 0, less than 1"),
      (["train", "--dropout", "1"], "--dropout is 1.0"),
      (["train", "--model", "rnn"], "model"),
      (["train", "--clip", "0"], "--clip is 0.0"),
      (["sample"], "--weights"),
      (["sample", "--weights", "x", "--top-k", "0"], "--top-k is 0, expected 1 or more"),
      (["sample", "--weights", "x", "--top-p", "2"], "--top-p is 2.0, expected 0 to 1"),
      (["sample", "--weights", "x", "--temperature=-1"], "--temperature is -1.0"),
      (["sample", "--weights", "x", "--prompt", ""], "--prompt is empty"),
    ]
    try CommandLineTool.use { tool in
      for (options, text) in cases {
        let run = try tool.run(["text"] + options)
        #expect(run.status == 64 && run.err.contains(text), "\(options): \(run.err)")
      }
      #expect(try tool.run(["text", "train", "none.txt"]).status == 66)
      try AtomicFile.write([0xFF, 0xFE, 0x00], to: tool.path("bad.txt"))
      let bad = try tool.run(["text", "train", "bad.txt"])
      #expect(bad.status == 65 && bad.err.contains("UTF-8"), "\(bad.err)")
      try AtomicFile.write(Array("short".utf8), to: tool.path("short.txt"))
      let short = try tool.run(["text", "train", "short.txt"])
      #expect(short.status == 65 && short.err.contains("5 characters"), "\(short.err)")
    }
  }
}
