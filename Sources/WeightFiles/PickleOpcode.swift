/// The opcodes that build data, by the names of CPython's `pickletools`.
enum PickleOpcode: UInt8 {
  case proto = 0x80
  case frame = 0x95
  case stop = 0x2e
  case mark = 0x28
  case pop = 0x30
  case popMark = 0x31
  case dup = 0x32

  case none = 0x4e
  case newTrue = 0x88
  case newFalse = 0x89
  case int = 0x49
  case binInt = 0x4a
  case binInt1 = 0x4b
  case binInt2 = 0x4d
  case long = 0x4c
  case long1 = 0x8a
  case long4 = 0x8b
  case float = 0x46
  case binFloat = 0x47

  case string = 0x53
  case binString = 0x54
  case shortBinString = 0x55
  case binBytes = 0x42
  case shortBinBytes = 0x43
  case binBytes8 = 0x8e
  case byteArray8 = 0x96
  case unicode = 0x56
  case binUnicode = 0x58
  case shortBinUnicode = 0x8c
  case binUnicode8 = 0x8d

  case emptyList = 0x5d
  case append = 0x61
  case appends = 0x65
  case list = 0x6c
  case emptyTuple = 0x29
  case tuple = 0x74
  case tuple1 = 0x85
  case tuple2 = 0x86
  case tuple3 = 0x87
  case emptySet = 0x8f
  case addItems = 0x90
  case frozenSet = 0x91
  case emptyDict = 0x7d
  case dict = 0x64
  case setItem = 0x73
  case setItems = 0x75

  case put = 0x70
  case binPut = 0x71
  case longBinPut = 0x72
  case memoize = 0x94
  case get = 0x67
  case binGet = 0x68
  case longBinGet = 0x6a

  case global = 0x63
  case stackGlobal = 0x93
  /// Makes an object of a class: read, so that the class is named when it is refused.
  case inst = 0x69
  case reduce = 0x52
  case build = 0x62
  /// Names something outside the pickle: in a PyTorch checkpoint, the bytes of a tensor.
  case binPersID = 0x51

  /// Opcodes that are known and refused: they make objects of classes, or need data from elsewhere.
  static let refused: [UInt8: String] = [
    0x6f: "OBJ", 0x81: "NEWOBJ", 0x92: "NEWOBJ_EX", 0x50: "PERSID", 0x82: "EXT1", 0x83: "EXT2",
    0x84: "EXT4", 0x97: "NEXT_BUFFER, of bytes outside the file",
    0x98: "READONLY_BUFFER, of bytes outside the file",
  ]
}
