import BackpropData
import BackpropFiles
import BackpropNeuralNetworks

@testable import BackpropImages
@testable import BackpropWeightFiles

extension FuzzTarget {
  /// The readers of files that strangers write. `Scripts/fuzz` runs them one after the other.
  static let all: [FuzzTarget] = [
    FuzzTarget(
      name: "safetensors",
      seeds: [
        ("safetensors", ".safetensors"), ("pytorch", ".safetensors"), ("types", ".safetensors"),
      ]
    ) {
      for tensor in try Safetensors($0).tensors { use(tensor.array) }
    },
    FuzzTarget(name: "npy", seeds: [("npy", ".npy")]) {
      for array in try NPY.decodeAll($0) { use(array) }
    },
    FuzzTarget(name: "npz", seeds: [("npy", ".npz"), ("types", ".npz")]) {
      for (_, array) in try NPZ.decode($0, limit: 1 << 24) { use(array) }
    },
    FuzzTarget(name: "gguf", seeds: [("gguf", ".gguf")]) {
      let file = try GGUF($0)
      for (_, value) in file.metadata { _ = value.array?.values }
      for tensor in file.tensors {
        if let array = try? tensor.array() { use(array) }
        _ = tensor.quantizedMatrix
      }
      _ = try GGUF(file.encoded())
    },
    FuzzTarget(
      name: "pickle", seeds: [("pickle", ".pkl"), ("types", ".pkl"), ("checkpoints", ".pkl")]
    ) {
      try use(Pickle.decode($0))
    },
    FuzzTarget(
      name: "torch", seeds: [("pytorch", ".pt"), ("types", ".pt"), ("checkpoints", ".pt")],
      input: torchParts
    ) {
      guard let archive = torchArchive($0) else { return }
      try use(PyTorchFile.decode(archive))
    },
    FuzzTarget(name: "torch-old", seeds: [("pytorch", "-old.pt"), ("checkpoints", "-old.pt")]) {
      try use(PyTorchFile.decode($0))
    },
    FuzzTarget(
      name: "weights",
      seeds: [
        ("safetensors", ".safetensors"), ("pytorch", ".safetensors"), ("pytorch", ".pt"),
        ("pickle", ".pkl"), ("npy", ".npy"), ("npy", ".npz"),
      ]
    ) { try use(StateDictionary($0)) },
    FuzzTarget(name: "idx", seeds: [("idx", "ubyte")]) { _ = try IDXFile($0, file: "fuzz") },
    FuzzTarget(name: "gzip", seeds: [("idx", ".gz")]) {
      _ = try Gzip.inflate($0, file: "fuzz", limit: 1 << 24)
    },
    FuzzTarget(name: "png", seeds: [("png", ".png")]) {
      _ = try PNG.decode(withRightChecksums($0), maximumPixelCount: 1 << 20)
    },
    FuzzTarget(name: "netpbm", seeds: [("netpbm", "m")]) {
      _ = try ImageFile.decode($0, maximumPixelCount: 1 << 20)
    },
    FuzzTarget(
      name: "jpeg", seeds: [("jpeg", ".jpg")],
      lacks: { JPEG.isAvailable ? nil : "libturbojpeg, which decodes JPEG" }
    ) {
      for picture in JPEG.isJPEG($0) ? [$0] : changedPictures($0) {
        _ = try? JPEG.decode(picture, maximumPixelCount: 1 << 20)
        _ = try? JPEG.decodeGray(picture, covering: (7, 5))
        _ = try? JPEG.decodeRGB(picture, covering: (3, 20))
      }
    },
    FuzzTarget(name: "csv", seeds: [("csv", ".csv")], read: useTable),
    FuzzTarget(name: "table-preparation", seeds: [("csv", ".json")], read: usePreparation),
    FuzzTarget(name: "json", seeds: [("run-folder", ".json"), ("csv", ".json")], read: useJSON),
    FuzzTarget(
      name: "run",
      seeds: [
        ("run-folder", "config.json"), ("run-folder", ".jsonl"), ("run-folder", "system.json"),
        ("run-folder", "result.json"),
      ],
      read: useRun),
    FuzzTarget(name: "checkpoint", seeds: [("run-folder", "state.json")], read: takeUp),
    FuzzTarget(
      name: "tokenizer",
      seeds: [
        ("tokenizers", ".json"), ("sentence-encoder", "tokenizer.json"),
        ("decoders/gpt2", "tokenizer.json"), ("decoders/llama", "tokenizer.json"),
      ], input: short, read: useTokenizer),
    FuzzTarget(
      name: "vocabulary",
      seeds: [("sentence-encoder", "tokenizer.json"), ("decoders/gpt2", "tokenizer.json")],
      input: oldForm, read: useVocabulary),
    FuzzTarget(
      name: "sentence-encoder",
      seeds: [
        ("sentence-encoder", "config.json"), ("sentence-encoder", "modules.json"),
        ("sentence-encoder", "transformers.json"), ("sentence-encoder/1_Pooling", "config.json"),
      ], read: useSentenceEncoder),
    FuzzTarget(
      name: "model-folder",
      seeds: [
        "encoders/bert", "encoders/bert-classifier", "encoders/distilbert-classifier",
        "encoders/roberta-tokens", "decoders/gpt2", "decoders/llama", "picture-models/vit",
        "picture-models/resnet-basic",
      ].map { ($0, "config.json") }, read: useModel),
    FuzzTarget(
      name: "shards", seeds: [("encoders/xlm-roberta-shards", "index.json")], read: useShards),
    FuzzTarget(
      name: "gguf-model", seeds: [("decoders/llama", "model.safetensors")], input: ggufModel,
      read: useGGUFModel),
    FuzzTarget(
      name: "vector-index", seeds: [("sentence-encoder", "modules.json")], input: vectorIndex,
      read: useVectorIndex),
  ]

