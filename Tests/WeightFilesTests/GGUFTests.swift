import BackpropArrays
import BackpropTestSupport
import Foundation
import Testing

@testable import BackpropFiles
@testable import BackpropWeightFiles

/// GGUF files of the package gguf, and files of our own.
@Suite struct GGUFTests {
  private struct Expected: Decodable {
    struct Tensor: Decodable {
      let name: String
      let type: String
      let shape: [Int]
      let bytes: String
      let numbers: [UInt32]?
    }
    let tensors: [Tensor]
  }

  @Test(arguments: ["types", "aligned", "version-2"])
  func tensorsAreThoseOfTheReference(_ name: String) throws {
    let file = try GGUF(contentsOf: Fixtures.path("gguf/\(name).gguf"))
    let expected = try JSONDecoder().decode(
      Expected.self,
      from: Data(try Fixtures.bytes("gguf/\(name == "aligned" ? name : "types").json")))
    #expect(file.tensors.map(\.name) == expected.tensors.map(\.name))
    for (tensor, expected) in zip(file.tensors, expected.tensors) {
      #expect(tensor.type.description == expected.type)
      #expect(tensor.shape == expected.shape, "\(tensor.name)")
      #expect(hexadecimal(tensor.bytes) == expected.bytes, "\(tensor.name)")
      guard let bits = expected.numbers else { continue }
      let numbers = try tensor.array().array.cast(to: .float32)
      #expect(
        numbers.scalars(as: Float.self).map(\.bitPattern) == bits, "\(tensor.name)")
    }
    // Blocks of a kind that is not read are listed all the same.
    let other = try #require(file.tensor("blocks.Q5_1"))
    let error = #expect(throws: WeightFileError.self) { try other.array() }
    #expect("\(error!)".contains("Q5_1") && "\(error!)".contains("Q8_0 and Q4_0"))
    #expect(file.tensor("nothing") == nil)
  }

  /// What numbers are rounded to is what the reference rounds them to.
  @Test func roundingIsThatOfTheReference() throws {
    let file = try GGUF(contentsOf: Fixtures.path("gguf/types.gguf"))
    let numbers = try #require(file.tensor("one.f32")).array().array
    for format in QuantizedFormat.allCases {
      let tensor = try #require(file.tensor("blocks.\(format.rawValue)"))
      #expect(format.blocks(of: numbers) == tensor.bytes)
      #expect(
        GGUF.Tensor(name: tensor.name, quantizing: numbers, as: format) == tensor)
      let matrix = try #require(tensor.quantizedMatrix)
      #expect(matrix.blocks == tensor.bytes)
      #expect(matrix.dequantized == (try tensor.array().array))
    }
  }

  @Test func metadataAreThoseOfTheReference() throws {
    let file = try GGUF(contentsOf: Fixtures.path("gguf/types.gguf"))
    let expected: [(String, GGUFValue)] = [
      ("general.architecture", .string("llama")), ("a.u8", .uint8(255)), ("a.i8", .int8(-128)),
      ("a.u16", .uint16(65535)), ("a.i16", .int16(-32768)), ("a.u32", .uint32(.max)),
      ("a.i32", .int32(.min)), ("a.f32", .float32(0.1)), ("a.u64", .uint64(.max)),
      ("a.i64", .int64(.min)), ("a.f64", .float64(0.1)), ("a.yes", .bool(true)),
      ("a.no", .bool(false)), ("a.text", .string("größer 새 \u{1f426}")),
    ]
    for (index, (key, value)) in expected.enumerated() {
      #expect(file[key] == value)
      #expect(file.metadata[index].key == key)
    }
    #expect(file["a.texts"]?.array?.texts == ["", "a", "Ġthe", "日本"])
    #expect(file["a.whole"]?.array?.integers == [1, -2, 3])
    #expect(file["a.fractions"]?.array?.numbers == [0.5, -1.25])
    #expect(file["a.flags"]?.array?.values == [.bool(true), .bool(false), .bool(true)])
    #expect(file["a.bytes"]?.array?.kind == .uint8)
    #expect(file["a.bytes"]?.array?.integers == [0, 128, 255])
    #expect(file["a.u64"]?.integer == nil && file["a.u64"]?.description == "18446744073709551615")
    #expect(file["a.whole"]?.description == "3 x int32")
    #expect(file["nothing"] == nil)
  }

  /// A file that is read and written is the same but for its version.
  @Test(arguments: ["types", "aligned"]) func writtenAgainTheBytesAreTheSame(_ name: String) throws
  {
    let bytes = try Fixtures.bytes("gguf/\(name).gguf")
    #expect(try GGUF(bytes).encoded() == bytes)
    try withTemporaryFolder { folder in
      try GGUF(bytes).write(to: folder + "/copy.gguf")
      #expect(try File.read(folder + "/copy.gguf") == bytes)
    }
  }

  @Test func weightsLoadFromOneAndGoIntoOne() throws {
    try withTemporaryFolder { folder in
      var state = StateDictionary()
      state.set("a.weight", NDArray([1, -2, 3, 4, 5, 6], shape: [2, 3]))
      state.set("b", NDArray([1, 2], shape: [2]).cast(to: .float16))
      state.set("c", NDArray([7]).cast(to: .int64))
      state.metadata = ["format": "pt", "note": "for you"]
      let path = folder + "/a.gguf"
      try state.write(to: path, as: WeightFileFormat(writtenAs: path))
      let read = try StateDictionary(contentsOf: path)
      #expect(read.format == .gguf)
      #expect(read.names == state.names && read.metadata == state.metadata)
      for (left, right) in zip(read.entries, state.entries) { #expect(left.stored == right.stored) }
      // What GGUF has no type for.
      state.set("flags", StoredArray(scalarType: .bool, shape: [1], bytes: [1]))
      let error = #expect(throws: WeightConversionError.self) {
        try state.write(to: path, as: .gguf)
      }
      #expect("\(error!)".contains("'flags' is BOOL"))
    }
    // Blocks become numbers.
    var file = try GGUF(contentsOf: Fixtures.path("gguf/types.gguf"))
    file = GGUF(file.tensors.filter { $0.name != "blocks.Q5_1" }, metadata: file.metadata)
    let state = try StateDictionary(file.encoded())
    #expect(state.entry("blocks.Q8_0")?.scalarType == .float32)
    #expect(state.metadata["a.u8"] == "255" && state.metadata["a.texts"] == nil)
  }
}
