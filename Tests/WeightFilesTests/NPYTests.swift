import BackpropTestSupport
import Testing

@testable import BackpropFiles
@testable import BackpropWeightFiles

@Suite struct NPYTests {
  private static func little<T: FixedWidthInteger>(_ values: [T]) -> [UInt8] {
    values.reduce(into: []) { $0.append(littleEndian: $1) }
  }

  /// What `make_fixtures.py` put in.
  private static let expected: [String: StoredArray] = [
    "float": StoredArray(
      scalarType: .float32, shape: [2, 3],
      bytes: little((0..<6).map { (Float($0) - 2.5).bitPattern })),
    "big": StoredArray(
      scalarType: .int32, shape: [2, 2], bytes: little([1, -2, 300, -70000] as [Int32])),
    "fortran": StoredArray(
      scalarType: .int64, shape: [2, 3, 4], bytes: little((0..<24).map { Int64($0) })),
    "flags": StoredArray(scalarType: .bool, shape: [3], bytes: [1, 0, 1]),
    "single": StoredArray(
      scalarType: .float64, shape: [], bytes: little([Double(7.5).bitPattern])),
    "empty": StoredArray(scalarType: .float16, shape: [0, 3], bytes: []),
  ]

  @Test func filesByNumPy() throws {
    for (name, array) in Self.expected {
      #expect(try NPY.read(Fixtures.path("npy/\(name).npy")) == array, "\(name)")
    }
    for version in 2...3 {
      let array = try NPY.read(Fixtures.path("npy/float-v\(version).npy"))
      #expect(array == Self.expected["float"])
    }
  }

  @Test func archivesByNumPy() throws {
    for name in ["stored", "packed"] {
      let arrays = try NPZ.read(Fixtures.path("npy/\(name).npz"))
      #expect(arrays.count == Self.expected.count)
      for (name, array) in arrays { #expect(array == Self.expected[name], "\(name)") }
    }
  }

  @Test func arraysOneAfterTheOther() throws {
    let arrays = try NPY.readAll(Fixtures.path("npy/several.npy"))
    #expect(
      arrays == [
        StoredArray(
          scalarType: .float32, shape: [2, 3],
          bytes: Self.little((0..<6).map { Float($0).bitPattern })),
        StoredArray(
          scalarType: .int16, shape: [2, 3], bytes: Self.little([0, 1, 2, 3, 4, 5] as [Int16])),
        StoredArray(scalarType: .bool, shape: [], bytes: [1]),
      ])
    let state = try StateDictionary(contentsOf: Fixtures.path("npy/several.npy"))
    #expect(state.names == ["several.0", "several.1", "several.2"])
    #expect(throws: WeightFileError.self) { try NPY.read(Fixtures.path("npy/several.npy")) }
    try withTemporaryFolder { folder in
      try NPY.write(arrays, to: folder + "/a.npy")
      #expect(try NPY.readAll(folder + "/a.npy") == arrays)
    }
  }

