import BackpropAutodiff

/// The walk by reflection over what a module's properties hold.
enum ModuleReflection {
  /// The members that the properties of `module` hold, named after the properties.
  static func members(of module: some Module, except omitted: Set<String>) -> [ModuleMember] {
    let owner = "\(type(of: module))"
    let properties = children(of: module)
    if let wrong = omitted.subtracting(properties.map(\.label)).min() {
      fatalError(
        "\(owner): the property '\(wrong)', which is to be left out, is not there; the properties "
          + "are \(properties.map(\.label))")
    }
    return properties.filter { !omitted.contains($0.label) }.flatMap { label, child in
      members(in: child, name: label, of: owner)
    }
  }

  /// The members that a value holds, or the one that it is.
  static func members(in value: Any, name: String, of owner: String) -> [ModuleMember] {
    switch value {
    case let parameter as Parameter: return [ModuleMember(name, .parameter(parameter))]
    case let buffer as Buffer: return [ModuleMember(name, .buffer(buffer))]
    case let module as any Module: return [ModuleMember(name, .module(module))]
    default:
      refuseHiddenParameters(in: value, name, of: owner)
      return children(of: value).flatMap { label, child in
        let path = name.isEmpty ? label : label.isEmpty ? name : "\(name).\(label)"
        return members(in: child, name: path, of: owner)
      }
    }
  }

  /// What a value holds that can hold members, with what it adds to their names: a property its own
  /// name, an element of an array its position, a case of an enum its name, an optional nothing.
  private static func children(of value: Any) -> [(label: String, value: Any)] {
    // Tables of numbers and words hold no modules, and may be long.
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
    case .class where value is any Module:
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

  // MARK: Classes that are no modules

  /// Ends the program if `value`, at `path` in `owner`, is an instance of a class that is no module but
  /// holds parameters: the walk does not enter it, as a class may be anything, a cache or the whole
  /// program, and what it holds would silently be neither trained nor saved.
  private static func refuseHiddenParameters(in value: Any, _ path: String, of owner: String) {
    guard Mirror(reflecting: value).displayStyle == .class else { return }
    var seen: Set<ObjectIdentifier> = []
    guard let hidden = firstMember(in: value, &seen) else { return }
    fatalError(
      "\(owner): the property '\(path)' is of class \(type(of: value)), which is no module but "
        + "holds the parameters of '\(hidden)'; they would be neither trained nor saved. Make "
        + "\(type(of: value)) conform to Module, or hold its layers in a struct")
  }

  /// The path to the first parameter, buffer or module with any that a value holds, through classes
  /// too.
  private static func firstMember(in value: Any, _ seen: inout Set<ObjectIdentifier>) -> String? {
    let mirror = Mirror(reflecting: value)
    var held = children(of: value)
    if mirror.displayStyle == .class {
      guard seen.insert(ObjectIdentifier(value as AnyObject)).inserted else { return nil }
      held = properties(of: mirror)
    }
    for (label, child) in held {
      if child is Parameter || child is Buffer { return label }
      if let module = child as? any Module {
        if module.walk().contains(where: \.isArray) { return label }
      } else if let rest = firstMember(in: child, &seen) {
        return label.isEmpty ? rest : "\(label).\(rest)"
      }
    }
    return nil
  }
}

extension ModuleEntry {
  /// Whether it is a parameter or a buffer.
  var isArray: Bool {
    if case .module = content { return false }
    return true
  }
}
