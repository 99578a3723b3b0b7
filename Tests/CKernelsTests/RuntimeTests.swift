import Testing

/// The suites that set the process's number of threads; one test at a time, so that none changes
/// it under another.
@Suite(.serialized) enum RuntimeTests {}

/// A small generator of reproducible numbers (SplitMix64; Steele, Lea and Flood, 2014).
struct SplitMix {
  private var state: UInt64

  init(_ seed: UInt64) { state = seed }

  mutating func word() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }

  mutating func below(_ bound: Int) -> Int { Int(word() % UInt64(bound)) }

  /// Uniform in -1..<1.
  mutating func number() -> Double { Double(Int64(bitPattern: word()) >> 11) / 0x1p52 }
}
