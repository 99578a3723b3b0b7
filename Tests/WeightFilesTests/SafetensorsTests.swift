import BackpropArrays
import BackpropNeuralNetworks
import BackpropTestSupport
import Foundation
import Testing

@testable import BackpropFiles
@testable import BackpropWeightFiles

@Suite struct SafetensorsTests {
  private struct Expected: Decodable {
    let shape: [Int]
    let hex: String
  }

  @Test func theOfficialLibrarysFile() throws {
    let file = try Safetensors(contentsOf: Fixtures.path("safetensors/all.safetensors"))
    let expected = try Fixtures.decode([String: Expected].self, from: "safetensors/all.json")
    #expect(file.tensors.count == expected.count)
    #expect(file.metadata == ["format": "np é \"x\""])
    for (name, wanted) in expected {
      let array = file[name]
      #expect(array?.shape == wanted.shape, "\(name)")
      #expect(array.map { hexadecimal($0.bytes) } == wanted.hex, "\(name)")
    }
    let types: [String: StoredScalarType] = [
      "hidden.weight": .float32, "hidden.bias": .float64, "steps": .int64, "index": .int32,
      "short": .int16, "tiny": .int8, "pixels": .uint8, "mask": .bool, "half": .float16,
    ]
    for (name, type) in types { #expect(file[name]?.scalarType == type, "\(name)") }
    let none = try Safetensors(contentsOf: Fixtures.path("safetensors/none.safetensors"))
    #expect(none.tensors.isEmpty && none.metadata.isEmpty)
  }

  /// The same tensors in any order give the bytes that the official library writes.
  @Test func writesWhatTheOfficialLibraryWrites() throws {
    for name in ["all", "none"] {
      let bytes = try Fixtures.bytes("safetensors/\(name).safetensors")
      let file = try Safetensors(bytes)
      let reversed = Safetensors(file.tensors.reversed(), metadata: file.metadata)
      #expect(reversed.encoded() == bytes)
      try withTemporaryFolder { folder in
        try reversed.write(to: folder + "/a.safetensors")
        #expect(try File.read(folder + "/a.safetensors") == bytes)
      }
    }
  }

  @Test func namesWithAnyCharacterComeBack() throws {
    let name = "a\"\\/\n\r\t\u{8}\u{c}\u{1}\u{7f}é€\u{1f600}"
    let array = StoredArray(scalarType: .bfloat16, shape: [1], bytes: [0, 0x3f])
    let file = Safetensors([.init(name: name, array: array)], metadata: [name: name])
    #expect(try Safetensors(file.encoded()) == file)
    // Escapes that others write.
    let json = #"{"\u00e9\ud83d\ude00\/":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}"#
    #expect(try Safetensors(encoded(json, [7])).tensors[0].name == "é\u{1f600}/")
  }

  /// As the reference implementation, which reads on over what it does not know.
  @Test func whatTheReferenceAcceptsIsAccepted() throws {
    let list = String(repeating: "[0,{\"z\":null}],", count: 2000)
    let file = try Safetensors(
      encoded(
        #"{"__metadata__":null,"a":{"dtype":"U8","more":["# + list
          + #"true],"shape":[1],"data_offsets":[0,1]}}"#, [7]))
    #expect(file.metadata.isEmpty)
    #expect(file["a"]?.bytes == [7])
  }

  /// Names that only differ in their Unicode form are different names, everywhere.
  @Test func namesAreComparedByTheirBytes() throws {
    let names = ["\u{e9}", "e\u{301}"]
    let file = Safetensors(
      names.enumerated().map { index, name in
        .init(
          name: name, array: StoredArray(scalarType: .uint8, shape: [1], bytes: [UInt8(index)]))
      })
    let again = try Safetensors(file.encoded())
    let state = try StateDictionary(file.encoded())
    for (index, name) in names.enumerated() {
      #expect(again[name]?.bytes == [UInt8(index)])
      #expect(state[name]?.doubles == [Double(index)])
    }
    #expect(state.entries.count == 2)
    try withTemporaryFolder { folder in
      try state.write(to: folder + "/a.npz", as: .npz)
      let archive = try StateDictionary(contentsOf: folder + "/a.npz")
      for (index, name) in names.enumerated() { #expect(archive[name]?.doubles == [Double(index)]) }
    }
    #expect(try state.renamed { $0 + "x" }.entries.count == 2)
  }

  @Test func everyNumberOfEightBits() throws {
    let state = try StateDictionary(contentsOf: Fixtures.path("safetensors/eight-bits.safetensors"))
    let expected = try Fixtures.decode([String: [String]].self, from: "safetensors/eight-bits.json")
    for (name, texts) in expected {
      let found = try #require(state[name])
      #expect(found.scalarType == .float32)
      for (number, text) in zip(found.scalars(as: Float.self), texts) {
        let wanted = Float(text)!
        #expect(number.isNaN ? wanted.isNaN : number == wanted && number.sign == wanted.sign)
      }
    }
    #expect(state["unsigned.16"]?.scalars(as: UInt16.self) == [0, 1, 65535])
    #expect(state["unsigned.32"]?.scalars(as: UInt32.self) == [0, 1, .max])
    #expect(state["unsigned.64"]?.scalars(as: UInt64.self) == [0, 1, 1 << 63])
    // Written again they are what they were, and in the reference's order.
    try withTemporaryFolder { folder in
      try state.write(to: folder + "/a")
      #expect(
        try File.read(folder + "/a") == Fixtures.bytes("safetensors/eight-bits.safetensors"))
    }
  }

  /// Five times as many take five times as long, about, and not twenty-five times.
  @Test func manyEmptyTensorsTakeNoTime() throws {
    func time(of count: Int) throws -> Double {
      let members = (0..<count).map {
        #""t\#($0)":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}"#
      }
      let bytes = encoded("{" + members.joined(separator: ",") + "}", [])
      var found = 0
      let time = try processorTime { found = try StateDictionary(bytes).entries.count }
      #expect(found == count)
      return time
    }
    let (few, many) = (try time(of: 20_000), try time(of: 100_000))
    #expect(many < 12 * few, "\(few) s, \(many) s")
  }

  /// Nothing of a file but its header is read before it is looked at: pages of a file that has holes
  /// would take a while, and memory.
  @Test func aLargeFileIsMapped() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/large"
      let count = 1 << 36
      let header = encoded(
        #"{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,12]},"#
          + #""b":{"dtype":"U8","shape":[\#(count)],"data_offsets":[12,\#(count + 12)]}}"#, [])
      try AtomicFile.write(header + [0, 0, 0x80, 0x3f, 0, 0, 0, 0x40, 0, 0, 0x40, 0x40], to: path)
      try #require(truncate(path, off_t(header.count + 12 + count)) == 0)
      let state = try StateDictionary(contentsOf: path)
      #expect(state["a"]?.doubles == [1, 2, 3])
      #expect(state.entries[1].stored.count == count)
    }
  }

  /// What was read with a copy does not need the file; nor do models, whatever they loaded.
  @Test func copiesAndModelsAreIndependentOfTheFile() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/a"
      var state = StateDictionary()
      state.set("weight", NDArray([Float](repeating: 2, count: 10_000), shape: [100, 100]))
      state.set("bias", NDArray([Float](repeating: 3, count: 100)))
      try state.write(to: path)
      let model = Linear(weight: .zeros([100, 100]), bias: .zeros([100]))
      try model.load(from: path)
      let network = try MultilayerPerceptron(
        StateDictionary(contentsOf: path).renamed { "layers.0." + $0 })
      let copy = try StateDictionary(contentsOf: path, copying: true)
      let file = try Safetensors(contentsOf: path, copying: true)
      try #require(truncate(path, 10) == 0)
      #expect(copy["weight"]!.doubles.allSatisfy { $0 == 2 })
      #expect(file["bias"]!.array.doubles.allSatisfy { $0 == 3 })
      for parameter in model.parameters + network.parameters {
        #expect(parameter.array.doubles.allSatisfy { $0 == (parameter.array.rank == 2 ? 2 : 3) })
      }
    }
  }

