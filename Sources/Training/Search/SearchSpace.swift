import BackpropArrays
import BackpropFiles

/// The settings that a search tries: for each, a list of values or a range to draw from.
///
/// ```swift
/// var space = SearchSpace()
/// try space.add("optimizer", values: ["sgd", "adam"])
/// try space.add("learning-rate", SearchSpace.Range(from: 1e-4, to: 1e-1, scale: .log))
/// ```
public struct SearchSpace: Sendable, Hashable {
  /// What a setting is tried with.
  public enum Values: Sendable, Hashable {
    /// Each of these texts.
    case list([String])
    /// Numbers drawn from a range.
    case range(Range)
  }

  /// A range of numbers.
  public struct Range: Sendable, Hashable, Encodable {
    /// How numbers lie in the range.
    public enum Scale: String, Codable, Sendable, CaseIterable {
      /// Each as likely as any other.
      case linear
      /// Each order of magnitude as likely as any other.
      case log
    }

    /// The least number.
    public let from: Double
    /// The largest number.
    public let to: Double
    /// How numbers lie in between.
    public let scale: Scale

    /// The numbers from `from` to `to`.
    ///
    /// - Parameters:
    ///   - from: the least number.
    ///   - to: the largest number.
    ///   - scale: how numbers lie in between.
    /// - Throws: `TrainingError.invalidSetting` unless they are finite and grow, and for a logarithmic scale
    ///   are above 0.
    public init(from: Double, to: Double, scale: Scale = .linear) throws(TrainingError) {
      guard from.isFinite, to.isFinite, from < to, scale == .linear || from > 0 else {
        throw .invalidSetting(
          "range", found: "\(from)..\(to)",
          expected: scale == .log ? "two numbers above 0 that grow" : "two numbers that grow")
      }
      (self.from, self.to, self.scale) = (from, to, scale)
    }

    /// A number for a place from 0 to 1, of four digits, or a whole one.
    func text(at place: Double, whole: Bool) -> String {
      let value =
        scale == .log ? from * pow(to / from, place) : from + (to - from) * place
      // What is no setting is refused like any other text.
      if whole { return Int(exactly: value.rounded()).map { "\($0)" } ?? "\(value)" }
      guard value.isFinite, abs(value) >= 1e-300, abs(value) <= 1e300 else { return "\(value)" }
      let digits = 3 - Int(log10(abs(value)).rounded(.down))
      let unit = pow(10, Double(abs(digits)))
      let rounded = digits < 0 ? (value / unit).rounded() * unit : (value * unit).rounded() / unit
      return "\(min(max(rounded, from), to))"
    }
  }

  /// A setting, and what it is tried with.
  public struct Dimension: Sendable, Hashable {
    /// The setting, as ``TrainingConfiguration/set(_:to:)`` names it.
    public let name: String
    /// What it is tried with.
    public let values: Values
  }

  /// The settings, in the order in which they were added.
  public private(set) var dimensions: [Dimension] = []

  /// Nothing to try.
  public init() {}

  /// Tries a setting with each of some values.
  ///
  /// - Throws: `TrainingError.invalidSetting` for a setting that there is not or was added already, no
  ///   values, one value twice, or a value that makes no sense.
  public mutating func add(_ name: String, values: [String]) throws(TrainingError) {
    try requireNew(name)
    var configuration = TrainingConfiguration()
    for value in values { try configuration.set(name, to: value) }
    guard !values.isEmpty, Set(values).count == values.count else {
      throw .invalidSetting(
        TrainingConfiguration.memberName(name), found: values.joined(separator: ","),
        expected: "some values, each once")
    }
    dimensions.append(Dimension(name: name, values: .list(values)))
  }

  /// Tries a setting with numbers of a range.
  ///
  /// - Throws: `TrainingError.invalidSetting` for a setting that there is not or was added already, or that is
  ///   no number.
  public mutating func add(_ name: String, _ range: Range) throws(TrainingError) {
    try requireNew(name)
    guard try TrainingConfiguration.setting(name).kind != .text else {
      throw .invalidSetting(
        TrainingConfiguration.memberName(name), found: "a range", expected: "a list of values")
    }
    dimensions.append(Dimension(name: name, values: .range(range)))
  }

  private func requireNew(_ name: String) throws(TrainingError) {
    if dimensions.contains(where: { $0.name == name }) {
      throw .invalidSetting(
        TrainingConfiguration.memberName(name), found: "given twice", expected: "given once")
    }
  }

  /// The number of combinations; `nil` where a range has no end of them, or there are more than a million.
  public var gridCount: Int? {
    var count = 1
    for dimension in dimensions {
      guard case .list(let values) = dimension.values else { return nil }
      count *= values.count
      if count > 1_000_000 { return nil }
    }
    return count
  }

  /// The settings of a place of the grid, the last setting changing first.
  func gridSettings(_ index: Int) -> [String: String] {
    var (rest, settings) = (index, [String: String]())
    for dimension in dimensions.reversed() {
      guard case .list(let values) = dimension.values else { continue }
      settings[dimension.name] = values[rest % values.count]
      rest /= values.count
    }
    return settings
  }

  /// Settings drawn at random: of lists each value as likely as any other.
  func randomSettings(using random: inout RandomSource) -> [String: String] {
    var settings: [String: String] = [:]
    for dimension in dimensions {
      switch dimension.values {
      case .list(let values):
        settings[dimension.name] = values[Int(random.below(UInt32(values.count)))]
      case .range(let range):
        let kind = try? TrainingConfiguration.setting(dimension.name).kind
        settings[dimension.name] = range.text(
          at: random.uniform(), whole: kind == .wholeNumber)
      }
    }
    return settings
  }
}

/// What is read is checked like what is added.
extension SearchSpace: Codable {
  private enum CodingKeys: CodingKey { case dimensions }

  /// Reads what `encode(to:)` writes.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    for dimension in try container.decode([Dimension].self, forKey: .dimensions) {
      do {
        switch dimension.values {
        case .list(let values): try add(dimension.name, values: values)
        case .range(let range): try add(dimension.name, range)
        }
      } catch {
        throw DecodingError.dataCorruptedError(
          forKey: .dimensions, in: container, debugDescription: "\(error)")
      }
    }
  }

  /// Writes the settings in order.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(dimensions, forKey: .dimensions)
  }
}

extension SearchSpace.Range: Decodable {
  private enum CodingKeys: CodingKey { case from, to, scale }

  /// Reads what was written.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let (from, to) = (
      try container.decode(Double.self, forKey: .from),
      try container.decode(Double.self, forKey: .to)
    )
    let scale = try container.decode(Scale.self, forKey: .scale)
    do {
      try self.init(from: from, to: to, scale: scale)
    } catch {
      throw DecodingError.dataCorruptedError(
        forKey: .from, in: container, debugDescription: "\(error)")
    }
  }
}

extension SearchSpace.Dimension: Codable {
  private enum CodingKeys: CodingKey { case name, values, range }

  /// Reads what `encode(to:)` writes.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    name = try container.decode(String.self, forKey: .name)
    if let range = try container.decodeIfPresent(SearchSpace.Range.self, forKey: .range) {
      values = .range(range)
    } else {
      values = .list(try container.decode([String].self, forKey: .values))
    }
  }

  /// Writes `{"name": "hidden", "values": ["50", "100"]}`, or the range in place of the values.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(name, forKey: .name)
    switch values {
    case .list(let values): try container.encode(values, forKey: .values)
    case .range(let range): try container.encode(range, forKey: .range)
    }
  }
}
