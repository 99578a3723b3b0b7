/// The functions and types that a pickle may name: those by which Python stores plain containers,
/// NumPy its values and PyTorch its tensors. They are known one by one, and none is ever run: what
/// each gives is made by hand.
enum PickleFunction {
  // Python's.
  case orderedDictionary
  case defaultDictionary
  case counter
  case set
  case byteArray
  case bytes
  case encode
  /// What a `defaultdict` makes where there is nothing: `list`, `int` and the like.
  case plainType

  // NumPy's.
  case reconstruct
  case fromBuffer
  case scalar
  case ndarray
  case dtype

  // PyTorch's.
  case rebuildTensor
  case rebuildTensorVersion2
  /// The same of bytes that have no type of their own.
  case rebuildTypedTensor
  case rebuildParameter
  case rebuildParameterWithState
  case rebuildFromType
  case storageFromBytes
  case size
  case device
  case layout
  case tensorType
  /// `nil` for bytes of no type.
  case storageType(StoredScalarType?)

  /// A type of numbers, as a value; `nil` for one that is not read here.
  case scalarType(StoredScalarType?)

  /// What `name` of `module` is; `nil` for all that data have no business with.
  init?(module: String, name: String) {
    let known =
      switch module {
      case "torch", "torch._utils", "torch._tensor", "torch.storage", "torch.nn.parameter",
        "torch.serialization":
        Self(torchModule: module, name: name)
      case _ where module == "numpy" || module.hasPrefix("numpy."):
        Self(numPyModule: module, name: name)
      default: Self(pythonModule: module, name: name)
      }
    guard let known else { return nil }
    self = known
  }

  private init?(pythonModule module: String, name: String) {
    switch (module, name) {
    case ("collections", "OrderedDict"): self = .orderedDictionary
    case ("collections", "defaultdict"): self = .defaultDictionary
    case ("collections", "Counter"): self = .counter
    case ("_codecs", "encode"): self = .encode
    // Python 2 and protocols 0 to 2 write the older name.
    case ("builtins", _), ("__builtin__", _):
      switch name {
      case "set", "frozenset": self = .set
      case "bytearray": self = .byteArray
      case "bytes": self = .bytes
      case "int", "long", "float", "bool", "str", "unicode", "list", "tuple", "dict":
        self = .plainType
      default: return nil
      }
    default: return nil
    }
  }

  private init?(numPyModule module: String, name: String) {
    switch (module, name) {
    // NumPy 2 calls its core by another name than NumPy 1.
    case ("numpy.core.multiarray", "_reconstruct"), ("numpy._core.multiarray", "_reconstruct"):
      self = .reconstruct
    case ("numpy.core.numeric", "_frombuffer"), ("numpy._core.numeric", "_frombuffer"):
      self = .fromBuffer
    case ("numpy.core.multiarray", "scalar"), ("numpy._core.multiarray", "scalar"):
      self = .scalar
    case ("numpy", "ndarray"): self = .ndarray
    case ("numpy", "dtype"): self = .dtype
    case ("numpy", _):
      // The types of scalars: numpy.float32.
      let name = name == "bool_" || name == "bool8" ? "bool" : name
      guard let type = ScalarTypeName.numPy(name) else { return nil }
      self = .scalarType(type)
    default: return nil
    }
  }

  private init?(torchModule module: String, name: String) {
    switch (module, name) {
    case ("torch._utils", "_rebuild_tensor"): self = .rebuildTensor
    case ("torch._utils", "_rebuild_tensor_v2"): self = .rebuildTensorVersion2
    case ("torch._utils", "_rebuild_tensor_v3"): self = .rebuildTypedTensor
    case ("torch._utils", "_rebuild_parameter"): self = .rebuildParameter
    case ("torch._utils", "_rebuild_parameter_with_state"): self = .rebuildParameterWithState
    case ("torch._tensor", "_rebuild_from_type_v2"): self = .rebuildFromType
    case ("torch.storage", "_load_from_bytes"): self = .storageFromBytes
    case ("torch.serialization", "_get_layout"): self = .layout
    case ("torch", "Size"): self = .size
    case ("torch", "device"): self = .device
    case ("torch", "Tensor"), ("torch.nn.parameter", "Parameter"), ("torch.nn.parameter", "Buffer"):
      self = .tensorType
    // Types that came later have no storage of their own.
    case ("torch.storage", "UntypedStorage"), ("torch", "UntypedStorage"): self = .storageType(nil)
    case ("torch", _):
      if let type = Self.torchStorages[name] {
        self = .storageType(type)
      } else if let type = ScalarTypeName.torch(name) {
        self = .scalarType(type)
      } else if ScalarTypeName.otherTorch.contains(name) {
        self = .scalarType(nil)
      } else {
        return nil
      }
    default: return nil
    }
  }

  /// The storages of PyTorch, whose elements have a type.
  private static let torchStorages: [String: StoredScalarType] = [
    "FloatStorage": .float32, "DoubleStorage": .float64, "HalfStorage": .float16,
    "BFloat16Storage": .bfloat16, "LongStorage": .int64, "IntStorage": .int32,
    "ShortStorage": .int16, "CharStorage": .int8, "ByteStorage": .uint8, "BoolStorage": .bool,
  ]

  /// The storage whose elements have this type; `nil` for types that came later, which have none.
  static func torchStorage(of type: StoredScalarType) -> String? {
    torchStorages.first { $0.value == type }?.key
  }

  /// What a name stands for that is no danger and yet not read, such as tensors of complex numbers.
  static func unsupported(module: String, name: String) -> String? {
    switch (module, name) {
    case ("torch._utils", "_rebuild_qtensor"): "a quantized tensor"
    case ("torch._utils", "_rebuild_sparse_tensor"): "a sparse tensor"
    case ("torch._utils", "_rebuild_nested_tensor"): "a nested tensor"
    case ("torch._utils", "_rebuild_meta_tensor_no_storage"): "a tensor without numbers"
    case ("torch", _) where name.hasSuffix("Storage") && name.utf8.count < 40: "a torch.\(name)"
    case ("builtins", "complex"), ("__builtin__", "complex"): "a complex number"
    default: nil
    }
  }
}

/// What Python's libraries call the types of numbers.
enum ScalarTypeName {
  /// The type that NumPy calls so.
  static func numPy(_ name: String) -> StoredScalarType? {
    name == "bfloat16" || name.hasPrefix("float8") ? nil : torch(name)
  }

  /// The type that PyTorch calls so, by its own name or by the one of C.
  static func torch(_ name: String) -> StoredScalarType? {
    switch name {
    case "bool": .bool
    case "uint8": .uint8
    case "int8": .int8
    case "int16", "short": .int16
    case "uint16": .uint16
    case "int32", "int": .int32
    case "uint32": .uint32
    case "int64", "long": .int64
    case "uint64": .uint64
    case "float8_e4m3fn": .float8E4M3
    case "float8_e5m2": .float8E5M2
    case "float16", "half": .float16
    case "bfloat16": .bfloat16
    case "float32", "float": .float32
    case "float64", "double": .float64
    default: nil
    }
  }

  /// Types of PyTorch whose tensors are not read; their names may stand in a checkpoint all the same.
  static let otherTorch: Set<String> = [
    "complex32", "complex64", "complex128", "float8_e4m3fnuz", "float8_e5m2fnuz", "float8_e8m0fnu",
    "float4_e2m1fn_x2", "qint8", "quint8", "qint32",
  ]
}
