import BackpropAutodiff

/// The walk by reflection over what a layer holds. It runs when a model is saved or an optimizer
/// made, and never in a step.
enum LayerWalk {
  /// The parameters that `layer` holds, named after the properties that lead to them.
  static func parameters(in layer: some Layer) -> [(name: String, parameter: Parameter)] {
    parameters(in: layer, path: "", of: "\(type(of: layer))")
  }

  private static func parameters(
    in value: Any, path: String, of owner: String
  ) -> [(name: String, parameter: Parameter)] {
    children(of: value).flatMap { label, child in
      let name = path.isEmpty ? label : label.isEmpty ? path : "\(path).\(label)"
      switch child {
      case let parameter as Parameter:
        return [(name, parameter)]
      case let layer as any Layer:
        return layer.namedParameters.map { ("\(name).\($0.name)", $0.parameter) }
      default:
        refuseHiddenParameters(in: child, name, of: owner)
        return parameters(in: child, path: name, of: owner)
      }
    }
  }

  /// What a value holds that can hold parameters, with what it adds to their names: a property its
  /// own name, an element of an array its position, a case of an enum its name, an optional nothing.
  static func children(of value: Any) -> [(label: String, value: Any)] {
    // Tables of numbers and words hold no layers, and may be long.
    switch value {
    case is [Float], is [Double], is [Int], is [Int32], is [UInt8], is [String]: return []
    default: break
    }
    let mirror = Mirror(reflecting: value)
    switch mirror.displayStyle {
    case .collection:
      return mirror.children.enumerated().map { ("\($0)", $1.value) }
    case .optional:
      return mirror.children.map { ("", $0.value) }
    case .tuple:
      // The elements of a tuple without names are called ".0", ".1".
      return mirror.children.map {
        ($0.label.map { $0.trimmingPrefix(".") }.map(String.init) ?? "", $0.value)
      }
    case .dictionary:
      return mirror.children.compactMap { pair in
        let parts = Array(Mirror(reflecting: pair.value).children)
        return parts.count == 2 ? ("\(parts[0].value)", parts[1].value) : nil
      }.sorted { $0.label < $1.label }
    case .struct, .enum:
      return mirror.children.map { ($0.label ?? "", $0.value) }
    case .class where value is any Layer:
      return properties(of: mirror)
    default:
      return []
    }
  }

  /// The properties of a class, those of its superclass first.
  private static func properties(of mirror: Mirror) -> [(label: String, value: Any)] {
    let classes = sequence(first: mirror) { $0.superclassMirror }.reversed()
    return classes.flatMap(\.children).map { ($0.label ?? "", $0.value) }
  }

  // MARK: Classes that are no layers

  /// Ends the program if `value`, at `path` in `owner`, is an instance of a class that is no layer but
  /// holds parameters: the walk does not enter it, as a class may be anything, a cache or the whole
  /// program, and what it holds would silently be neither trained nor saved.
  private static func refuseHiddenParameters(in value: Any, _ path: String, of owner: String) {
    guard Mirror(reflecting: value).displayStyle == .class else { return }
    var seen: Set<ObjectIdentifier> = []
    guard let hidden = firstParameter(in: value, &seen) else { return }
    fatalError(
      "\(owner): the property '\(path)' is of class \(type(of: value)), which is no layer but "
        + "holds the parameters of '\(hidden)'; they would be neither trained nor saved. Make "
        + "\(type(of: value)) conform to Layer, or hold its layers in a struct")
  }

  /// The path to the first parameter or layer with parameters that a value holds, through classes too.
  private static func firstParameter(in value: Any, _ seen: inout Set<ObjectIdentifier>) -> String?
  {
    let mirror = Mirror(reflecting: value)
    var held = children(of: value)
    if mirror.displayStyle == .class {
      guard seen.insert(ObjectIdentifier(value as AnyObject)).inserted else { return nil }
      held = properties(of: mirror)
    }
    for (label, child) in held {
      if child is Parameter { return label }
      if let layer = child as? any Layer {
        if !layer.namedParameters.isEmpty { return label }
      } else if let rest = firstParameter(in: child, &seen) {
        return label.isEmpty ? rest : "\(label).\(rest)"
      }
    }
    return nil
  }
}
