import BackpropArrays
import BackpropAutodiff

/// How a model is meant to run: trained or used. It goes down with the input, from each module to
/// those that it calls.
///
/// ```swift
/// let scores = model(images, .inference)
/// let loss = crossEntropy(logits: model(images, .training(seed: 0, step: step)), targets: labels)
/// ```
///
/// Layers such as dropout and batch norm do one thing while a model learns and another while it is
/// used. Nothing global and no setting of the model says which: the same model can be trained by one
/// task while others use it. A call that does not say runs as inference, and the results of layers for
/// which it matters then refuse to pass a gradient: nobody trains with dropout off by accident.
public struct Mode: Sendable {
  /// What is known of the pass while a model is being trained; `nil` else.
  public let trainingPass: TrainingPass?
  let observation: Observation?
  /// Whether someone said how to run.
  let isSpecified: Bool

  /// The model is used: whole, without dropout, with the statistics that it learned.
  public static var inference: Mode {
    Mode(trainingPass: nil, observation: nil, isSpecified: true)
  }

  /// Nobody said how the model runs: as inference, through which layers that make a difference let no
  /// gradient pass.
  public static var unspecified: Mode {
    Mode(trainingPass: nil, observation: nil, isSpecified: false)
  }

  /// The model is trained, in this pass.
  public static func training(_ pass: TrainingPass) -> Mode {
    Mode(trainingPass: pass, observation: nil, isSpecified: true)
  }

  /// The model is trained; whatever it draws follows from the seed and the number of the step.
  public static func training(seed: UInt64, step: Int) -> Mode {
    .training(TrainingPass(seed: seed, step: step))
  }

  /// Whether the model is being trained.
  @inline(__always)
  public var isTraining: Bool { trainingPass != nil }

  @inline(__always)
  var isObserved: Bool { observation != nil }

  // MARK: For modules

  /// Runs `body`, in which `module` is at work: errors name it, and observers see its result.
  ///
  /// What a layer's call does for it, a module of several inputs or results does by this in its own
  /// `callAsFunction`. The body goes on with the mode that it is given.
  public func call<Result: ModuleResult>(
    _ module: some Module, _ body: (Mode) -> Result
  ) -> Result {
    if isObserved { return observe(module, input: nil, body) }
    let calls = ModuleCalls.ofThisThread
    calls.enter(type(of: module))
    defer { calls.leave() }
    return body(self)
  }

  /// Runs `body`, in which `module` is at work, for a module of two results.
  public func call<A: ModuleResult, B: ModuleResult>(
    _ module: some Module, _ body: (Mode) -> (A, B)
  ) -> (A, B) {
    call(module) { PairOfResults(values: body($0)) }.values
  }

  /// Runs `body`, in which `module` is at work, for a module of three results.
  public func call<A: ModuleResult, B: ModuleResult, C: ModuleResult>(
    _ module: some Module, _ body: (Mode) -> (A, B, C)
  ) -> (A, B, C) {
    let (a, rest) = call(module) { mode in
      let (a, b, c) = body(mode)
      return (a, PairOfResults(values: (b, c)))
    }
    return (a, rest.values.0, rest.values.1)
  }

  /// This mode for the call of one of a module's own parts, whose name is `position`, as an element
  /// of an array has. Only where a module without parameters could not be told from another.
  public func at(_ position: Int) -> Mode {
    guard let observation else { return self }
    return with(observation.naming("\(position)"))
  }

  /// `result` of a layer for which training makes a difference. When nobody said how to run, it lets
  /// no gradient pass: the walk back ends the program with a hint.
  ///
  /// - Parameters:
  ///   - result: what the layer computed as inference.
  ///   - layer: the layer.
  public func guarding(_ result: Tensor, of layer: some Module) -> Tensor {
    if isSpecified || !result.requiresGradient { return result }
    return UnspecifiedModeGuard(layer: layer.summaryName)(result)
  }

  /// Random numbers for one draw of a pass in training, which no other draw of this pass or another
  /// gets. Traps in inference.
  public func makeRandomSource() -> RandomSource {
    guard let trainingPass else {
      fatalError("Mode: random numbers are drawn in training; ask `isTraining` first")
    }
    return trainingPass.makeRandomSource()
  }

  func with(_ observation: Observation) -> Mode {
    Mode(trainingPass: trainingPass, observation: observation, isSpecified: isSpecified)
  }
}
