import BackpropAutodiff

extension Layer {
  public func fileLayout(of name: String) -> ParameterLayout {
    if let layout = Self.layout(of: name, in: self) { return layout }
    // A layer that names its parameters in its own way: the layer that holds this one knows.
    guard let parameter = namedParameters.first(where: { $0.name == name })?.parameter else {
      return .asIs
    }
    return Self.layout(of: parameter, in: self) ?? .asIs
  }

  /// Follows a name from property to property; `nil` if it leads nowhere.
  private static func layout(of name: String, in value: Any) -> ParameterLayout? {
    let ways = LayerWalk.children(of: value).compactMap { label, child in
      rest(of: name, after: label).map { (label, child, rest: $0) }
    }
    // A dictionary may have the keys "a" and "a.b": the longest that fits is meant.
    for (_, child, rest) in ways.sorted(by: { $0.0.utf8.count > $1.0.utf8.count }) {
      switch child {
      case is Parameter:
        if rest.isEmpty { return .asIs }
      case let layer as any Layer:
        if !rest.isEmpty { return layer.fileLayout(of: rest) }
      default:
        if let layout = layout(of: rest, in: child) { return layout }
      }
    }
    return nil
  }

  /// What follows in a name after one of its parts; `nil` if it does not begin with that part.
  private static func rest(of name: String, after label: String) -> String? {
    if label.isEmpty || name == label { return String(name.dropFirst(label.count)) }
    return name.hasPrefix(label + ".") ? String(name.dropFirst(label.count + 1)) : nil
  }

  /// Looks for the layer that holds a parameter; `nil` if none does.
  private static func layout(of parameter: Parameter, in value: Any) -> ParameterLayout? {
    for (_, child) in LayerWalk.children(of: value) {
      if let layer = child as? any Layer {
        let named = layer.namedParameters.first { $0.parameter === parameter }
        if let named { return layer.fileLayout(of: named.name) }
      } else if let own = child as? Parameter, own === parameter {
        return .asIs
      } else if let layout = layout(of: parameter, in: child) {
        return layout
      }
    }
    return nil
  }
}
