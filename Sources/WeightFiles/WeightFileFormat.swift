/// What a file is, by its first bytes; its name says nothing.
public enum WeightFileFormat: String, CaseIterable, Sendable {
  /// Hugging Face's format of tensors by name.
  case safetensors
  /// A zip archive of NumPy arrays.
  case npz
  /// One NumPy array.
  case npy
  /// A Python pickle.
  case pickle
  /// A zip archive as `torch.save` writes.
  case pyTorch
  /// A file as `torch.save` wrote before PyTorch 1.6.
  case oldPyTorch
  /// A zip archive of something else.
  case zip
  /// Something that was compressed with gzip.
  case gzip
  /// HDF5, as of Keras.
  case hdf5
  /// Weights of llama.cpp.
  case gguf
  /// A web page, saved instead of the file.
  case html
  /// What Git checks out in the place of a large file that was not fetched.
  case gitLFSPointer
  /// JSON: a list of a model's files, or a server's answer.
  case json
  /// No bytes.
  case empty
  /// None of these.
  case unknown

  /// How many bytes of a file ``init(firstBytes:)`` looks at.
  static let prefixCount = 128

  /// Tells what a file is from its first bytes: 128 of them, or all if there are fewer.
  ///
  /// A zip archive is `zip`; what is in it shows only at its end.
  public init(firstBytes: [UInt8]) {
    func begins(_ bytes: [UInt8]) -> Bool { firstBytes.starts(with: bytes) }
    let text = String(decoding: firstBytes.drop { Self.isSpaceOrMark($0) }, as: UTF8.self)
    let bracket = UInt8(ascii: "{")
    if firstBytes.isEmpty {
      self = .empty
    } else if firstBytes.count > 8, firstBytes[8] == bracket, firstBytes[4..<8] == [0, 0, 0, 0] {
      // The length of the header comes first, and the format allows no more than 100 MB. A length may
      // look like the mark of another format, so that this is asked first.
      self = .safetensors
    } else if begins(NPY.magic) {
      self = .npy
    } else if begins(Array("PK\u{3}\u{4}".utf8)) || begins(Array("PK\u{5}\u{6}".utf8)) {
      self = .zip
    } else if begins([0x1f, 0x8b]) {
      self = .gzip
    } else if begins([0x89] + Array("HDF\r\n".utf8)) {
      self = .hdf5
    } else if begins(GGUF.magic) {
      self = .gguf
    } else if begins(Array("version https://git-lfs".utf8)) {
      self = .gitLFSPointer
    } else if TorchLegacyFile.isBeginning(firstBytes) {
      self = .oldPyTorch
    } else if text.hasPrefix("<") {
      self = .html
    } else if text.hasPrefix("{\"") || text.hasPrefix("{\n") || text.hasPrefix("{ ") {
      self = .json
    } else if Self.beginsAsPickle(firstBytes) {
      self = .pickle
    } else {
      self = .unknown
    }
  }

  /// White space, or a byte of the mark that some programs put before UTF-8.
  private static func isSpaceOrMark(_ byte: UInt8) -> Bool {
    [0x20, 9, 10, 13, 0xef, 0xbb, 0xbf].contains(byte)
  }

  /// From protocol 2 on a pickle says its version; older ones begin with the opcode of a container
  /// or of a global.
  private static func beginsAsPickle(_ bytes: [UInt8]) -> Bool {
    bytes[0] == PickleOpcode.proto.rawValue
      || [PickleOpcode.mark, .emptyDict, .emptyList, .emptyTuple, .global].contains {
        $0.rawValue == bytes[0]
      }
  }

  /// What it is, in a sentence: "a web page".
  var title: String {
    switch self {
    case .safetensors: "a safetensors file"
    case .npz: "a NumPy archive (npz)"
    case .npy: "a NumPy array (npy)"
    case .pickle: "a Python pickle"
    case .pyTorch: "a PyTorch checkpoint (torch.save)"
    case .oldPyTorch: "a PyTorch checkpoint from before version 1.6"
    case .zip: "a zip archive of something else"
    case .gzip: "a file compressed with gzip"
    case .hdf5: "an HDF5 file, such as Keras writes"
    case .gguf: "a GGUF file, such as llama.cpp reads"
    case .html: "a web page (HTML or XML)"
    case .gitLFSPointer: "a pointer of Git LFS in the place of the file"
    case .json: "JSON"
    case .empty: "an empty file"
    case .unknown: "something of no format that is known here"
    }
  }

  /// How to come by a file that can be read.
  var remedy: String {
    switch self {
    case .gzip: "Unpack it first: gunzip FILE."
    case .zip: "Unpack it, and use the weights that are in it."
    case .html:
      "The address was that of a page about the file, or asked for a login; download the file itself."
    case .gitLFSPointer: "Fetch the file itself: git lfs pull."
    case .json:
      "If it lists the parts of a model, use the files that it names; if it is a server's answer, "
        + "read it and download again."
    case .empty: "Download or write it again."
    case .safetensors, .npz, .npy, .pickle, .pyTorch, .oldPyTorch, .hdf5, .gguf, .unknown:
      "Save the weights as safetensors."
    }
  }
}