  @Test func everyCutIsAnError() throws {
    let bytes = try Fixtures.bytes("safetensors/all.safetensors")
    for count in 0..<bytes.count {
      #expect(throws: WeightFileError.self) { try Safetensors(Array(bytes[..<count])) }
    }
  }

  @Test func damageNeverCrashes() throws {
    let bytes = try Fixtures.bytes("safetensors/all.safetensors")
    let headerCount = Int(bytes.littleEndian(UInt64.self, at: 0))
    var errors = 0
    for index in 0..<8 + headerCount {
      for change: UInt8 in [0x01, 0x08, 0x80] {
        var damaged = bytes
        damaged[index] ^= change
        if (try? Safetensors(damaged)) == nil { errors += 1 }
      }
    }
    #expect(errors > headerCount)
  }

  @Test func rulesOfTheFormat() {
    func tensor(_ name: String, _ type: String, _ shape: String, _ offsets: String) -> String {
      "\"\(name)\":{\"dtype\":\"\(type)\",\"shape\":\(shape),\"data_offsets\":\(offsets)}"
    }
    let cases: [(json: String, dataCount: Int, text: String)] = [
      (
        "{" + tensor("a", "U8", "[2]", "[0,2]") + "," + tensor("b", "U8", "[2]", "[1,3]") + "}", 3,
        "overlaps"
      ),
      (
        "{" + tensor("a", "U8", "[2]", "[0,2]") + "," + tensor("b", "U8", "[2]", "[3,5]") + "}", 5,
        "holes"
      ),
      ("{" + tensor("a", "U8", "[2]", "[1,3]") + "}", 3, "holes"),
      ("{" + tensor("a", "U8", "[2]", "[0,2]") + "}", 3, "belong to none"),
      ("{" + tensor("a", "U8", "[4]", "[0,4]") + "}", 3, "cut short"),
      ("{" + tensor("a", "F32", "[2]", "[0,4]") + "}", 4, "needs 8 bytes"),
      ("{" + tensor("a", "U8", "[4294967296,4294967296]", "[0,4]") + "}", 4, "no computer"),
      ("{" + tensor("a", "U8", "[-1]", "[0,4]") + "}", 4, "whole numbers"),
      ("{" + tensor("a", "U8", "[1.0]", "[0,1]") + "}", 1, "whole numbers"),
      ("{" + tensor("a", "U8", "[1]", "[1,0]") + "}", 1, "offsets"),
      ("{" + tensor("a", "U8", "[1]", "[0]") + "}", 1, "offsets"),
      ("{" + tensor("a", "U8", "[1]", "[0,99999999999999999999]") + "}", 1, "whole numbers"),
      ("{" + tensor("a", "Q7", "[1]", "[0,1]") + "}", 1, "type Q7"),
      (
        "{" + tensor("a", "U8", "[1]", "[0,1]") + "," + tensor("a", "U8", "[1]", "[1,2]") + "}", 2,
        "twice"
      ),
      (#"{"a":{"dtype":"U8","shape":[1]}}"#, 1, "data_offsets"),
      (#"{"a":{"shape":[1],"data_offsets":[0,1]}}"#, 1, "dtype"),
      (#"{"a":{"dtype":"U8","shape":[1],"shape":[1],"data_offsets":[0,1]}}"#, 1, "'shape' twice"),
      ("{" + tensor("a", "U8", "[1,1,1,1,1,1,1,1,1]", "[0,1]") + "}", 1, "more than 8 axes"),
      (
        "{" + tensor("a", "U8", "[" + String(repeating: "1,", count: 5000) + "1]", "[0,1]") + "}",
        1, "axes"
      ),
      ("{" + tensor("a", "F32", "[0,4611686018427387904]", "[0,0]") + "}", 0, "no computer"),
      ("{" + tensor("a", "F32", "[4611686018427387904,0]", "[0,0]") + "}", 0, "no computer"),
      (#"{"a":3}"#, 0, "not an object"),
      (#"{"__metadata__":{"a":3}}"#, 0, "not a text"),
      (#"{"__metadata__":[]}"#, 0, "not an object"),
      (#"{"__metadata__":{},}"#, 0, "not valid JSON"),
      (#"{"a":{"x":"\ud800"}}"#, 0, "surrogate"),
      (#"{"a":{"x":"\x"}}"#, 0, "escape"),
      ("{\"a\":{\"x\":\"\u{1}\"}}", 0, "control character"),
      ("{} {}", 0, "follows"),
      (" {}", 0, "begin with"),
      ("[]", 0, "begin with"),
      ("{\"a\":{\"x\":" + String(repeating: "[", count: 100_000), 0, "nesting"),
      ("{\"a\":{\"x\":" + String(repeating: "{\"y\":", count: 100_000), 0, "nesting"),
      ("{\"a\":{\"x\":01}}", 0, "bad number"),
      ("{\"a\":{\"x\":nul}}", 0, "no value"),
    ]
    for (json, dataCount, text) in cases {
      let error = #expect(throws: WeightFileError.self, "\(json.prefix(80))") {
        try Safetensors(encoded(json, [UInt8](repeating: 0, count: dataCount)))
      }
      #expect("\(error!)".contains(text), "\(json.prefix(80)): \(error!)")
    }
    #expect(throws: WeightFileError.self) { try Safetensors([1, 0, 0, 0, 0, 0, 0, 0, 0xff]) }
  }

  @Test func aHugeHeaderIsRefusedBeforeItIsRead() {
    for claim in [UInt64(100_000_001), .max, 1 << 63] {
      var bytes: [UInt8] = []
      bytes.append(littleEndian: claim)
      let error = #expect(throws: WeightFileError.self) { try Safetensors(bytes + [0x7b]) }
      guard case .limitExceeded = error?.reason else {
        Issue.record("\(claim): \(String(describing: error))")
        continue
      }
    }
  }

  #if os(Linux)
    @Test func aFullDiskIsNamed() {
      let array = StoredArray(scalarType: .uint8, shape: [4], bytes: [1, 2, 3, 4])
      let error = FileError(operation: "write", path: "/dev/full", reason: .diskFull)
      #expect(throws: error) {
        try Safetensors([.init(name: "a", array: array)]).write(to: "/dev/full")
      }
    }
  #endif

  private func encoded(_ json: String, _ data: [UInt8]) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.append(littleEndian: UInt64(json.utf8.count))
    return bytes + Array(json.utf8) + data
  }
}
