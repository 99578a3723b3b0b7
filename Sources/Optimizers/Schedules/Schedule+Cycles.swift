extension Schedule {
  /// Up from `start` to 1, and then down to `end`, far below where it began: one cycle for a whole
  /// training.
  ///
  /// PyTorch's `OneCycleLR(max_lr, total_steps, pct_start, anneal_strategy, div_factor,
  /// final_div_factor, three_phase)`, with its defaults: the optimizer's rate is the `max_lr`, `start`
  /// is 1 / `div_factor`, `end` is `start` / `final_div_factor`. That one moves the momentum the other
  /// way, unless told not to (`cycle_momentum=False`); here the momentum stays. From `steps` on the
  /// factor is `end`.
  ///
  /// ```swift
  /// let loop = TrainingLoop(model, SGD(for: model, learningRate: 1), train, batchSize: 32) { … }
  /// loop.schedule = .oneCycle(over: 20 * loop.stepsPerEpoch)
  /// ```
  ///
  /// Source: Smith and Topin, "Super-Convergence: Very Fast Training of Neural Networks Using Large
  /// Learning Rates" (2018).
  ///
  /// Traps if `steps` is not positive or `share` not from 0 to 1.
  ///
  /// - Parameters:
  ///   - steps: how many steps the cycle takes.
  ///   - share: the part of them in which the factor rises.
  ///   - start: the factor at step 0.
  ///   - end: the factor at the last step.
  ///   - interpolation: how it rises and falls.
  ///   - threePhases: whether it falls to `start` as fast as it has risen, and to `end` after that.
  public static func oneCycle(
    over steps: Int, rising share: Double = 0.3, from start: Double = 1 / 25,
    to end: Double = 1 / 250_000, _ interpolation: Interpolation = .cosine,
    threePhases: Bool = false
  ) -> Schedule {
    require(steps, for: "oneCycle")
    guard 0 <= share, share <= 1 else {
      fatalError("Schedule.oneCycle: a share of \(share) of the steps; it is from 0 to 1")
    }
    let (top, last) = (share * Double(steps) - 1, Double(steps - 1))
    let fall = threePhases ? [(step: 2 * top, factor: start)] : []
    let corners = [(step: 0, factor: start), (top, 1)] + fall + [(last, end)]
    return Schedule { step in
      let step = min(max(Double(step), 0), last)
      let next = corners.dropFirst().firstIndex { step <= $0.step } ?? corners.count - 1
      let (a, b) = (corners[next - 1], corners[next])
      // A phase of no length is over.
      let progress = a.step < b.step ? (step - a.step) / (b.step - a.step) : 1
      return interpolation(from: a.factor, to: b.factor, progress)
    }
  }

  /// Up from `low` to 1 and down again along straight lines, over and over.
  ///
  /// PyTorch's `CyclicLR(base_lr, max_lr, step_size_up, step_size_down, mode)`: the optimizer's rate is
  /// the `max_lr`, and `low` the part of it that is the `base_lr`. That one moves the momentum the
  /// other way, unless told not to (`cycle_momentum=False`); here the momentum stays.
  ///
  /// ```swift
  /// Schedule.cyclic(from: 0.1, rising: 2000)
  /// ```
  ///
  /// Source: Smith, "Cyclical Learning Rates for Training Neural Networks" (2017).
  ///
  /// Traps if `rising` or `falling` is not positive.
  ///
  /// - Parameters:
  ///   - low: the factor at step 0 and at the end of each cycle.
  ///   - rising: how many steps it goes up.
  ///   - falling: how many steps it goes down; `nil` for as many.
  ///   - peaks: how high the cycles go.
  public static func cyclic(
    from low: Double, rising: Int, falling: Int? = nil, peaks: Peaks = .equal
  ) -> Schedule {
    let falling = falling ?? rising
    require(rising, for: "cyclic")
    require(falling, for: "cyclic")
    return Schedule { step in
      let (cycle, position) = step.quotientAndRemainder(dividingBy: rising + falling)
      let part =
        position <= rising
        ? progress(position, of: rising) : 1 - progress(position - rising, of: falling)
      return low + (1 - low) * part * peaks.height(cycle: cycle, step: step)
    }
  }

  /// How high the cycles of ``cyclic(from:rising:falling:peaks:)`` go above their low.
  public enum Peaks: Sendable, Hashable {
    /// All as high as the first: PyTorch's mode `triangular`.
    case equal
    /// Each half as high as the one before: PyTorch's mode `triangular2`.
    case halving
    /// Lower by this factor with every step: PyTorch's mode `exp_range` and its `gamma`.
    case decaying(Double)

    func height(cycle: Int, step: Int) -> Double {
      switch self {
      case .equal: 1
      case .halving: power(0.5, cycle)
      case .decaying(let factor): power(factor, step)
      }
    }
  }
}