  /// What is made of a checkpoint: all of its arrays, and the weights in it.
  private static func use(_ value: PickleValue) throws {
    for (_, array) in try value.flattened() { use(array) }
    for (_, array) in try value.weights(under: nil).flattened() { use(array) }
    _ = PyTorchFile.encode(try value.flattened())
  }

  /// What `backprop inspect` and `convert` do with an array.
  private static func use(_ array: StoredArray) {
    let statistics = ArrayStatistics(array)
    if let range = statistics.finiteRange { _ = array.histogram(8, over: range) }
    _ = array.array
    _ = NPY.encode(array.convertedForNumPy)
  }

  /// What is made of the arrays of a file: the models that find their sizes there.
  private static func use(_ state: StateDictionary) {
    for entry in state.entries { use(entry.stored) }
    _ = try? MultilayerPerceptron(state)
    _ = try? LeNet(state)
    _ = try? SimpleConvNet(state)
    _ = try? Linear(weight: .zeros([3, 2])).load(state)
  }

  // A checkpoint's parts have checksums, which a change of a byte would spoil: the pickle and the bytes
  // of the tensors are changed, and the archive is made of them.

  /// The pickle and the first storage of a checkpoint, the length of the pickle before them.
  private static func torchParts(_ file: [UInt8]) -> [UInt8]? {
    guard let archive = try? ZipArchive(file), let pickle = archive.torchPickle,
      let content = try? archive.content(of: pickle)
    else { return nil }
    let storage = archive.entries.first { $0.name.hasSuffix("data/0") }
    var parts: [UInt8] = []
    parts.append(littleEndian: UInt16(truncatingIfNeeded: content.count))
    return parts + content + (storage.flatMap { try? archive.content(of: $0) } ?? [])
  }

  private static func torchArchive(_ parts: [UInt8]) -> [UInt8]? {
    guard parts.count >= 2 else { return nil }
    let end = min(parts.count, 2 + Int(parts.littleEndian(UInt16.self, at: 0)))
    let storage = Array(parts[end...])
    return ZipArchive.encode([
      (name: "m/data.pkl", content: Array(parts[2..<end])), (name: "m/data/0", content: storage),
      (name: "m/data/1", content: storage),
    ])
  }

  /// Pictures of the fixtures in which some bytes are others: each three bytes of `changes` are a place
  /// and what stands there. The decoder of JPEG is the system's and does not show libFuzzer which way it
  /// takes, so what that makes of whole pictures soon is none.
  private static func changedPictures(_ changes: [UInt8]) -> [[UInt8]] {
    jpegPictures.map { picture in
      var picture = picture
      for start in stride(from: 0, to: changes.count - 2, by: 3) {
        let place = Int(changes.littleEndian(UInt16.self, at: start))
        // What follows the mark that a JPEG begins with.
        picture[2 + place % (picture.count - 2)] = changes[start + 2]
      }
      return picture
    }
  }

  private static let jpegPictures = ["colors", "gray", "progressive"].map { name in
    try! File.read(fixtures + "jpeg/\(name).jpg")
  }

  /// The same PNG with checksums that fit its chunks.
  private static func withRightChecksums(_ file: [UInt8]) -> [UInt8] {
    var file = file
    var position = 8
    while position + 12 <= file.count {
      let end = position + 8 + Int(file.bigEndian(UInt32.self, at: position))
      if end + 4 > file.count { break }
      var checksum: [UInt8] = []
      checksum.append(bigEndian: Zlib.crc32(file, in: position + 4..<end))
      file.replaceSubrange(end..<end + 4, with: checksum)
      position = end + 4
    }
    return file
  }
}
