import Foundation
import BackpropTestSupport
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
      let hex = array?.bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
      #expect(hex == wanted.hex, "\(name)")
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
      (#"{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1],"x":1}}"#, 1, "unknown field"),
      (#"{"a":3}"#, 0, "not an object"),
      (#"{"__metadata__":{"a":3}}"#, 0, "not a text"),
      (#"{"a":1,}"#, 0, "not valid JSON"),
      (#"{"a":"\ud800"}"#, 0, "surrogate"),
      (#"{"a":"\x"}"#, 0, "escape"),
      ("{\"a\":\"\u{1}\"}", 0, "control character"),
      ("{} {}", 0, "follows"),
      (" {}", 0, "begin with"),
      ("[]", 0, "begin with"),
      ("{\"a\":" + String(repeating: "[", count: 100_000), 0, "nesting"),
      ("{\"a\":[0" + String(repeating: ",0", count: 5000) + "]}", 0, "list"),
      ("{\"a\":01}", 0, "bad number"),
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
