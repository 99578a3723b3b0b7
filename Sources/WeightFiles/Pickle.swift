import BackpropFiles

/// Reads Python pickles that hold numbers, texts, plain containers, NumPy arrays and PyTorch tensors.
///
/// A pickle is a program, and Python runs what it asks for: opening a stranger's file can do
/// anything. This reader runs nothing. It knows the opcodes that build data (protocols 0 to 5), and
/// by name the few functions by which Python stores its containers, NumPy an array and PyTorch a
/// tensor; a file that asks for any other function or for any other opcode is refused, with the name
/// and the place. Definitions: the module `pickletools` of CPython, PEP 307, 3154 and 574,
/// `ndarray.__reduce__` of NumPy and `Tensor.__reduce_ex__` of PyTorch.
///
/// ```swift
/// let weights = try Pickle.read("sample_weight.pkl")
/// for (name, array) in weights.arrays ?? [] { print(name, array.shape) }
/// ```
///
/// Read are `None`, truth values, numbers, texts, `bytes` and `bytearray`; lists, tuples, sets,
/// dictionaries, `OrderedDict`, `defaultdict` and `Counter`; arrays, scalars and types of NumPy 1 and
/// 2; tensors, parameters, storages, sizes, types and devices of PyTorch.
public enum Pickle {
  /// What a file may ask for at most: guards against files made to exhaust memory or stack.
  public struct Limits: Equatable, Sendable {
    /// The largest file, in bytes.
    public var byteCount = 1 << 32
    /// The most values, those that occur again counted again; no more than 2^31 are ever accepted.
    public var valueCount = 10_000_000 {
      didSet { valueCount = min(max(valueCount, 0), 1 << 31) }
    }
    /// How deep lists, tuples and dictionaries may lie inside one another.
    public var depth = 100
    /// How many bytes tensors may have beyond four times the size of the file, as those do that show
    /// the same numbers again and again (`expand`).
    public var repeatedByteCount = 1 << 24

    /// The limits that are usual.
    public init() {}
  }

  /// Reads a file.
  ///
  /// - Throws: `FileError` or `WeightFileError`.
  public static func read(_ path: String, limits: Limits = Limits()) throws -> PickleValue {
    let bytes = try File.read(path, limit: limits.byteCount)
    do {
      return try decode(bytes, limits: limits)
    } catch {
      throw WeightFileError(error.reason, file: path)
    }
  }

  /// Decodes the bytes of one pickle.
  ///
  /// - Throws: `WeightFileError`.
  public static func decode(
    _ bytes: [UInt8], limits: Limits = Limits()
  ) throws(WeightFileError) -> PickleValue {
    if bytes.count > limits.byteCount {
      throw WeightFileError(
        .limitExceeded(
          "the pickle has \(bytes.count) bytes, and at most \(limits.byteCount) are accepted"))
    }
    var machine = PickleMachine(PickleReader(bytes), limits: limits)
    let result = try machine.run()
    if machine.reader.position != bytes.count {
      throw WeightFileError(
        .invalid("bytes follow the end of the pickle at byte \(machine.reader.position)"))
    }
    var converter = PickleConverter(nodes: machine.nodes, limits: limits, byteCount: bytes.count) {
      storage throws(WeightFileError) in
      throw WeightFileError(.invalid("it lacks the bytes of the storage '\(storage.name.key)'"))
    }
    return try converter.value(of: result)
  }
}
