import Backprop
import BackpropFiles
import BackpropTestSupport
import Foundation
import Testing

@testable import BackpropCLI

/// The commands that use a pretrained model's folder, with the little sentence encoder of
/// Tests/Fixtures, whose tokens and vectors are those of the Python libraries.
@Suite struct PretrainedCommandTests {
  /// What `tokenizers` makes of the fixture's texts.
  private struct Expected: Decodable, Equatable {
    let text: String
    let ids: [Int]
    let tokens: [String]
    let offsets: [[Int]]
  }

  private static let model = Fixtures.path("sentence-encoder")
  private static let expected = try! Fixtures.decode(
    [Expected].self, from: "sentence-encoder/expected.json")

  /// Writes the fixture's texts into the folder, a line for each, and calls `body`.
  private static func withTexts(
    ending: String = "\n", _ body: (CommandLineTool) throws -> Void
  ) throws {
    try CommandLineTool.use { tool in
      let text = expected.map { $0.text + ending }.joined()
      try AtomicFile.write(Array(text.utf8), to: tool.path("texts.txt"))
      try body(tool)
    }
  }

  @Test func tokenizeGivesTheLibrarysTokens() throws {
    try Self.withTexts { tool in
      let plain = try tool.run(["tokenize", "--model", Self.model, "texts.txt"])
      #expect(plain.status == 0, "\(plain.err)")
      let ids = Self.expected.map { $0.ids.map(String.init).joined(separator: " ") }
      #expect(plain.lines == ids)

      let json = try tool.run(["tokenize", "--model", Self.model, "--json", "texts.txt"])
      #expect(json.status == 0, "\(json.err)")
      struct Line: Decodable {
        let ids: [Int]
        let tokens: [String]
        let offsets: [[Int]]
      }
      let lines = try json.lines.map { try JSONDecoder().decode(Line.self, from: Data($0.utf8)) }
      #expect(lines.count == Self.expected.count)
      for (line, wanted) in zip(lines, Self.expected) {
        #expect(line.ids == wanted.ids && line.tokens == wanted.tokens)
        #expect(line.offsets == wanted.offsets, "\(wanted.text)")
      }

      // From the standard input, with no end of the last line.
      let piped = try tool.run(
        ["tokenize", "--model", Self.model + "/tokenizer.json", "-"],
        shell: "printf 'two birds\\nfly' | \"$0\" \"$@\"")
      #expect(piped.status == 0, "\(piped.err)")
      #expect(piped.lines.count == 2 && piped.lines.allSatisfy { $0.hasPrefix("2 ") })
      let bare = try tool.run(
        ["tokenize", "--model", Self.model, "texts.txt", "--no-special-tokens"])
      let inner = Self.expected.map { text in
        text.ids.dropFirst().dropLast().map { "\($0)" }.joined(separator: " ") + "\n"
      }
      #expect(bare.out == inner.joined())
      let padded = try tool.run(
        ["tokenize", "--model", Self.model, "texts.txt", "--pad", "--truncate"])
      #expect(padded.lines.allSatisfy { $0.split(separator: " ").count == 32 })
    }
  }

  @Test func embedGivesTheLibrarysVectors() throws {
    let expected = try NPY.read(Self.model + "/expected.npy").array
    try Self.withTexts { tool in
      let run = try tool.run(
        ["embed", "--model", Self.model, "texts.txt", "--output", "vectors.npy"])
      #expect(run.status == 0 && run.out == "", "\(run.err)")
      let vectors = try NPY.read(tool.path("vectors.npy")).array
      #expect(mismatch(vectors, expected, relative: 0, absolute: 1e-5) == nil)

      // The same bits in parts, on one thread, and from a pipe; the same numbers as lines of JSON.
      let others = [
        ["--batch-size", "1"], ["--batch-size", "4", "--threads", "1"],
      ]
      for options in others {
        let run = try tool.run(
          ["embed", "--model", Self.model, "-", "--output", "other.npy"] + options,
          shell: "cat texts.txt | \"$0\" \"$@\"")
        #expect(run.status == 0, "\(run.err)")
        #expect(try NPY.read(tool.path("other.npy")).array == vectors, "\(options)")
      }
      let lines = try tool.run(
        ["embed", "--model", Self.model, "texts.txt", "--output", "vectors.jsonl"])
      #expect(lines.status == 0 && lines.out == "")
      let printed = try tool.run(["embed", "--model", Self.model, "texts.txt"])
      let text = String(decoding: try File.read(tool.path("vectors.jsonl")), as: UTF8.self)
      #expect(printed.out == text)
      struct Row: Decodable {
        let text: String
        let embedding: [Float]
      }
      let rows = try text.split(separator: "\n").map {
        try JSONDecoder().decode(Row.self, from: Data($0.utf8))
      }
      #expect(rows.map(\.text) == Self.expected.map(\.text))
      #expect(rows.flatMap(\.embedding) == vectors.scalars(as: Float.self))
    }
  }

