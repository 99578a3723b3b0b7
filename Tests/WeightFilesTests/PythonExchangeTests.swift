import BackpropArrays
import BackpropTestSupport
import Foundation
import Testing

@testable import BackpropFiles
@testable import BackpropWeightFiles

private let hasNumPyAndSafetensors =
  (try? Python.run(["-c", "import numpy, safetensors.numpy"]).status) == 0

/// Files are exchanged with the real NumPy and safetensors, where a Python has them, in both directions
/// and to the last bit.
@Suite(.enabled(if: hasNumPyAndSafetensors)) struct PythonExchangeTests {
  /// Runs a program; fails with what it writes if it does not succeed.
  private func run(_ program: String, _ arguments: [String]) throws {
    let (status, text) = try Python.run(["-c", program] + arguments)
    #expect(status == 0, "\(text)")
  }

  private static let types = [
    "bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float16",
    "float32", "float64",
  ]

  /// Arrays of all types that both sides have, in some shapes: any bits, NaN among them.
  private func arrays() -> [(name: String, array: StoredArray)] {
    var random = RandomSource(seed: 11)
    var result: [(name: String, array: StoredArray)] = []
    for type in ScalarType.allCases where type != .bfloat16 {
      for (index, shape) in [[], [3], [2, 3, 4], [0, 5], [1, 1, 7]].enumerated() {
        let count = shape.reduce(type.size, *)
        let bytes = (0..<count).map { _ in
          UInt8(truncatingIfNeeded: random.next()) & (type == .bool ? 1 : 0xff)
        }
        result.append(
          (
            "\(type.rawValue).\(index)",
            StoredArray(scalarType: StoredScalarType(type), shape: shape, bytes: bytes)
          ))
      }
    }
    return result
  }

  @Test func theyReadOurs() throws {
    try withTemporaryFolder { folder in
      let arrays = arrays()
      try NPZ.write(arrays, to: folder + "/a.npz")
      try NPY.write(arrays.map(\.array), to: folder + "/a.npy")
      try Safetensors(arrays.map { .init(name: $0.name, array: $0.array) }).write(
        to: folder + "/a.safetensors")
      let lines = arrays.map { name, array in
        "\(name)|\(array.shape)|\(hexadecimal(array.bytes))"
      }
      try AtomicFile.write(Array(lines.joined(separator: "\n").utf8), to: folder + "/a.txt")
      try run(
        """
        import sys, json, numpy as np
        from safetensors.numpy import load_file
        folder = sys.argv[1]
        archive, tensors = np.load(folder + "/a.npz"), load_file(folder + "/a.safetensors")
        with open(folder + "/a.npy", "rb") as file:
            for line in open(folder + "/a.txt"):
                name, shape, hexadecimal = line.rstrip("\\n").split("|")
                for array in (archive[name], tensors[name], np.load(file)):
                    assert array.dtype == name.split(".")[0], (name, array.dtype)
                    assert list(array.shape) == json.loads(shape), (name, array.shape)
                    assert array.tobytes().hex() == hexadecimal, name
            assert not file.read()
        """, [folder])
    }
  }

  @Test func weReadTheirs() throws {
    try withTemporaryFolder { folder in
      try run(
        """
        import sys, json, numpy as np
        from safetensors.numpy import save_file
        folder, types = sys.argv[1], sys.argv[2:]
        random, arrays, expected, several = np.random.default_rng(5), {}, {}, open(folder + "/a.npy", "wb")
        for type in types:
            for index, shape in enumerate([(), (3,), (2, 3, 4), (0, 5), (4, 1, 7)]):
                count = int(np.prod(shape)) * np.dtype(type).itemsize
                bits = random.integers(0, 2 if type == "bool" else 256, count, dtype=np.uint8)
                array = np.frombuffer(bits.tobytes(), type).reshape(shape)
                for order in "CF":
                    for ends in "<>":
                        name = f"{type}.{index}.{order}{ends}"
                        arrays[name] = np.array(array, order=order).astype(np.dtype(type).newbyteorder(ends))
                        expected[name] = [type, list(shape), array.tobytes().hex()]
                        for version in (1, 2, 3):
                            np.lib.format.write_array(several, arrays[name], version=(version, 0))
        several.close()
        np.savez(folder + "/a.npz", **arrays)
        np.savez_compressed(folder + "/packed.npz", **arrays)
        save_file({n: np.ascontiguousarray(a.astype(a.dtype.newbyteorder("="))).reshape(a.shape) for n, a in arrays.items()}, folder + "/a.safetensors")
        json.dump([[n] + v for n, v in expected.items()], open(folder + "/a.json", "w"))
        """, [folder] + Self.types)
      let json = try JSONSerialization.jsonObject(
        with: Data(try File.read(folder + "/a.json")))
      let expected = try #require(json as? [[Any]])
      #expect(expected.count == 12 * 5 * 4)
      let states = try ["a.npz", "packed.npz", "a.safetensors"].map {
        try StateDictionary(contentsOf: folder + "/" + $0)
      }
      let several = try NPY.readAll(folder + "/a.npy")
      #expect(several.count == 3 * expected.count)
      for (index, item) in expected.enumerated() {
        let name = try #require(item[0] as? String)
        let (type, shape, hex) = (item[1] as? String, item[2] as? [Int], item[3] as? String)
        for array in states.compactMap({ $0.entry(name)?.stored })
          + several[3 * index..<3 * index + 3]
        {
          #expect(array.scalarType.name == type, "\(name)")
          #expect(array.shape == shape, "\(name)")
          #expect(hexadecimal(array.bytes) == hex, "\(name)")
        }
        #expect(states.allSatisfy { $0.entry(name) != nil })
      }
    }
  }

  @Test func statisticsAreThoseOfNumPy() throws {
    try withTemporaryFolder { folder in
      try run(
        """
        import sys, json, numpy as np
        folder, types = sys.argv[1], sys.argv[2:]
        random, arrays, expected = np.random.default_rng(7), {}, {}
        for type in types:
            for count in (1, 5, 300_000):
                if np.dtype(type).kind in "iu":
                    array = random.integers(np.iinfo(type).min, np.iinfo(type).max, count, type, True)
                elif type == "bool":
                    array = random.integers(0, 2, count).astype(bool)
                else:
                    array = random.normal(3, 100, count).astype(type)
                    array[count // 2 + 1:: 7] = np.nan
                name = f"{type}.{count}"
                arrays[name] = array
                wide = array.astype(np.float64)
                whole = array.dtype.kind in "iub"
                ends = [array.min(), array.max()] if whole else [np.nanmin(wide), np.nanmax(wide)]
                expected[name] = [str(int(x)) if whole else repr(float(x)) for x in ends] + [
                    float(np.nanmean(wide)), int(np.isnan(wide).sum())]
        np.savez(folder + "/a.npz", **arrays)
        json.dump([[n] + v for n, v in expected.items()], open(folder + "/a.json", "w"))
        """, [folder] + Self.types)
      let json = try JSONSerialization.jsonObject(with: Data(try File.read(folder + "/a.json")))
      let state = try StateDictionary(contentsOf: folder + "/a.npz")
      let expected = try #require(json as? [[Any]])
      #expect(expected.count == 36)
      for item in expected {
        let name = try #require(item[0] as? String)
        let found = ArrayStatistics(try #require(state.entry(name)).stored)
        #expect(found.nanCount == item[4] as? Int, "\(name)")
        let (minimum, maximum) = (item[1] as? String, item[2] as? String)
        if name.hasPrefix("float") {
          #expect(found.minimum?.double == minimum.flatMap { Double($0) }, "\(name)")
          #expect(found.maximum?.double == maximum.flatMap { Double($0) }, "\(name)")
        } else {
          #expect(found.minimum?.description == minimum, "\(name)")
          #expect(found.maximum?.description == maximum, "\(name)")
        }
        let mean = try #require(item[3] as? Double)
        #expect(abs(found.mean! - mean) <= 1e-9 * max(1, abs(mean)), "\(name)")
      }
    }
  }
}
