import BackpropFiles

/// A model's `config.json`: its settings by key, each looked at with a type.
///
/// ```swift
/// let layers = try configuration.integer("num_hidden_layers", "n_layers", in: 0...1000)
/// let epsilon = try configuration.number("layer_norm_eps", default: 1e-12)
/// ```
///
/// Every look is checked: a value of another type, or outside of what can be, is an error that names
/// the key, what was expected and what was found. Bounds come before anything is made by them, so that
/// a file that asks for a million layers takes no memory.
public struct ModelConfiguration: Sendable {
  /// The file, for errors.
  public let path: String
  /// Its content, an object.
  let document: JSONDocument

  /// More bytes than this are no configuration.
  static let byteLimit = 16 << 20
  /// The most layers that a model can have.
  public static let layerLimit = 1000
  /// The largest width of a layer, and count of heads.
  public static let widthLimit = 1 << 18
  /// The largest vocabulary, and the longest text.
  public static let vocabularyLimit = 1 << 24

  /// Reads a file of JSON whose value is an object.
  ///
  /// - Throws: `FileError` or `PretrainedError`.
  public init(contentsOf path: String) throws {
    self.init(try Self.object(in: path), path: path)
  }

  init(_ document: JSONDocument, path: String) {
    self.document = document
    self.path = path
  }

  /// The object in a file of JSON.
  static func object(in path: String, limit: Int = byteLimit) throws -> JSONDocument {
    let document = try value(in: path, limit: limit)
    guard case .object = document else {
      throw PretrainedError(.doesNotFit("it is JSON, but no object"), path: path)
    }
    return document
  }

  /// The value in a file of JSON.
  static func value(in path: String, limit: Int = byteLimit) throws -> JSONDocument {
    do {
      return try JSONDocument(try File.read(path, limit: limit))
    } catch let failure as JSONDocument.Failure {
      throw PretrainedError(.doesNotFit("it is no JSON: \(failure)"), path: path)
    }
  }

  // MARK: What every model has

  /// The kind of model, such as `bert`: `model_type`; empty where it is not said.
  public var modelType: String { document["model_type"]?.string ?? "" }

  /// The classes that the model was saved from, such as `BertForSequenceClassification`.
  public var architectures: [String] {
    guard case .array(let names)? = document["architectures"] else { return [] }
    return names.compactMap(\.string)
  }

  // MARK: Settings

  /// Whether one of the keys is there with a value.
  public func has(_ keys: String...) -> Bool { found(keys) != nil }

  /// A whole number.
  ///
  /// - Parameters:
  ///   - keys: what it is called; the first that is there counts.
  ///   - range: what it may be.
  ///   - fallback: what it is where none of the keys is there; `nil` where one must be.
  /// - Throws: `PretrainedError`.
  public func integer(
    _ keys: String..., in range: ClosedRange<Int>, default fallback: Int? = nil
  ) throws(PretrainedError) -> Int {
    if let number = try wholeNumber(keys, in: range) { return number }
    return try required(fallback, keys, "a whole number in \(range)")
  }

  /// A whole number that may be missing.
  ///
  /// - Parameters:
  ///   - keys: what it is called; the first that is there counts.
  ///   - range: what it may be.
  /// - Throws: `PretrainedError`.
  public func optionalInteger(
    _ keys: String..., in range: ClosedRange<Int>
  ) throws(PretrainedError) -> Int? {
    try wholeNumber(keys, in: range)
  }

  private func wholeNumber(
    _ keys: [String], in range: ClosedRange<Int>
  ) throws(PretrainedError) -> Int? {
    guard let (key, value) = found(keys) else { return nil }
    guard case .number = value, let number = value.integer, range.contains(number) else {
      throw invalid(key, "a whole number in \(range)", value)
    }
    return number
  }

  /// A finite number.
  ///
  /// - Parameters:
  ///   - keys: what it is called; the first that is there counts.
  ///   - range: what it may be.
  ///   - fallback: what it is where none of the keys is there; `nil` where one must be.
  /// - Throws: `PretrainedError`.
  public func number(
    _ keys: String..., in range: ClosedRange<Double> = -1e30...1e30, default fallback: Double? = nil
  ) throws(PretrainedError) -> Double {
    let expected = "a number in \(range)"
    guard let (key, value) = found(keys) else {
      return try required(fallback, keys, expected)
    }
    guard case .number = value, let number = value.double, range.contains(number) else {
      throw invalid(key, expected, value)
    }
    return number
  }

  /// Yes or no.
  ///
  /// - Parameters:
  ///   - keys: what it is called; the first that is there counts.
  ///   - fallback: what it is where none of the keys is there; `nil` where one must be.
  /// - Throws: `PretrainedError`.
  public func flag(
    _ keys: String..., default fallback: Bool? = nil
  ) throws(PretrainedError) -> Bool {
    guard let (key, value) = found(keys) else {
      return try required(fallback, keys, "true or false")
    }
    guard case .bool(let flag) = value else { throw invalid(key, "true or false", value) }
    return flag
  }

