import BackpropArrays
import BackpropNeuralNetworks
import BackpropTestSupport
import Foundation
import Testing

@testable import BackpropFiles
@testable import BackpropWeightFiles

@Suite struct PyTorchWritingTests {
  /// An array of every type and of shapes with no axis and with none of a length.
  private var everything: [(name: String, array: StoredArray)] {
    var arrays: [(name: String, array: StoredArray)] = []
    for (index, type) in StoredScalarType.allCases.enumerated() {
      let count = 6 * type.byteWidth
      let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 * 37 + index * 11) }
      arrays.append(
        (
          type.rawValue,
          StoredArray(
            scalarType: type, shape: [3, 2], bytes: type == .bool ? bytes.map { $0 & 1 } : bytes)
        ))
    }
    arrays.append(
      ("single", StoredArray(scalarType: .float32, shape: [], bytes: [0, 0, 0x80, 0x3f])))
    arrays.append(("empty", StoredArray(scalarType: .int64, shape: [2, 0, 3], bytes: [])))
    arrays.append(("no uints", StoredArray(scalarType: .uint32, shape: [0], bytes: [])))
    arrays.append(
      (
        "long",
        StoredArray(
          scalarType: .int8, shape: [70_000], bytes: [UInt8](repeating: 5, count: 70_000))
      ))
    arrays.append(
      (
        "many axes \u{e9} e\u{301}",
        StoredArray(scalarType: .uint8, shape: [1, 2, 1, 1, 2, 1], bytes: [1, 2, 3, 4])
      ))
    return arrays
  }

  @Test func whatIsWrittenIsRead() throws {
    let bytes = PyTorchFile.encode(everything)
    let found = try PyTorchFile.decode(bytes).flattened()
    #expect(found.map(\.name) == everything.map(\.name))
    for (found, written) in zip(found, everything) {
      #expect(found.array == written.array, "\(written.name)")
    }
    // The bytes of every array begin where PyTorch's do.
    let archive = try ZipArchive(bytes)
    #expect(archive.entries.first?.name == "archive/data.pkl")
    for entry in archive.entries {
      let header = entry.headerStart
      let start =
        header + 30 + Int(bytes.littleEndian(UInt16.self, at: header + 26))
        + Int(bytes.littleEndian(UInt16.self, at: header + 28))
      #expect(start % 64 == 0, "\(entry.name)")
    }
    #expect(PyTorchFile.encode(everything) == bytes)
    #expect(try PyTorchFile.decode(PyTorchFile.encode([])) == .dictionary([]))
  }

  /// A number that two layers share stays one in the file and in memory.
  @Test func sharedArraysAreWrittenOnce() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/a.pt"
      let array = NDArray.ones([300, 4])
      var state = StateDictionary()
      state.set("a", array)
      state.set("b", array)
      state.set("c", NDArray.ones([300, 4]))
      try PyTorchFile.write(state, to: path)
      let archive = try ZipArchive(File.read(path))
      #expect(archive.entries.filter { $0.name.contains("/data/") }.count == 2)
      let found = try StateDictionary(contentsOf: path)
      #expect(found.names == ["a", "b", "c"])
      // Once more, from what was read.
      try PyTorchFile.write(found, to: folder + "/b.pt")
      #expect(try File.read(folder + "/b.pt") == File.read(path))
    }
  }

  @Test func aFileThatCannotBeWrittenStays() throws {
    try withTemporaryFolder { folder in
      #expect(throws: FileError.self) { try PyTorchFile.write(everything, to: folder) }
      #expect(throws: FileError.self) { try PyTorchFile.write(everything, to: folder + "/no/a.pt") }
      let left = try FileManager.default.contentsOfDirectory(atPath: folder)
      #expect(left.isEmpty)
    }
  }

  /// PyTorch itself reads every bit, with weights alone allowed, mapped or not, and shares what we
  /// share; and we read what it writes of that, in either form.
  @Test(.enabled(if: Python.hasPyTorch, "needs a Python with torch and safetensors"))
  func pyTorchReadsIt() throws {
    try withTemporaryFolder { folder in
      var arrays = everything
      let shared = StoredArray(NDArray.ones([5]))
      arrays += [("tied 1", shared), ("tied 2", shared)]
      try PyTorchFile.write(arrays, to: folder + "/ours.pt")
      let lines = arrays.map { name, array in
        "\(jsonQuoted(name)): [\(jsonQuoted(array.scalarType.name)), \(array.shape), \(array.bytes)]"
      }
      try AtomicFile.write(
        Array("{\(lines.joined(separator: ","))}".utf8), to: folder + "/ours.json")
      let (status, text) = try Python.run([
        Fixtures.path("check_checkpoint_with_pytorch.py"), folder,
      ])
      #expect(status == 0, "\(text)")
      for name in ["theirs", "theirs-old"] {
        let found = try PyTorchFile.read("\(folder)/\(name).pt").flattened()
        #expect(found.map(\.name) == arrays.map(\.name))
        for (found, written) in zip(found, arrays) {
          #expect(found.array == written.array, "\(name) \(written.name)")
        }
      }
    }
  }
}