  /// No axis may be longer than any memory, even beside one of length 0.
  @Test func shapesThatNoComputerCanHold() {
    for (shape, order, text) in [
      ("(4611686018427387904, 0)", "True", "no computer"),
      ("(0, 4611686018427387904)", "False", "no computer"),
      ("(9223372036854775807, 9223372036854775807, 0)", "True", "no computer"),
      ("(1, 1, 1, 1, 1, 1, 1, 1, 1)", "False", "more than 8 axes"),
    ] {
      let header = "{'descr': '<f4', 'fortran_order': \(order), 'shape': \(shape), }"
      var bytes = NPY.magic + [1, 0]
      bytes.append(littleEndian: UInt16(header.utf8.count))
      let error = #expect(throws: WeightFileError.self, "\(shape)") {
        try NPY.decode(bytes + Array(header.utf8) + [0, 0, 0, 0])
      }
      #expect("\(error!)".contains(text), "\(error!)")
    }
  }

  /// What is written is what NumPy writes, byte for byte, where NumPy's own order is ours.
  @Test func writesWhatNumPyWrites() throws {
    for name in ["float", "flags", "single", "empty"] {
      let bytes = try Fixtures.bytes("npy/\(name).npy")
      #expect(NPY.encode(Self.expected[name]!) == bytes, "\(name)")
    }
  }

  @Test func whatIsWrittenComesBack() throws {
    let arrays = Self.expected.sorted { $0.key < $1.key }.map { (name: $0.key, array: $0.value) }
    try withTemporaryFolder { folder in
      try NPZ.write(arrays, to: folder + "/a.npz")
      let again = try NPZ.read(folder + "/a.npz")
      #expect(again.map(\.name) == arrays.map(\.name))
      #expect(again.map(\.array) == arrays.map(\.array))
      for (name, array) in arrays {
        try NPY.write(array, to: folder + "/\(name).npy")
        #expect(try NPY.read(folder + "/\(name).npy") == array)
      }
    }
  }

  @Test func everyCutIsAnError() throws {
    let array = try Fixtures.bytes("npy/float.npy")
    for count in 0..<array.count {
      #expect(throws: WeightFileError.self) { try NPY.decode(Array(array[..<count])) }
    }
    #expect(throws: WeightFileError.self) { try NPY.decode(array + [0]) }
    let several = try Fixtures.bytes("npy/several.npy")
    for count in 0..<several.count {
      let arrays = try? NPY.decodeAll(Array(several[..<count]))
      // Whole arrays are as good as a file of their own.
      #expect(arrays == nil || [152, 292].contains(count), "\(count)")
    }
    let archive = try Fixtures.bytes("npy/packed.npz")
    for count in 0..<archive.count {
      #expect(throws: WeightFileError.self) { try NPZ.decode(Array(archive[..<count])) }
    }
  }

  @Test func damageNeverCrashes() throws {
    let archive = try Fixtures.bytes("npy/packed.npz")
    var errors = 0
    for index in archive.indices {
      for change: UInt8 in [0x01, 0x80] {
        var damaged = archive
        damaged[index] ^= change
        if (try? NPZ.decode(damaged)) == nil { errors += 1 }
      }
    }
    #expect(errors > archive.count / 2)
  }

  @Test func badHeaders() {
    for (header, text) in [
      ("{'descr': '<c8', 'fortran_order': False, 'shape': (1,), }", "'c8', complex numbers"),
      ("{'descr': '|O', 'fortran_order': False, 'shape': (1,), }", "'O', Python objects"),
      ("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,), }", "structured"),
      ("{'descr': '<f4', 'fortran_order': False}", "fewer"),
      ("{'descr': '<f4', 'descr': '<f4', 'shape': (1,)}", "twice"),
      ("{'descr': '<f4', 'fortran_order': False, 'shape': (1,), 'x': 1}", "unknown key"),
      ("{'descr': '<f4', 'fortran_order': __import__('os'), 'shape': (1,)}", "'False'"),
      ("{'descr': '<f4', 'fortran_order': False, 'shape': (-1,)}", "shape"),
      ("{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,)}", "shape"),
      (
        "{'descr': '<f4', 'fortran_order': False, 'shape': (4294967296, 4294967296)}",
        "no computer"
      ),
      ("{'descr': '<f4', 'fortran_order': False, 'shape': (1,)} x", "after"),
      ("{'descr': '<f4", "without an end"),
    ] {
      var bytes = NPY.magic + [1, 0]
      bytes.append(littleEndian: UInt16(header.utf8.count))
      let error = #expect(throws: WeightFileError.self, "\(header)") {
        try NPY.decode(bytes + Array(header.utf8) + [0, 0, 0, 0])
      }
      #expect("\(error!)".contains(text), "\(header): \(error!)")
    }
    let error = #expect(throws: WeightFileError.self) {
      try NPY.decode(NPY.magic + [2, 0, 255, 255, 255, 255] + [UInt8](repeating: 0, count: 20))
    }
    guard case .limitExceeded = error?.reason else {
      Issue.record("a huge header is not refused")
      return
    }
  }

  @Test func anArchiveMayNotBeLargerThanTheLimit() throws {
    let bytes = try Fixtures.bytes("npy/packed.npz")
    let error = #expect(throws: WeightFileError.self) { try NPZ.decode(bytes, limit: 1000) }
    guard case .limitExceeded = error?.reason else {
      Issue.record("\(String(describing: error))")
      return
    }
  }
}
