/// What an array of a file is called in a model: a pattern and a replacement.
///
/// The pattern is that of a whole name. A `*` in it stands for any characters but points, so for one part
/// of a name, and `**` for any at all; those in the replacement stand for what those matched, in order.
///
/// ```swift
/// RenamingRule("layers.*.fc.*", to: "blocks.*.output.*")   // layers.3.fc.bias -> blocks.3.output.bias
/// RenamingRule("**.num_batches_tracked", to: nil)          // leaves it out
/// ```
public struct RenamingRule: Hashable, Sendable {
  /// Which names it is for.
  public let pattern: String
  /// The new name; `nil` leaves the array out.
  public let replacement: String?

  /// Makes a rule.
  ///
  /// Traps if the replacement has more `*` than the pattern.
  ///
  /// - Parameters:
  ///   - pattern: which names it is for.
  ///   - replacement: the new name; `nil` leaves the array out.
  public init(_ pattern: String, to replacement: String?) {
    guard Self.isPossible(pattern, replacement) else {
      fatalError(
        "RenamingRule: '\(replacement ?? "")' has more '*' than '\(pattern)', for which it stands")
    }
    self.pattern = pattern
    self.replacement = replacement
  }

  /// Whether every `*` of a replacement has one in the pattern.
  public static func isPossible(_ pattern: String, _ replacement: String?) -> Bool {
    stars(replacement ?? "") <= stars(pattern)
  }

  private static func stars(_ text: String) -> Int {
    parts(of: text).count(where: { $0 == .any || $0 == .part })
  }

  /// The new name of `name`, or `nil` if the rule is not for it; within, `nil` if it is left out.
  func applied(to name: String) -> String?? {
    guard let found = Self.match(Self.parts(of: pattern)[...], Array(name.unicodeScalars)[...])
    else {
      return nil
    }
    guard let replacement else { return .some(nil) }
    var rest = found[...]
    var result = String.UnicodeScalarView()
    for part in Self.parts(of: replacement) {
      switch part {
      case .scalar(let scalar): result.append(scalar)
      case .any, .part: result.append(contentsOf: rest.popFirst() ?? [])
      }
    }
    return String(result)
  }

  private enum Part: Equatable {
    case scalar(Unicode.Scalar)
    /// `*`: any characters but points.
    case part
    /// `**`: any characters.
    case any
  }

  private static func parts(of text: String) -> [Part] {
    var parts: [Part] = []
    for scalar in text.unicodeScalars {
      if scalar != "*" {
        parts.append(.scalar(scalar))
      } else if parts.last == .part {
        parts[parts.count - 1] = .any
      } else {
        parts.append(.part)
      }
    }
    return parts
  }

  /// What the stars stand for, or `nil` if the name does not fit; the shortest that do.
  private static func match(
    _ pattern: ArraySlice<Part>, _ name: ArraySlice<Unicode.Scalar>
  ) -> [[Unicode.Scalar]]? {
    guard let first = pattern.first else { return name.isEmpty ? [] : nil }
    let rest = pattern.dropFirst()
    if case .scalar(let scalar) = first {
      return name.first == scalar ? match(rest, name.dropFirst()) : nil
    }
    var end = name.startIndex
    while true {
      if let found = match(rest, name[end...]) { return [Array(name[..<end])] + found }
      if end == name.endIndex || (first == .part && name[end] == ".") { return nil }
      end += 1
    }
  }
}
