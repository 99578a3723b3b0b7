import BackpropFiles

/// A value out of a Python pickle or a PyTorch checkpoint: data only, nothing that could run.
///
/// ```swift
/// let checkpoint = try PyTorchFile.read("checkpoint.pt")
/// let epoch = checkpoint["epoch"]?.intValue
/// let weight = checkpoint["model"]?["hidden.weight"]?.arrayValue        // StoredArray?
/// let mean = checkpoint["optimizer"]?["state"]?[0]?["exp_avg"]?.arrayValue
/// ```
public enum PickleValue: Equatable, Sendable {
  /// `None`.
  case none
  /// `True` or `False`, or a NumPy `bool`.
  case bool(Bool)
  /// A whole number of up to 64 bits.
  case int(Int)
  /// A whole number of over 64 bits: two's complement, the lowest byte first.
  case wideInt([UInt8])
  /// A floating-point number.
  case float(Double)
  /// A text; also a type of numbers or a device, by its name: `torch.float32`, `cuda:0`.
  case string(String)
  /// Bytes, or a text of Python 2 that is not UTF-8.
  case bytes([UInt8])
  /// A list.
  case list([PickleValue])
  /// A tuple.
  case tuple([PickleValue])
  /// A set, in the order of the file.
  case set([PickleValue])
  /// A dictionary, its members in the order in which Python kept them.
  case dictionary([Member])
  /// A NumPy array or a PyTorch tensor, brought into little-endian order with the last axis running
  /// fastest.
  indirect case array(StoredArray)

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
}

// MARK: - Looking in

extension PickleValue {
  /// The value under a text in a dictionary; `nil` if there is none, or if this is no dictionary.
  ///
  /// Texts are equal if their code points are.
  public subscript(key: String) -> PickleValue? {
    guard case .dictionary(let members) = self else { return nil }
    return members.last { member in
      if case .string(let text) = member.key { return text.utf8.elementsEqual(key.utf8) }
      return false
    }?.value
  }

  /// The value at a position of a list or tuple, or under a whole number in a dictionary; `nil` if
  /// there is none.
  public subscript(index: Int) -> PickleValue? {
    switch self {
    case .list(let values), .tuple(let values):
      values.indices.contains(index) ? values[index] : nil
    case .dictionary(let members): members.last { $0.key == .int(index) }?.value
    default: nil
    }
  }

  /// The whole number; `nil` if this is none.
  public var intValue: Int? {
    if case .int(let value) = self { return value }
    return nil
  }

  /// The number, whole or not; `nil` if this is none.
  public var doubleValue: Double? {
    switch self {
    case .int(let value): Double(value)
    case .float(let value): value
    default: nil
    }
  }

  /// The text; `nil` if this is none.
  public var stringValue: String? {
    if case .string(let value) = self { return value }
    return nil
  }

  /// The array; `nil` if this is none.
  public var arrayValue: StoredArray? {
    if case .array(let value) = self { return value }
    return nil
  }

  /// The arrays of a dictionary by their names: what a file of weights usually is.
  ///
  /// `nil` if this is no dictionary from texts to arrays and nothing else. For arrays that lie deeper
  /// see ``flattened()``.
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