  /// A text.
  ///
  /// - Parameters:
  ///   - keys: what it is called; the first that is there counts.
  ///   - fallback: what it is where none of the keys is there; `nil` where one must be.
  /// - Throws: `PretrainedError`.
  public func text(
    _ keys: String..., default fallback: String? = nil
  ) throws(PretrainedError) -> String {
    try text(keys, default: fallback)
  }

  func text(_ keys: [String], default fallback: String?) throws(PretrainedError) -> String {
    guard let (key, value) = found(keys) else { return try required(fallback, keys, "a text") }
    guard case .string(let text) = value else { throw invalid(key, "a text", value) }
    return text
  }

  /// Whole numbers: a list, or one that stands alone; none where no key is there.
  ///
  /// - Parameters:
  ///   - keys: what they are called; the first that is there counts.
  ///   - range: what each may be.
  /// - Throws: `PretrainedError`.
  public func integers(
    _ keys: String..., in range: ClosedRange<Int>
  ) throws(PretrainedError) -> [Int] {
    guard let (key, value) = found(keys) else { return [] }
    let values = if case .array(let values) = value { values } else { [value] }
    var numbers: [Int] = []
    for value in values {
      guard case .number = value, let number = value.integer, range.contains(number) else {
        throw invalid(key, "whole numbers in \(range)", value)
      }
      numbers.append(number)
    }
    return numbers
  }

  /// Texts: a list, or one that stands alone; none where the key is not there.
  ///
  /// - Throws: `PretrainedError`.
  public func texts(_ key: String) throws(PretrainedError) -> [String] {
    guard let (_, value) = found([key]) else { return [] }
    let values = if case .array(let values) = value { values } else { [value] }
    var texts: [String] = []
    for value in values {
      guard let text = value.string else { throw invalid(key, "a text, or a list of texts", value) }
      texts.append(text)
    }
    return texts
  }

  /// All members by name, each of which must be a text.
  ///
  /// - Throws: `PretrainedError`.
  func textsByName() throws(PretrainedError) -> [String: String] {
    guard case .object(let members) = document else { return [:] }
    var texts: [String: String] = [:]
    for member in members {
      guard let text = member.value.string else {
        throw invalid(member.name, "a text", member.value)
      }
      texts[member.name] = text
    }
    return texts
  }

  /// The object under a key, with settings of its own, such as `rope_scaling`; `nil` where it is not
  /// there.
  ///
  /// - Throws: `PretrainedError` if it is no object.
  public func section(_ key: String) throws(PretrainedError) -> ModelConfiguration? {
    guard let (_, value) = found([key]) else { return nil }
    guard case .object = value else { throw invalid(key, "an object", value) }
    return ModelConfiguration(value, path: path)
  }

  /// The names of the classes that a classifier tells apart, by `id2label`; where that is missing, as
  /// many as `num_labels` says, called `LABEL_0` and so on, as the reference does.
  ///
  /// - Throws: `PretrainedError`.
  public func labels() throws(PretrainedError) -> [String] {
    guard let (key, value) = found(["id2label"]) else {
      let count = try integer("num_labels", in: 1...Self.vocabularyLimit, default: 2)
      return (0..<count).map { "LABEL_\($0)" }
    }
    guard case .object(let members) = value, !members.isEmpty else {
      throw invalid(key, "an object from numbers to names", value)
    }
    var names = [String?](repeating: nil, count: members.count)
    for member in members {
      guard let number = Int(member.name), names.indices.contains(number),
        let name = member.value.string
      else { throw invalid(key, "the numbers 0..<\(members.count), each with a name", value) }
      names[number] = name
    }
    return names.enumerated().map { $1 ?? "LABEL_\($0)" }
  }

  // MARK: Errors

  /// An error about the value of a key.
  ///
  /// - Parameters:
  ///   - key: what it is called.
  ///   - expected: what it should be.
  ///   - found: what it is, in words.
  public func error(
    _ key: String, expected: String, found: String
  ) -> PretrainedError {
    PretrainedError(.invalid(key: key, expected: expected, found: found), path: path)
  }

  private func invalid(_ key: String, _ expected: String, _ value: JSONDocument) -> PretrainedError
  {
    let text = value.description
    return error(
      key, expected: expected, found: text.count > 60 ? String(text.prefix(60)) + "…" : text)
  }

  private func required<Value>(
    _ fallback: Value?, _ keys: [String], _ expected: String
  ) throws(PretrainedError) -> Value {
    if let fallback { return fallback }
    throw error(keys.joined(separator: " or "), expected: expected, found: "nothing")
  }

  /// The first of the keys that is there; `null` counts as missing.
  private func found(_ keys: [String]) -> (key: String, value: JSONDocument)? {
    for key in keys {
      if let value = document[key], value != .null { return (key, value) }
    }
    return nil
  }
}
