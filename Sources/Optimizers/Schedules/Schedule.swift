/// What the learning rate is multiplied by, as a function of the step.
///
/// Steps count from 0, which is the first update. A schedule remembers nothing: a run that goes on
/// at step 5000 asks for step 5000.
///
/// ```swift
/// let schedule = Schedule.cosine(over: 10_000).warmedUp(over: 500)
/// for step in 0..<10_500 {
///   optimizer.learningRate = 0.001 * schedule(step)
///   optimizer.update(using: loss(step).backward())
/// }
/// ```
///
/// One of one's own is a closure: `Schedule { step in 1 / Double(1 + step).squareRoot() }`.
///
/// Each of the library's names its counterpart among PyTorch's schedulers, whose `scheduler.step()`
/// after every update counts the steps.
public struct Schedule: Sendable {
  private let factor: @Sendable (Int) -> Double

  /// The schedule whose factor at each step `factor` says.
  public init(_ factor: @escaping @Sendable (_ step: Int) -> Double) { self.factor = factor }

  /// The factor at a step; the first is 0.
  public func callAsFunction(_ step: Int) -> Double { factor(step) }

  /// Ends the program where a schedule is to take no step or a negative number.
  static func require(_ steps: Int, for name: String) {
    guard steps > 0 else {
      fatalError("Schedule.\(name): \(steps) steps; a schedule takes 1 or more")
    }
  }

  /// How much of `steps` is over at `step`, from 0 to 1.
  static func progress(_ step: Int, of steps: Int) -> Double {
    Double(min(max(step, 0), steps)) / Double(steps)
  }
}
