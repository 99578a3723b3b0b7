import BackpropFiles

/// Reads Python pickles that hold numbers, texts, lists, tuples, dictionaries and NumPy arrays.
///
/// A pickle is a program, and Python runs what it asks for: opening a stranger's file can do
/// anything. This reader runs nothing. It knows the opcodes that build data (protocols 0 to 5), and
/// by name the few functions by which NumPy stores an array; a file that asks for any other function
/// or for any other opcode is refused, with the name and the place. Definitions: the module
/// `pickletools` of CPython, PEP 307, 3154 and 574, and `ndarray.__reduce__` of NumPy.
///
/// ```swift
/// let weights = try Pickle.read("sample_weight.pkl")
/// for (name, array) in weights.arrays ?? [] { print(name, array.shape) }
/// ```
public enum Pickle {
  /// What a file may ask for at most: guards against files made to exhaust memory or stack.
  public struct Limits: Equatable, Sendable {
    /// The largest file, in bytes.
    public var byteCount = 1 << 32
    /// The most values, those that occur again counted again.
    public var valueCount = 10_000_000
    /// How deep lists, tuples and dictionaries may lie inside one another.
    public var depth = 100

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
    var machine = PickleMachine(bytes, limits: limits)
    let result = try machine.run()
    var converter = PickleConverter(nodes: machine.nodes, limits: limits)
    return try converter.value(of: result)
  }
}
