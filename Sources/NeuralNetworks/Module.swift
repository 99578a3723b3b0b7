import BackpropArrays
import BackpropAutodiff

/// A part of a model: it holds parameters, which training changes, buffers, which are saved but not
/// trained, and other modules.
///
/// A module of one's own is a type with these as stored properties; there is nothing to register.
/// They are found by reflection and named after the properties: `hidden.weight`, `hidden.bias`,
/// `norm.running_mean`. Properties may hold them directly or in optionals, arrays, tuples,
/// dictionaries (by sorted key), in structs that are no modules themselves, and in what the cases of
/// enums hold (by the name of the case). A class that is no module but holds one ends the program with
/// a hint: its parameters would be neither trained nor saved.
///
/// A module that maps one tensor to one is a ``Layer``. One of several inputs or results has a
/// `callAsFunction` of its own, in which `Mode.call` does what a layer's does:
///
/// ```swift
/// struct Gate: Module {
///   let left: Linear, right: Linear
///
///   func callAsFunction(_ a: Tensor, _ b: Tensor, _ mode: Mode = .unspecified) -> Tensor {
///     mode.call(self) { mode in left(a, mode) * right(b, mode).sigmoid() }
///   }
/// }
/// ```
public protocol Module: Sendable {
  /// What the module holds, with names. The default finds it by reflection.
  ///
  /// A module whose files have other names than its properties says so, and so does one that leaves a
  /// property out:
  ///
  /// ```swift
  /// var members: [ModuleMember] {
  ///   ModuleMember.named(["weight": weight, "running_mean": runningMean])
  /// }
  /// var members: [ModuleMember] { ModuleMember.properties(of: self, except: ["cache"]) }
  /// ```
  var members: [ModuleMember] { get }

  /// How a parameter of ``members`` lies in weight files, which follow PyTorch; `asIs` by default.
  ///
  /// - Parameter parameter: its name in this module, such as `weight`.
  func fileLayout(of parameter: String) -> ParameterLayout

  /// Other names under which foreign files may hold what is saved under one; none by default.
  ///
  /// A weight that a model uses twice is one parameter with one name here, and in other libraries'
  /// files may have two. Where a file has both, they must hold the same numbers.
  ///
  /// ```swift
  /// var fileAliases: [String: String] { ["lm_head.weight": "transformer.wte.weight"] }
  /// ```
  var fileAliases: [String: String] { get }

  /// A short description in a summary: `Linear(784 -> 50)`. The default is the type's name.
  var summaryName: String { get }
}

extension Module {
  public var members: [ModuleMember] { ModuleMember.properties(of: self) }
  public func fileLayout(of parameter: String) -> ParameterLayout { .asIs }
  public var fileAliases: [String: String] { [:] }
  public var summaryName: String { "\(Self.self)" }
}

/// Something that a module holds, and what it is called there.
public struct ModuleMember: Sendable {
  /// What it is.
  public enum Content: Sendable {
    /// Training changes it.
    case parameter(Parameter)
    /// It is saved but not trained.
    case buffer(Buffer)
    /// It holds members itself.
    case module(any Module)
  }

  /// The name: `weight`, `blocks.0`. An empty one adds nothing to the names within a module.
  public let name: String
  /// What is called so.
  public let content: Content

  /// A member of this name.
  public init(_ name: String, _ content: Content) {
    self.name = name
    self.content = content
  }

  /// Everything that these values hold, each under its name: parameters, buffers, modules, or
  /// optionals, arrays and structs of them, as properties may be.
  ///
  /// ```swift
  /// ModuleMember.named(["weight": weight, "bias": bias, "layers": layers])
  /// ```
  public static func named(_ values: KeyValuePairs<String, Any?>) -> [ModuleMember] {
    values.flatMap { name, value in
      value.map { ModuleReflection.members(in: $0, name: name, of: "ModuleMember.named") } ?? []
    }
  }

  /// Everything that the stored properties of `module` hold, but for some of them.
  ///
  /// - Parameters:
  ///   - module: the module.
  ///   - omitted: the names of properties that are left out. Traps where there is none of the name.
  public static func properties(
    of module: some Module, except omitted: Set<String> = []
  ) -> [ModuleMember] {
    ModuleReflection.members(of: module, except: omitted)
  }
}

/// Modules, and parameters that belong to none, under names of their own: what an optimizer of two
/// models takes, or a file that holds both.
///
/// ```swift
/// let optimizer = Adam(for: ModuleGroup(["generator": generator, "critic": critic]))
/// let fit = SGD(for: ModuleGroup(["slope": slope, "intercept": intercept]), learningRate: 0.1)
/// ```
public struct ModuleGroup: Module {
  public let members: [ModuleMember]

  /// A group of what these values hold: parameters, buffers, modules, optionals or arrays of them.
  public init(_ values: KeyValuePairs<String, Any?>) { members = ModuleMember.named(values) }
}
