import BackpropArrays
import BackpropTestSupport
import Testing

extension NumPyCases {
  /// Checks that `function` gives NumPy's result in every case of `op`, for every layout of its
  /// inputs in memory.
  static func check(
    _ op: String, ulps: UInt64 = 0, at location: SourceLocation = #_sourceLocation,
    _ function: ([NDArray], Case) -> NDArray
  ) throws {
    let failures = try failures(of: op, ulps: ulps, function)
    #expect(failures == [], sourceLocation: location)
  }
}
