import BackpropData
import BackpropFiles
import BackpropImages
import BackpropNeuralNetworks

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
