/// A natural number of any size, with just the arithmetic that the exact conversion of floating-
/// point numbers to decimal digits needs.
struct Natural: Comparable {
  /// Digits to the base 2^32, lowest first, without leading zeros; empty is 0.
  private var limbs: [UInt32]

  init(_ value: UInt64) {
    limbs = [UInt32(truncatingIfNeeded: value), UInt32(truncatingIfNeeded: value >> 32)]
    trim()
  }

  private mutating func trim() {
    while limbs.last == 0 { limbs.removeLast() }
  }

  static func < (a: Natural, b: Natural) -> Bool {
    if a.limbs.count != b.limbs.count { return a.limbs.count < b.limbs.count }
    for i in stride(from: a.limbs.count - 1, through: 0, by: -1) where a.limbs[i] != b.limbs[i] {
      return a.limbs[i] < b.limbs[i]
    }
    return false
  }

  static func + (a: Natural, b: Natural) -> Natural {
    var sum = a
    sum.limbs.reserveCapacity(max(a.limbs.count, b.limbs.count) + 1)
    var carry: UInt64 = 0
    for i in 0..<max(a.limbs.count, b.limbs.count) {
      if i == sum.limbs.count { sum.limbs.append(0) }
      carry += UInt64(sum.limbs[i]) + (i < b.limbs.count ? UInt64(b.limbs[i]) : 0)
      sum.limbs[i] = UInt32(truncatingIfNeeded: carry)
      carry >>= 32
    }
    if carry > 0 { sum.limbs.append(UInt32(carry)) }
    return sum
  }

  /// `b` must not be larger than `a`.
  static func -= (a: inout Natural, b: Natural) {
    var borrow: Int64 = 0
    for i in 0..<a.limbs.count {
      borrow += Int64(a.limbs[i]) - (i < b.limbs.count ? Int64(b.limbs[i]) : 0)
      a.limbs[i] = UInt32(truncatingIfNeeded: borrow)
      borrow >>= 32
    }
    a.trim()
  }

  static func *= (a: inout Natural, factor: UInt32) {
    var carry: UInt64 = 0
    for i in a.limbs.indices {
      carry += UInt64(a.limbs[i]) * UInt64(factor)
      a.limbs[i] = UInt32(truncatingIfNeeded: carry)
      carry >>= 32
    }
    if carry > 0 { a.limbs.append(UInt32(carry)) }
    a.trim()
  }

  static func <<= (a: inout Natural, shift: Int) {
    a *= 1 << UInt32(shift % 32)
    if !a.limbs.isEmpty {
      a.limbs.insert(contentsOf: repeatElement(0, count: shift / 32), at: 0)
    }
  }

  /// Multiplies by 10^power.
  mutating func scale(byPowerOfTen power: Int) {
    for _ in 0..<power / 9 { self *= 1_000_000_000 }
    for _ in 0..<power % 9 { self *= 10 }
  }

  /// Divides by `divisor` with a quotient that is known to be small; self becomes the remainder.
  mutating func takeQuotient(by divisor: Natural) -> UInt8 {
    var quotient: UInt8 = 0
    while self >= divisor {
      self -= divisor
      quotient += 1
    }
    return quotient
  }
}
