import BackpropArrays
import BackpropAutodiff

/// One who looks on while a model runs: at what each module gives, and at the gradients that come
/// back to it.
///
/// ```swift
/// let observer = ModuleObserver(onResult: { print($0.path, $0.tensor.shape) })
/// model(images, .inference.observed(by: observer, in: model))
/// ```
///
/// It travels in the mode of the calls that it is to see and is told of no others, whoever else uses
/// the model meanwhile. What it sees are the numbers that the model computes without it.
public struct ModuleObserver: Sendable {
  /// What a module gave, or the gradient with respect to it.
  public struct Event: Sendable {
    /// The module's path in the model: `encoder.layers.0`; empty for the model itself. A module that
    /// cannot be told from others (one without parameters, called twice) goes by its kind.
    public let path: String
    /// The module.
    public let module: any Module
    /// What a layer was given; `nil` for modules of another form and for gradients.
    public let input: Tensor?
    /// What the module gave, or the gradient with respect to that.
    public let tensor: Tensor
    /// Which of the tensors that the module gave, counted from 0.
    public let index: Int

    /// The kind of module, and where it is: `Linear(784 -> 50), 'layers.0'`.
    public var place: String {
      path.isEmpty ? module.summaryName : "\(module.summaryName), '\(path)'"
    }
  }

  let onResult: (@Sendable (Event) -> Void)?
  let onGradient: (@Sendable (Event) -> Void)?

  /// An observer. A module tells of itself when it has computed, so after those that it called, and
  /// once for each tensor that it gives.
  ///
  /// - Parameters:
  ///   - onResult: is told what each module gives.
  ///   - onGradient: is told the gradient with respect to what each module gave, when
  ///     `backward()` comes by.
  public init(
    onResult: (@Sendable (Event) -> Void)? = nil, onGradient: (@Sendable (Event) -> Void)? = nil
  ) {
    self.onResult = onResult
    self.onGradient = onGradient
  }
}

extension Mode {
  /// This mode with an observer of all calls that it reaches.
  ///
  /// - Parameters:
  ///   - observer: is told of each call.
  ///   - model: the module whose paths are told. Called with this mode, it is the path "".
  public func observed(by observer: ModuleObserver, in model: some Module) -> Mode {
    with(Observation(observer, root: model))
  }

  /// Runs a module that is looked at.
  @inline(never)
  func observe<Result: ModuleResult>(
    _ module: some Module, input: Tensor?, _ body: (Mode) -> Result
  ) -> Result {
    let within = observation!.calling(module)
    let path = ModulePath(within.path.isEmpty ? module.summaryName : within.place)
    var result = withExtendedLifetime(path) {
      let calls = ModuleCalls.ofThisThread
      calls.enter(.passUnretained(path))
      defer { calls.leave() }
      return body(with(within))
    }
    let observer = within.observer
    var count = 0
    result.forEachTensor { tensor in
      let index = count
      count += 1
      observer.onResult?(
        .init(path: within.path, module: module, input: input, tensor: tensor, index: index))
      if let onGradient = observer.onGradient, tensor.requiresGradient {
        let observed = GradientObservation { gradient in
          onGradient(
            .init(
              path: within.path, module: module, input: nil, tensor: gradient, index: index))
        }
        tensor = observed(tensor)
      }
    }
    return result
  }
}

/// Where in a model an observed call is.
final class Observation: Sendable {
  let observer: ModuleObserver
  /// The path of the module that is running.
  let path: String
  /// The module that is running; `nil` before the first is called.
  private let module: (any Module)?
  private let root: any Module
  /// What the next module is called, if that was said.
  private let nextName: String?

  convenience init(_ observer: ModuleObserver, root: any Module) {
    self.init(observer, path: "", module: nil, root: root, nextName: nil)
  }

  private init(
    _ observer: ModuleObserver, path: String, module: (any Module)?, root: any Module,
    nextName: String?
  ) {
    self.observer = observer
    self.path = path
    self.module = module
    self.root = root
    self.nextName = nextName
  }

  var place: String { "'\(path)', \(module?.summaryName ?? "")" }

  func naming(_ name: String) -> Observation {
    Observation(observer, path: path, module: module, root: root, nextName: name)
  }

  /// The observation of what `called` does, which the running module calls.
  func calling(_ called: some Module) -> Observation {
    let name = nextName ?? Self.name(of: called, in: module ?? root, isRoot: module == nil)
    let inner = name ?? "\(type(of: called))"
    let path = self.path.isEmpty ? inner : inner.isEmpty ? self.path : "\(self.path).\(inner)"
    return Observation(observer, path: path, module: called, root: root, nextName: nil)
  }

  /// What `module` is called in `holder`: by the parameters and buffers that it holds, or by its type
  /// if it is the only one of it.
  private static func name(
    of module: some Module, in holder: any Module, isRoot: Bool
  ) -> String? {
    let identity = identity(of: module)
    let alike = holder.namedModules.dropFirst(isRoot ? 0 : 1).filter {
      type(of: $0.module) == type(of: module) && Self.identity(of: $0.module) == identity
    }
    return identity.isEmpty && alike.count > 1 ? nil : alike.first?.name
  }

  private static func identity(of module: any Module) -> [ObjectIdentifier] {
    module.walk().compactMap {
      switch $0.content {
      case .parameter(let parameter): ObjectIdentifier(parameter)
      case .buffer(let buffer): ObjectIdentifier(buffer)
      case .module: nil
      }
    }
  }
}

/// A module's result, of which the gradient is looked at as it comes by.
struct GradientObservation: TensorOperation {
  let onGradient: @Sendable (Tensor) -> Void
  var name: String { "observed" }

  init(_ onGradient: @escaping @Sendable (Tensor) -> Void) { self.onGradient = onGradient }

  func resultType(_ inputs: Inputs) throws(ShapeError) -> TensorType { inputs[0].type }
  func forward(_ pass: inout ForwardPass) throws(ShapeError) -> NDArray { pass.input(0) }
  func gradientNeeds(for inputs: Inputs) -> GradientNeeds { .nothing }

  func backward(_ pass: inout BackwardPass) {
    let cotangent = pass.cotangent
    onGradient(cotangent)
    pass.add(cotangent, to: 0)
  }
}
