extension Schedule {
  /// `factor` to the power ⌊step / every⌋: a stair of equal treads. PyTorch's
  /// `StepLR(step_size, gamma)`.
  ///
  /// ```swift
  /// Schedule.steps(every: 30, factor: 0.1)       // 1 for 30 steps, then 0.1, then 0.01
  /// ```
  ///
  /// Traps if `every` is not positive.
  public static func steps(every length: Int, factor: Double = 0.1) -> Schedule {
    require(length, for: "steps")
    return Schedule { power(factor, $0 / length) }
  }

  /// `factor` to the power of how many of the milestones are reached: PyTorch's
  /// `MultiStepLR(milestones, gamma)`.
  ///
  /// ```swift
  /// Schedule.steps(at: [30, 80], factor: 0.1)    // from step 30 on 0.1, from step 80 on 0.01
  /// ```
  public static func steps(at milestones: [Int], factor: Double = 0.1) -> Schedule {
    Schedule { step in power(factor, milestones.count(where: { $0 <= step })) }
  }

  /// `factor` to the power of the step: PyTorch's `ExponentialLR(gamma)`.
  ///
  /// ```swift
  /// Schedule.exponential(0.999)
  /// ```
  public static func exponential(_ factor: Double) -> Schedule { Schedule { power(factor, $0) } }
}