  /// Weights in whole numbers of 8 bits give other vectors, of nearly the same direction; an index knows
  /// how they were rounded.
  @Test func weightsAreRoundedOnRequest() throws {
    let expected = Tensor(try NPY.read(Self.model + "/expected.npy").array)
    try Self.withTexts { tool in
      let run = try tool.run(
        ["embed", "--model", Self.model, "texts.txt", "--quantize", "int8", "--output", "v.npy"])
      #expect(run.status == 0, "\(run.err)")
      let vectors = Tensor(try NPY.read(tool.path("v.npy")).array)
      #expect(vectors.scalars(as: Float.self) != expected.scalars(as: Float.self))
      // Both are of length 1.
      #expect((vectors * expected).sum(axis: 1).scalars(as: Float.self).allSatisfy { $0 > 0.99 })

      let made = try tool.run(
        ["index", "--model", Self.model, "texts.txt", "--quantize", "int8", "--output", "a.index"])
      #expect(made.status == 0, "\(made.err)")
      struct Match: Decodable { let score: Float }
      func score(_ options: [String]) throws -> Float {
        let run = try tool.run(
          ["find", "--index", "a.index", Self.expected[0].text, "--top", "1", "--json"] + options)
        #expect(run.status == 0, "\(run.err)")
        let match = try JSONDecoder().decode(Match.self, from: Data(run.out.utf8))
        return match.score
      }
      // The same weights give the same vector, whose cosine with itself is 1.
      #expect(try score([]) > 0.99999)
      #expect(try score(["--quantize", "q4"]) < 0.99999)
      let wrong = try tool.run(["embed", "--model", Self.model, "texts.txt", "--quantize", "int7"])
      #expect(wrong.status == 64 && wrong.err.contains("int8"))
    }
  }

  /// A column of a table gives what the same texts give as lines; so do lines that end as on Windows.
  @Test func textsOfTablesAndOfWindows() throws {
    try CommandLineTool.use { tool in
      let texts = ["A small bird, singing.", "Say \"bread\"", "two\tdays"]
      func write(_ text: String, _ name: String) throws {
        try AtomicFile.write(Array(text.utf8), to: tool.path(name))
      }
      try write(texts.joined(separator: "\n"), "a.txt")
      try write(texts.joined(separator: "\r\n") + "\r\n", "b.txt")
      let fields = texts.map { "\"" + $0.replacing("\"", with: "\"\"") + "\"" }
      try write("id,text\n" + fields.map { "7,\($0)\n" }.joined(), "c.csv")
      let runs = try [["a.txt"], ["b.txt"], ["c.csv", "--column", "text"]].map {
        try tool.run(["embed", "--model", Self.model] + $0)
      }
      #expect(runs.allSatisfy { $0.status == 0 }, "\(runs.map(\.err))")
      #expect(runs[0].lines.count == 3)
      #expect(runs[1].out == runs[0].out && runs[2].out == runs[0].out)

      let missing = try tool.run(["embed", "--model", Self.model, "c.csv", "--column", "words"])
      #expect(missing.status == 65 && missing.err.contains("'words'"))
    }
  }

