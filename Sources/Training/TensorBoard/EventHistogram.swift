/// How numbers are spread, as TensorBoard takes it: counts in buckets whose limits grow by a tenth.
///
/// The limits are those of TensorFlow's own histograms: 1e-12 · 1.1ⁿ up to 1e20 to either side of 0.
/// Numbers that are not finite are left out.
struct EventHistogram {
  private(set) var minimum = Double.greatestFiniteMagnitude
  private(set) var maximum = -Double.greatestFiniteMagnitude
  private(set) var count = 0
  private(set) var sum = 0.0
  private(set) var sumOfSquares = 0.0
  /// The upper limit of each bucket, which belongs to the next, and how many numbers it holds. A
  /// bucket begins at the limit of the one before.
  private(set) var buckets: [(limit: Double, count: Double)] = []

  /// The positive limits, and the largest number after them.
  private static let positive: [Double] = {
    var limits: [Double] = []
    var limit = 1e-12
    while limit < 1e20 {
      limits.append(limit)
      limit *= 1.1
    }
    return limits + [.greatestFiniteMagnitude]
  }()

  /// All limits, in order.
  static let limits = positive.reversed().map { -$0 } + [0] + positive

  init(of values: some Sequence<Double>) {
    let limits = Self.limits
    var counts = [Double](repeating: 0, count: limits.count)
    for value in values where value.isFinite {
      minimum = min(minimum, value)
      maximum = max(maximum, value)
      count += 1
      sum += value
      sumOfSquares += value * value
      counts[Self.bucket(of: value, limits)] += 1
    }
    if count == 0 { (minimum, maximum) = (0, 0) }
    // Of a row of empty buckets one suffices: it says where the next begins.
    for (index, count) in counts.enumerated() where count > 0 {
      if index > 0, buckets.last.map({ $0.limit < limits[index - 1] }) ?? true {
        buckets.append((limits[index - 1], 0))
      }
      buckets.append((limits[index], count))
    }
    if buckets.isEmpty { buckets = [(0, 0)] }
  }

  /// The first bucket whose limit is larger; the largest number belongs to the last.
  private static func bucket(of value: Double, _ limits: [Double]) -> Int {
    var (low, high) = (0, limits.count - 1)
    while low < high {
      let middle = (low + high) / 2
      if limits[middle] > value {
        high = middle
      } else {
        low = middle + 1
      }
    }
    return low
  }
}
