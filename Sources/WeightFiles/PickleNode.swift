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
}

/// The functions and types that a pickle may name: those that NumPy stores its values by.
enum PickleFunction {
  case reconstruct
  case fromBuffer
  case scalar
  case ndarray
  case dtype
  case encode
  case bytes

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
}
