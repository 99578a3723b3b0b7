/// Times a piece of work again and again.
struct Stopwatch {
  /// How many times to measure.
  var repetitions = 9
  /// About how many seconds one measurement takes.
  var seconds = 0.25

  /// The seconds that one call of `body` takes, once for each repetition.
  ///
  /// Calls it until it is warm, and then as often in a repetition as fills its time.
  func secondsPerCall(_ body: () throws -> Void) rethrows -> [Double] {
    let clock = ContinuousClock()
    var calls = 1
    while true {
      let elapsed = try clock.measure { for _ in 0..<calls { try body() } }.inSeconds
      if elapsed > seconds / 4 {
        calls = max(1, Int((Double(calls) * seconds / elapsed).rounded()))
        break
      }
      calls *= 2
    }
    return try (0..<repetitions).map { _ in
      try clock.measure { for _ in 0..<calls { try body() } }.inSeconds / Double(calls)
    }
  }
}
