import BackpropArrays
import BackpropAutodiff

/// What one walk over a model's members finds. It runs when a model is saved or looked at or an
/// optimizer made, and never in a step.
extension Module {
  /// The parameters with their names, in a stable order. One that two layers share has two names.
  public var namedParameters: [(name: String, parameter: Parameter)] {
    walk().compactMap {
      guard case .parameter(let parameter) = $0.content else { return nil }
      return ($0.name, parameter)
    }
  }

  /// The buffers with their names, in a stable order.
  public var namedBuffers: [(name: String, buffer: Buffer)] {
    walk().compactMap {
      guard case .buffer(let buffer) = $0.content else { return nil }
      return ($0.name, buffer)
    }
  }

  /// The modules in this one with their names, each before those that it holds. The module itself
  /// is the first; its name is empty.
  public var namedModules: [(name: String, module: any Module)] {
    [("", self)]
      + walk().compactMap {
        guard case .module(let module) = $0.content else { return nil }
        return ($0.name, module)
      }
  }

  /// The parameters, in the order of their names. One that two layers share is listed once.
  public var parameters: [Parameter] {
    var seen: Set<ObjectIdentifier> = []
    return namedParameters.map(\.parameter).filter { seen.insert(ObjectIdentifier($0)).inserted }
  }

  /// The number of numbers in the parameters.
  public var parameterCount: Int { parameters.reduce(0) { $0 + $1.count } }

  /// Whether training changes any of the parameters. Set, it freezes or thaws them all.
  ///
  /// ```swift
  /// model.body.isTrainable = false      // train the head alone
  /// ```
  ///
  /// The gradient is not worked out by what is frozen: see `Parameter.isTrainable`. Buffers follow
  /// the mode of a call and not this.
  public var isTrainable: Bool {
    get { namedParameters.contains { $0.parameter.isTrainable } }
    nonmutating set {
      for (_, parameter) in namedParameters { parameter.isTrainable = newValue }
    }
  }

  /// Everything in this module, each module before what it holds.
  package func walk() -> [ModuleEntry] {
    members.flatMap { member -> [ModuleEntry] in
      let entry = ModuleEntry(
        name: member.name, content: member.content, owner: self, localName: member.name)
      guard case .module(let module) = member.content else { return [entry] }
      return [entry] + module.walk().map { $0.within(member.name) }
    }
  }
}

/// Something that the walk finds.
package struct ModuleEntry {
  /// The name in the model: `blocks.0.weight`.
  package private(set) var name: String
  package let content: ModuleMember.Content
  /// The module that holds it.
  package let owner: any Module
  /// The name in that module: `weight`.
  package let localName: String

  /// How it lies in weight files.
  package var fileLayout: ParameterLayout { owner.fileLayout(of: localName) }

  fileprivate func within(_ path: String) -> ModuleEntry {
    var entry = self
    entry.name = path.isEmpty ? name : name.isEmpty ? path : "\(path).\(name)"
    return entry
  }
}
