/// A value out of a Python pickle: data only, nothing that could run.
public indirect enum PickleValue: Equatable, Sendable {
  /// `None`.
  case none
  /// `True` or `False`, or a NumPy `bool`.
  case bool(Bool)
  /// A whole number of up to 64 bits.
  case int(Int)
  /// A floating-point number.
  case float(Double)
  /// A text.
  case string(String)
  /// Bytes, or a text of Python 2 that is not UTF-8.
  case bytes([UInt8])
  /// A list.
  case list([PickleValue])
  /// A tuple.
  case tuple([PickleValue])
  /// A dictionary, its members in the order in which Python kept them.
  case dictionary([Member])
  /// A NumPy array, brought into little-endian order with the last axis running fastest.
  case array(StoredArray)

  /// A key of a dictionary and its value.
  public struct Member: Equatable, Sendable {
    /// The key.
    public let key: PickleValue
    /// The value.
    public let value: PickleValue

    /// Makes a member.
    public init(key: PickleValue, value: PickleValue) {
      self.key = key
      self.value = value
    }
  }

  /// The value under a text in a dictionary; `nil` if there is none, or if this is no dictionary.
  public subscript(key: String) -> PickleValue? {
    guard case .dictionary(let members) = self else { return nil }
    return members.last { $0.key == .string(key) }?.value
  }

  /// The NumPy arrays of a dictionary by their names: what a file of weights usually is.
  ///
  /// `nil` if this is no dictionary from texts to arrays and nothing else.
  public var arrays: [(name: String, array: StoredArray)]? {
    guard case .dictionary(let members) = self else { return nil }
    var result: [(name: String, array: StoredArray)] = []
    for member in members {
      guard case .string(let name) = member.key, case .array(let array) = member.value else {
        return nil
      }
      result.append((name, array))
    }
    return result
  }
}
