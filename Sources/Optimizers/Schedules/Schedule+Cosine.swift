#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

extension Schedule {
  /// Half a wave of the cosine, from 1 down to `end` in `steps` steps, and `end` from then on:
  /// end + (1 − end) · (1 + cos(π · step / steps)) / 2.
  ///
  /// PyTorch's `CosineAnnealingLR(T_max, eta_min)` up to its `T_max`, after which that one rises
  /// again; `eta_min` there is a rate, and `end` here a part of it.
  ///
  /// ```swift
  /// Schedule.cosine(over: 10_000).warmedUp(over: 500)
  /// ```
  ///
  /// Source: Loshchilov and Hutter, "SGDR: Stochastic Gradient Descent with Warm Restarts" (2017).
  ///
  /// Traps if `steps` is not positive.
  public static func cosine(over steps: Int, to end: Double = 0) -> Schedule {
    require(steps, for: "cosine")
    return Schedule { Interpolation.cosine(from: 1, to: end, progress($0, of: steps)) }
  }

  /// Half a wave of the cosine, from 1 down to `end`, again and again: after `steps` steps the factor
  /// is 1 once more, and each wave is `growth` times as long as the one before.
  ///
  /// PyTorch's `CosineAnnealingWarmRestarts(T_0, T_mult, eta_min)`; `eta_min` there is a rate, and
  /// `end` here a part of it.
  ///
  /// ```swift
  /// Schedule.cosine(restartingAfter: 1000, growth: 2)     // again at steps 1000, 3000, 7000
  /// ```
  ///
  /// Source: as for ``cosine(over:to:)``.
  ///
  /// Traps if `steps` or `growth` is not positive.
  ///
  /// - Parameters:
  ///   - steps: how many steps the first wave takes.
  ///   - growth: how many times as long each wave is as the one before.
  ///   - end: where a wave would arrive in the step in which the next one begins.
  public static func cosine(
    restartingAfter steps: Int, growth: Int = 1, to end: Double = 0
  ) -> Schedule {
    require(steps, for: "cosine")
    guard growth > 0 else {
      fatalError("Schedule.cosine: waves that grow by \(growth); the least is 1, for equal ones")
    }
    return Schedule { step in
      var (position, length) = (max(step, 0), steps)
      if growth == 1 { position %= length }
      while position >= length {
        position -= length
        length *= growth
      }
      return Interpolation.cosine(from: 1, to: end, progress(position, of: length))
    }
  }

  /// How a factor goes from one value to another.
  public enum Interpolation: Sendable, Hashable, CaseIterable {
    /// Along half a wave of the cosine: slowly at both ends.
    case cosine
    /// Along a straight line.
    case linear

    /// The factor where `progress` of the way from `start` to `end` is done.
    func callAsFunction(from start: Double, to end: Double, _ progress: Double) -> Double {
      switch self {
      case .cosine: end + (start - end) * (1 + cos(.pi * progress)) / 2
      case .linear: start + (end - start) * progress
      }
    }
  }
}
