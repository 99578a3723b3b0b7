import BackpropArrays
import BackpropFiles
import BackpropTestSupport
import Testing

@testable import BackpropWeightFiles

@Suite struct WeightFileFormatTests {
  private func read(_ bytes: [UInt8], _ name: String = "file.safetensors") throws -> StateDictionary
  {
    try withTemporaryFolder { folder in
      try AtomicFile.write(bytes, to: "\(folder)/\(name)")
      return try StateDictionary(contentsOf: "\(folder)/\(name)")
    }
  }

  @Test func everyFormatIsReadWhateverTheFileIsCalled() throws {
    let files: [(String, WeightFileFormat)] = [
      ("safetensors/all.safetensors", .safetensors), ("npy/stored.npz", .npz),
      ("npy/packed.npz", .npz), ("pickle/numpy1.pkl", .pickle), ("pickle/python2.pkl", .pickle),
      ("pytorch/square.pt", .pyTorch), ("pytorch/square-old.pt", .oldPyTorch),
      ("npy/float.npy", .npy),
    ]
    for (name, format) in files {
      let state = try read(try Fixtures.bytes(name), "weights.bin")
      #expect(state.format == format, "\(name)")
      #expect(!state.entries.isEmpty, "\(name)")
    }
    #expect(try StateDictionary(contentsOf: Fixtures.path("npy/float.npy")).names == ["float"])
    let none = try StateDictionary(contentsOf: Fixtures.path("safetensors/none.safetensors"))
    #expect(none.format == .safetensors && none.entries.isEmpty)
  }

  @Test func whatIsNoWeightFileIsNamed() throws {
    let pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 3\n"
    let files: [(bytes: [UInt8], format: WeightFileFormat, text: String)] = [
      ([], .empty, "an empty file"),
      (Array("<!DOCTYPE html>\n<html>".utf8), .html, "a web page"),
      (Array("\u{feff}\n  <html lang=\"en\">".utf8), .html, "download the file itself"),
      (Array(pointer.utf8), .gitLFSPointer, "git lfs pull"),
      (try Fixtures.bytes("idx/two-members.gz"), .gzip, "gunzip"),
      (Array("{\"error\":\"not found\"}".utf8), .json, "a server's answer"),
      ([0x89] + Array("HDF\r\n\u{1a}\n".utf8), .hdf5, "Keras"),
      (ZipArchive.encode([(name: "model/config.json", content: [1])]), .zip, "Unpack it"),
      (Array("weights: 1, 2, 3".utf8), .unknown, "no format that is known here"),
      ([0x7f, 0x45, 0x4c, 0x46], .unknown, "Save the weights as safetensors"),
    ]
    for (bytes, format, text) in files {
      let error = try #require(throws: WeightFileError.self) { try read(bytes) }
      #expect(error.reason == .wrongFormat(format))
      #expect("\(error)".contains(text), "\(error)")
      #expect("\(error)".contains("file.safetensors"))
      #expect("\(error)".contains("expected safetensors"))
    }
  }

  /// The length of a header may begin as other formats do.
  @Test func aHeaderOfAnyLengthIsKnown() {
    for length in [0x8b1f, 0x80, 0x3c, 0x4b50, 0x8002, 0x28] {
      var bytes: [UInt8] = []
      bytes.append(littleEndian: UInt64(length))
      #expect(WeightFileFormat(firstBytes: bytes + Array("{\"a\"".utf8)) == .safetensors)
    }
  }

  @Test func arraysOfTooManyAxesAreRefused() throws {
    let json = #"{"deep":{"dtype":"U8","shape":[1,1,1,1,1,1,1,1,1],"data_offsets":[0,1]}}"#
    var bytes: [UInt8] = []
    bytes.append(littleEndian: UInt64(json.utf8.count))
    let error = try #require(throws: WeightFileError.self) {
      try read(bytes + Array(json.utf8) + [1])
    }
    #expect("\(error)".contains("'deep' of more than 8 axes"))
  }

  @Test func theBeginningsOfFilesNeverCrash() throws {
    for name in [
      "pytorch/square.pt", "pytorch/square-old.pt", "npy/stored.npz", "pickle/values-0.pkl",
      "npy/float.npy",
    ] {
      let bytes = try Fixtures.bytes(name)
      for count in stride(from: 0, to: bytes.count, by: max(1, bytes.count / 40)) {
        #expect(throws: WeightFileError.self, "\(name) \(count)") {
          try read(Array(bytes[..<count]))
        }
      }
    }
  }
}
