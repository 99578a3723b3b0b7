import BackpropFiles
import BackpropTestSupport
import Foundation
import Testing

@testable import BackpropPretrained

/// Folders that are damaged or made to do harm are refused, and the error says where.
@Suite struct ModelFolderTests {
  private func expectError(
    _ fixture: String, in file: String = "config.json", _ old: String, _ new: String,
    says words: String...
  ) throws {
    try withChangedFolder("encoders/" + fixture, in: file, [(old, new)]) { folder in
      let error = #expect(throws: PretrainedError.self) {
        _ = try EncoderModel(ModelFolder(folder))
      }
      for word in words {
        #expect(error?.description.contains(word) == true, "\(error as Any) lacks \(word)")
      }
    }
  }

  @Test func settingsThatCannotBe() throws {
    try expectError(
      "bert", #""num_hidden_layers": 2"#, #""num_hidden_layers": 1000000000000"#,
      says: "num_hidden_layers", "0...1000", "1000000000000", "config.json")
    try expectError(
      "bert", #""num_hidden_layers": 2"#, #""num_hidden_layers": 900"#,
      says: "encoder.layer.2", "lack")
    try expectError(
      "bert", #""hidden_size": 8"#, #""hidden_size": 200000"#, says: "(20, 8)", "(20, 200000)")
    try expectError(
      "bert", #""hidden_size": 8"#, #""hidden_size": "8""#, says: "hidden_size", "whole number")
    try expectError(
      "bert", #""hidden_size": 8"#, #""hidden_size": 7.5"#, says: "hidden_size", "7.5")
    try expectError(
      "bert", #""hidden_size": 8"#, #""hidden_size_": 8"#, says: "hidden_size or dim", "nothing")
    try expectError(
      "bert", #""num_attention_heads": 2"#, #""num_attention_heads": 3"#,
      says: "num_attention_heads", "divides")
    try expectError(
      "bert", #""num_attention_heads": 2"#, #""num_attention_heads": 0"#,
      says: "num_attention_heads")
    try expectError(
      "bert", #""vocab_size": 20"#, #""vocab_size": 21"#, says: "word_embeddings", "(21, 8)")
    try expectError("bert", #""hidden_act": "gelu""#, #""hidden_act": "mish""#, says: "'mish'")
    try expectError(
      "bert", #""layer_norm_eps": 1e-06"#, #""layer_norm_eps": -1"#, says: "layer_norm_eps")
    try expectError("bert", #""is_decoder": false"#, #""is_decoder": true"#, says: "is_decoder")
    try expectError("bert", "{\n", "[\n", says: "JSON")
  }

  @Test func shardsThatAreNotThere() throws {
    let index = "model.safetensors.index.json"
    let shard = "model-00002-of-00002.safetensors"
    for name in ["../" + shard, "/etc/passwd", "a/b.safetensors", "..", "", "a\\\\b"] {
      try expectError(
        "xlm-roberta-shards", in: index, shard, name, says: "weight_map.", "beside the index")
    }
    try expectError(
      "xlm-roberta-shards", in: index, shard, "none.safetensors", says: "none.safetensors")
    try expectError(
      "xlm-roberta-shards", in: index, shard, "model-00001-of-00002.safetensors",
      says: "does not hold")
    try expectError(
      "xlm-roberta-shards", in: index, #""weight_map""#, #""map""#, says: "weight_map")
    try withChangedFolder(
      "encoders/xlm-roberta-shards", in: index, [("lm_head.dense.weight", "other")]
    ) { folder in
      #expect(throws: PretrainedError.self) { _ = try ModelFolder(folder).weights() }
    }
  }

  @Test func foldersWithoutWhatIsNeeded() throws {
    try withTemporaryFolder { folder in
      var error = #expect(throws: PretrainedError.self) { _ = try ModelFolder(folder + "/none") }
      #expect(error?.reason == .noFolder)
      error = #expect(throws: PretrainedError.self) { _ = try ModelFolder(folder) }
      #expect(error?.reason == .missingFile("config.json"))
      try Data("{}".utf8).write(to: URL(fileURLWithPath: folder + "/config.json"))
      error = #expect(throws: PretrainedError.self) { _ = try ModelFolder(folder).weights() }
      #expect(error?.reason == .missingFile("model.safetensors"))
    }
  }

  @Test func settingsAreLookedAtWithTypes() throws {
    let document = try JSONDocument(
      Array(#"{"a": 3, "b": 0.5, "c": true, "d": "x", "e": [1, 2], "f": null, "g": {"h": 1}}"#.utf8)
    )
    let configuration = ModelConfiguration(document, path: "config.json")
    #expect(try configuration.integer("a", in: 0...5) == 3)
    #expect(try configuration.integer("z", "a", in: 0...5) == 3)
    #expect(try configuration.integer("f", in: 0...5, default: 4) == 4)
    #expect(try configuration.optionalInteger("f", in: 0...5) == nil)
    #expect(try configuration.number("b") == 0.5)
    #expect(try configuration.number("a") == 3)
    #expect(try configuration.flag("c"))
    #expect(try configuration.text("d") == "x")
    #expect(try configuration.integers("e", in: 0...5) == [1, 2])
    #expect(try configuration.integers("a", in: 0...5) == [3])
    #expect(try configuration.section("g")?.integer("h", in: 0...1) == 1)
    #expect(!configuration.has("f") && configuration.has("z", "a"))
    #expect(throws: PretrainedError.self) { _ = try configuration.integer("a", in: 4...5) }
    #expect(throws: PretrainedError.self) { _ = try configuration.integer("c", in: 0...5) }
    #expect(throws: PretrainedError.self) { _ = try configuration.flag("a") }
    #expect(throws: PretrainedError.self) { _ = try configuration.section("a") }
    let error = #expect(throws: PretrainedError.self) { _ = try configuration.number("d") }
    #expect(
      error?.reason
        == .invalid(key: "d", expected: "a number in -1e+30...1e+30", found: "\"x\""))
  }
}
