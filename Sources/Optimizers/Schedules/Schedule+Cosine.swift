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
    return Schedule { end + (1 - end) * (1 + cos(.pi * progress($0, of: steps))) / 2 }
  }

  /// base^exponent, by the C library.
  static func power(_ base: Double, _ exponent: Double) -> Double { pow(base, exponent) }
  /// base^exponent, by the C library.
  static func power(_ base: Double, _ exponent: Int) -> Double { pow(base, Double(exponent)) }
}
