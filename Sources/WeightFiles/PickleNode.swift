/// A value while a pickle is being read. Values name one another by their place in one array, so
/// that a list may still change after another list holds it (as in Python), and so that freeing
/// deeply nested values needs no recursion.
enum PickleNode {
  case none
  case bool(Bool)
  case int(Int)
  case float(Double)
  case string(ArraySlice<UInt8>)
  /// A `str` of Python 2: bytes, and usually text.
  case oldString(ArraySlice<UInt8>)
  case bytes(ArraySlice<UInt8>)
  case list([Int])
  case tuple([Int])
  /// Key, value, key, value.
  case dictionary([Int])
  case function(PickleFunction)
  case dtype(NumPyType)
  /// What `_reconstruct` gives before its state is set.
  case emptyArray
  case array(NumPyArray)
  /// The bytes of PyTorch tensors.
  case storage(TorchStorage)
}

/// The functions and types that a pickle may name: those that NumPy stores its values by, and in a
/// PyTorch checkpoint those of PyTorch.
enum PickleFunction {
  case reconstruct
  case fromBuffer
  case scalar
  case ndarray
  case dtype
  case encode
  case bytes
  case rebuildTensor
  /// The same of bytes that have no type of their own.
  case rebuildTypedTensor
  case rebuildParameter
  case orderedDict
  /// `nil` for bytes of no type.
  case storageType(StoredScalarType?)
  case torchType(StoredScalarType)

  init?(module: String, name: String) {
    switch (module, name) {
    case ("numpy.core.multiarray", "_reconstruct"), ("numpy._core.multiarray", "_reconstruct"):
      self = .reconstruct
    case ("numpy.core.numeric", "_frombuffer"), ("numpy._core.numeric", "_frombuffer"):
      self = .fromBuffer
    case ("numpy.core.multiarray", "scalar"), ("numpy._core.multiarray", "scalar"):
      self = .scalar
    case ("numpy", "ndarray"): self = .ndarray
    case ("numpy", "dtype"): self = .dtype
    case ("_codecs", "encode"): self = .encode
    // Protocols 0 to 2 write empty bytes as a call of the type.
    case ("__builtin__", "bytes"), ("builtins", "bytes"): self = .bytes
    default: return nil
    }
  }

  /// What a PyTorch checkpoint may name besides.
  init?(torchModule module: String, name: String) {
    switch (module, name) {
    case ("torch._utils", "_rebuild_tensor_v2"): self = .rebuildTensor
    case ("torch._utils", "_rebuild_tensor_v3"): self = .rebuildTypedTensor
    case ("torch._utils", "_rebuild_parameter"): self = .rebuildParameter
    case ("collections", "OrderedDict"): self = .orderedDict
    case ("torch", "FloatStorage"): self = .storageType(.float32)
    case ("torch", "DoubleStorage"): self = .storageType(.float64)
    case ("torch", "HalfStorage"): self = .storageType(.float16)
    case ("torch", "BFloat16Storage"): self = .storageType(.bfloat16)
    case ("torch", "LongStorage"): self = .storageType(.int64)
    case ("torch", "IntStorage"): self = .storageType(.int32)
    case ("torch", "ShortStorage"): self = .storageType(.int16)
    case ("torch", "CharStorage"): self = .storageType(.int8)
    case ("torch", "ByteStorage"): self = .storageType(.uint8)
    case ("torch", "BoolStorage"): self = .storageType(.bool)
    // Types that came later have no storage of their own.
    case ("torch.storage", "UntypedStorage"): self = .storageType(nil)
    case ("torch", "uint16"): self = .torchType(.uint16)
    case ("torch", "uint32"): self = .torchType(.uint32)
    case ("torch", "uint64"): self = .torchType(.uint64)
    default: return nil
    }
  }
}