  @Test func indexAndFind() throws {
    try Self.withTexts { tool in
      let made = try tool.run(
        ["index", "--model", Self.model, "texts.txt", "--output", "a.index"])
      #expect(made.status == 0, "\(made.err)")
      #expect(made.out == "15 texts in a.index, 16 numbers each\n")

      // Every text finds itself first.
      for text in Self.expected.map(\.text).prefix(3) {
        let found = try tool.run(["find", "--index", "a.index", text, "--top", "3"])
        #expect(found.status == 0 && found.lines.count == 3, "\(found.err)")
        #expect(found.lines[0] == "1.0000  \(text)")
      }
      let json = try tool.run(["find", "--index", "a.index", "birds sing", "--json"])
      #expect(json.status == 0, "\(json.err)")
      struct Match: Decodable {
        let position: Int
        let score: Float
        let text: String
      }
      let matches = try json.lines.map {
        try JSONDecoder().decode(Match.self, from: Data($0.utf8))
      }
      #expect(matches.count == 5)
      #expect(matches.map(\.score) == matches.map(\.score).sorted(by: >))
      #expect(matches.allSatisfy { Self.expected[$0.position].text == $0.text })
      // The library's own similarities have the same order.
      let encoder = try SentenceEncoder(contentsOf: Self.model)
      let query = try encoder.encode(["birds sing"]).scalars(as: Float.self)
      let rows = try NPY.read(Self.model + "/expected.npy").array.scalars(as: Float.self)
      let scores = (0..<15).map { row -> Float in
        var sum: Float = 0
        for index in 0..<16 { sum += rows[row * 16 + index] * query[index] }
        return sum
      }
      let order = scores.indices.sorted {
        scores[$0] > scores[$1] || (scores[$0] == scores[$1] && $0 < $1)
      }
      #expect(matches.map(\.position) == Array(order.prefix(5)))

      // From another folder, by the model that the index knows; moved, by one that is named.
      try File.createFolder(tool.path("deeper"))
      let elsewhere = try tool.run(
        ["find", "--index", "../a.index", "birds sing", "--json"],
        shell: "cd deeper && \"$0\" \"$@\"")
      #expect(elsewhere.status == 0 && elsewhere.out == json.out, "\(elsewhere.err)")
      let named = try tool.run(
        ["find", "--index", "a.index", "--model", Self.model, "birds sing", "--json"])
      #expect(named.out == json.out)
      let line = try tool.run(
        ["index", "--model", Self.model, "texts.txt", "--output", "b.index", "--json"])
      #expect(
        line.out
          == "{\"event\":\"indexed\",\"texts\":15,\"width\":16,\"index\":\"b.index\"}\n")
      #expect(try File.read(tool.path("a.index")) == File.read(tool.path("b.index")))
    }
  }

  /// What would keep the result from being written is told before the texts are encoded.
  @Test func placesOfResultsAreLookedAtFirst() throws {
    try Self.withTexts { tool in
      try File.createFolder(tool.path("folder.npy"))
      for (output, status) in [
        ("no/such.npy", "there is no such"), ("folder.npy", "it is a folder"),
      ] {
        for command in ["embed", "index"] {
          let run = try tool.run(
            [command, "--model", "/no/model", "texts.txt", "--output", output])
          #expect(run.status == 74 && run.err.contains(status), "\(run.err)")
        }
      }
    }
  }

  @Test func anIndexWhoseModelWasMovedAsksForIt() throws {
    try Self.withTexts { tool in
      try FileManager.default.copyItem(atPath: Self.model, toPath: tool.path("model"))
      #expect(
        try tool.run(["index", "--model", "model", "texts.txt", "--output", "i"]).status == 0)
      try FileManager.default.moveItem(atPath: tool.path("model"), toPath: tool.path("moved"))
      let run = try tool.run(["find", "--index", "i", "a bird"])
      #expect(run.status == 64 && run.err.contains("name it by --model"), "\(run.err)")
      let found = try tool.run(["find", "--index", "i", "--model", "moved", "a bird"])
      #expect(found.status == 0 && found.lines.count == 5, "\(found.err)")
    }
  }

  @Test func mistakes() throws {
    try Self.withTexts { tool in
      func expect(_ arguments: [String], _ status: Int32, _ text: String) throws {
        let run = try tool.run(arguments)
        #expect(run.status == status, "\(arguments): \(run.err)")
        #expect(run.err.contains(text), "\(run.err)")
      }
      let model = ["--model", Self.model]
      try expect(["embed"] + model + ["none.txt"], 66, "none.txt")
      try expect(["embed", "--model", "none", "texts.txt"], 66, "none")
      try expect(["tokenize", "--model", "none", "texts.txt"], 66, "none")
      try expect(["embed"] + model + ["texts.txt", "--output", "a.txt"], 64, ".npy or .jsonl")
      try expect(["embed"] + model + ["texts.txt", "--batch-size", "0"], 64, "--batch-size is 0")
      try expect(["embed"] + model + ["texts.txt", "--threads", "0"], 64, "--threads is 0")
      try expect(["find", "--index", "texts.txt", "a"], 65, "no index of vectors")
      try expect(["find", "--index", "none.index", "a"], 66, "none.index")
      try expect(["find", "--index", "a.index", "a", "--top", "0"], 64, "--top is 0")
      try expect(["index"] + model + ["texts.txt", "--output", "none/a.index"], 74, "none/a.index")

      // An index that does not know its model, and one of another width.
      var index = VectorIndex(width: 3)
      try index.add(Tensor([1, 2, 3]), texts: ["a"])
      try index.save(to: tool.path("a.index"))
      try expect(["find", "--index", "a.index", "a"], 64, "--model")
      try expect(["find", "--index", "a.index", "a"] + model, 65, "found 16")
    }
  }

  @Test(
    arguments: [
      ("", []), ("\n", [""]), ("a", ["a"]), ("a\n", ["a"]), ("a\n\nb", ["a", "", "b"]),
      ("a\r\nb\r\n", ["a", "b"]), ("a\r\nb", ["a", "b"]), ("a\r\nb\n", ["a\r", "b"]),
      ("a\rb\n", ["a\rb"]), ("\r\n", [""]),
    ]) func lines(_ text: String, _ lines: [String])
  {
    let found = TextSourceOptions.lines(Array(text.utf8))
    #expect(found.map { Array($0.utf8) } == lines.map { Array($0.utf8) })
  }

  @Test func whatIsNoUTF8IsReplaced() {
    #expect(TextSourceOptions.lines([0x61, 0xff, 0x0a, 0xed, 0xa0, 0x80]).count == 2)
    #expect(TextSourceOptions.lines([0x61, 0xff, 0x0a])[0] == "a\u{fffd}")
  }
}
