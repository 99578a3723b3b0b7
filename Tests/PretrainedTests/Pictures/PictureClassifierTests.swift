import BackpropArrays
import BackpropAutodiff
import BackpropFiles
import BackpropImages
import BackpropNeuralNetworks
import BackpropTestSupport
import BackpropWeightFiles
import Testing

@testable import BackpropPretrained

/// Folders that make_picture_model_fixtures.py wrote: pictures become the numbers that `transformers` makes
/// of them, and these the same scores.
@Suite struct PictureClassifierTests {
  private static func picture(_ expected: StateDictionary) -> RGBImage {
    let array = expected["picture"]!
    return RGBImage(width: array.shape[1], height: array.shape[0], pixels: array.scalars())
  }

  @Test(arguments: ["vit", "vit-bicubic", "resnet-basic", "resnet-bottleneck"])
  func scoresAreTheLibrarys(_ name: String) throws {
    let path = Fixtures.path("picture-models/\(name)")
    let expected = try StateDictionary(contentsOf: path + "/expected.safetensors")
    let classifier = try PictureClassifier(contentsOf: path)
    let picture = Self.picture(expected)
    let pixels = classifier.processor(picture)
    if let wanted = expected["pixels"] {
      #expect(mismatch(pixels.array, wanted, relative: 1e-6, absolute: 1e-6) == nil)
    }
    let scores = withoutGradient { classifier(pixels, .inference) }
    #expect(mismatch(scores.array, expected["logits"]!, relative: 1e-4, absolute: 1e-4) == nil)

    let classes = classifier.classify(picture)
    #expect(classes.map(\.label).sorted() == ["bird", "bread", "train"])
    #expect(abs(classes.reduce(0) { $0 + $1.probability } - 1) < 1e-6)
    let best = expected["logits"]!.doubles.enumerated().max { $0.element < $1.element }!.offset
    #expect(classes[0].label == classifier.labels[best])

    // Its parameters go by the names of the file.
    let file = try StateDictionary(contentsOf: path + "/model.safetensors")
    #expect(Set(classifier.stateDictionary.names) == Set(file.names))
    try classifier.load(file)
  }

  /// A gradient comes to every parameter.
  @Test(arguments: ["vit", "resnet-basic"]) func trains(_ name: String) throws {
    let path = Fixtures.path("picture-models/\(name)")
    let classifier = try PictureClassifier(contentsOf: path)
    let expected = try StateDictionary(contentsOf: path + "/expected.safetensors")
    let pixels = classifier.processor(Self.picture(expected))
    let batch = Tensor.concatenate([pixels, pixels * 0.5], axis: 0)
    let scores = classifier(batch, .training(seed: 0, step: 0))
    let gradients = crossEntropy(logits: scores, targets: Tensor([0, 2] as [Int32])).backward()
    for (name, parameter) in classifier.namedParameters {
      #expect(gradients[parameter] != nil, "\(name)")
    }
  }

  /// Settings that cannot be, and what the error names.
  @Test(
    arguments: [
      ("vit", "config.json", #""model_type": "vit""#, #""model_type": "swin""#, "swin"),
      ("vit", "config.json", #""hidden_size": 16"#, #""hidden_size": 1000000000"#, "hidden_size"),
      ("vit", "config.json", #""num_attention_heads": 2"#, #""num_attention_heads": 3"#, "divisor"),
      ("vit", "config.json", #""patch_size": 4"#, #""patch_size": 0"#, "patch_size"),
      ("vit", "config.json", #""image_size": 16"#, #""image_size": 32"#, "position_embeddings"),
      ("vit", "config.json", #""num_hidden_layers": 2"#, #""num_hidden_layers": 9"#, "layer.2"),
      ("vit", "preprocessor_config.json", #""resample": 2"#, #""resample": 1"#, "resample"),
      ("vit", "preprocessor_config.json", #""height": 16"#, #""height": -1"#, "height"),
      ("vit", "preprocessor_config.json", #""height": 16"#, #""x": 16"#, "height"),
      (
        "vit", "preprocessor_config.json", #""image_mean": ["#, #""image_mean": [1, "#, "image_mean"
      ),
      (
        "vit", "preprocessor_config.json", #""image_std": ["#, #""image_std": 1, "x": ["#,
        "image_std"
      ),
      (
        "resnet-basic", "config.json", #""layer_type": "basic""#, #""layer_type": "x""#,
        "layer_type"
      ),
      ("resnet-basic", "config.json", #""depths": ["#, #""depths": [2, "#, "depths"),
      ("resnet-basic", "config.json", #""hidden_act": "relu""#, #""hidden_act": "gelu""#, "relu"),
      ("resnet-basic", "config.json", #""embedding_size": 8"#, #""embedding_size": 9"#, "embedder"),
    ]) func badSettings(
      _ name: String, _ file: String, _ old: String, _ new: String, _ text: String
    )
    throws
  {
    try withChangedFolder("picture-models/" + name, in: file, [(old, new)]) { folder in
      let error = #expect(throws: PretrainedError.self) {
        try PictureClassifier(contentsOf: folder)
      }
      #expect(error?.description.contains(text) ?? false, "\(error.map { "\($0)" } ?? "")")
    }
  }
}
