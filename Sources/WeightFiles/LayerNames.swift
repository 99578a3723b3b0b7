/// The ways in which the layers of a plain network are named.
enum LayerNames {
  /// Which layer: how it is named, and its place among its like.
  struct Key: Hashable, Comparable {
    enum Style: Int { case listed, positional, spoken, course }
    let style: Style
    let position: Int

    static func < (a: Key, b: Key) -> Bool {
      (a.style.rawValue, a.position) < (b.style.rawValue, b.position)
    }
  }

  static func parse(_ name: String) -> (key: Key, isWeight: Bool)? {
    if let letter = name.first, "WwBb".contains(letter), let number = position(name.dropFirst()) {
      return (Key(style: .course, position: number), "Ww".contains(letter))
    }
    let words = name.split(separator: ".")
    guard words.count >= 2, let kind = words.last, kind == "weight" || kind == "bias" else {
      return nil
    }
    let isWeight = kind == "weight"
    switch (words.count, words[0]) {
    case (3, "layers"):
      return position(words[1]).map { (Key(style: .listed, position: $0), isWeight) }
    case (2, "hidden"): return (Key(style: .spoken, position: 0), isWeight)
    case (2, "output"): return (Key(style: .spoken, position: 1), isWeight)
    case (2, _): return position(words[0]).map { (Key(style: .positional, position: $0), isWeight) }
    default: return nil
    }
  }

  /// More layers than any network of this kind has.
  private static let positionLimit = 10_000

  /// A layer's position; `nil` for a text that is none.
  private static func position(_ text: Substring) -> Int? {
    guard text.utf8.allSatisfy({ (48...57).contains($0) }), let number = Int(text),
      number < positionLimit
    else { return nil }
    return number
  }

  /// The first part of all names, `module.`, if without it they are names of layers.
  static func extraPrefix(of names: [String]) -> String? {
    guard let end = names.first?.firstIndex(of: ".") else { return nil }
    let prefix = names[0][...end]
    return names.allSatisfy {
      $0.hasPrefix(prefix) && parse(String($0.dropFirst(prefix.count))) != nil
    } ? String(prefix) : nil
  }

  /// Layers that must be there because later ones are.
  static func gaps(in keys: [Key]) -> [String] {
    if Set(keys.map(\.style)).count > 1 {
      return ["the layers are named in more than one way"]
    }
    guard let style = keys.first?.style, style != .positional else { return [] }
    let first = style == .course ? 1 : 0
    let positions = Set(keys.map(\.position))
    let last = style == .spoken ? 1 : keys.map(\.position).max()!
    let missing = (first...max(first, last)).filter { !positions.contains($0) }
    let lines = missing.prefix(10).map { position in
      switch style {
      case .course: "missing: W\(position)"
      case .listed: "missing: layers.\(position).weight"
      case .spoken, .positional: "missing: \(position == 0 ? "hidden" : "output").weight"
      }
    }
    let rest = missing.count - lines.count
    return rest > 0 ? lines + ["missing: the weights of \(rest) more layers"] : lines
  }
}
