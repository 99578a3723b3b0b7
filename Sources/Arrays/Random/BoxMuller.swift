// Two normal numbers from two uniform ones (G. Box and M. Muller, "A Note on the Generation of
// Random Normal Deviates", 1958):
//
//   r = √(-2 ln u), (x, y) = (r cos 2πt, r sin 2πt), u in (0, 1], t in [0, 1).
//
// Logarithm, sine and cosine are series made of +, -, ×, ÷ alone, which IEEE 754 defines to the
// last bit. The C library's functions are not so defined, so with them a seed would mean other
// weights on another system. Without calls and branches the compiler also does several at a time.

/// A pair of standard normal numbers from 31 bits for the radius and 32 for the angle; no result
/// is further from 0 than √(62 ln 2) = 6.56.
@inline(__always)
func boxMuller(_ radiusWord: UInt32, _ angleWord: UInt32) -> (Float, Float) {
  let u = (Float(Int32(bitPattern: radiusWord >> 1)) + 1) * 0x1p-31
  let radius = (-2 * logarithm(u)).squareRoot()
  // 2πt is the nearest quarter turn and an angle in [-π/4, π/4) on from there: as signed numbers
  // the bits below the quarters already are that angle.
  let angle = Float(Int32(bitPattern: angleWord << 2)) * (0x1p-32 * 1.57079633)
  let square = angle * angle
  let sine = angle + angle * square * sineSeries(square)
  let cosine = 1 + square * cosineSeries(square)
  // Turned by q quarters: (c, s), (-s, c), (-c, -s), (s, -c).
  let quarter = angleWord &+ 0x2000_0000
  let isOdd = quarter & 0x4000_0000 != 0
  let x = isOdd ? -sine : cosine
  let y = isOdd ? cosine : sine
  let sign: Float = quarter & 0x8000_0000 != 0 ? -radius : radius
  return (sign * x, sign * y)
}

/// A pair of standard normal numbers from 53 bits for the radius and 64 for the angle; no result is
/// further from 0 than √(106 ln 2) = 8.57.
@inline(__always)
func boxMuller(_ radiusBits: UInt64, _ angleBits: UInt64) -> (Double, Double) {
  let u = (Double(Int64(bitPattern: radiusBits >> 11)) + 1) * 0x1p-53
  let radius = (-2 * logarithm(u)).squareRoot()
  let angle = Double(Int64(bitPattern: angleBits << 2)) * (0x1p-64 * 1.5707963267948966)
  let square = angle * angle
  let sine = angle + angle * square * sineSeries(square)
  let cosine = 1 + square * cosineSeries(square)
  let quarter = angleBits &+ 0x2000_0000_0000_0000
  let isOdd = quarter & 0x4000_0000_0000_0000 != 0
  let x = isOdd ? -sine : cosine
  let y = isOdd ? cosine : sine
  let sign: Double = quarter & 0x8000_0000_0000_0000 != 0 ? -radius : radius
  return (sign * x, sign * y)
}

/// ln u of a positive normal number: u = 2^e m with m in [√½, √2), then
/// ln m = 2 (s + s³/3 + s⁵/5 + …) with s = (m - 1) / (m + 1), |s| < 0.172.
@inline(__always)
private func logarithm(_ u: Float) -> Float {
  let bits = Int32(bitPattern: u.bitPattern)
  let exponent = (bits &- 0x3f35_04f3) >> 23
  let m = Float(bitPattern: UInt32(bitPattern: bits &- (exponent << 23)))
  let s = (m - 1) / (m + 1)
  let z = s * s
  let tail = z * (1 / 3 + z * (1 / 5 + z * (1 / 7 + z * (1 / 9))))
  return Float(exponent) * 0.693147181 + 2 * (s + s * tail)
}

@inline(__always)
private func logarithm(_ u: Double) -> Double {
  let bits = Int64(bitPattern: u.bitPattern)
  let exponent = (bits &- 0x3fe6_a09e_667f_3bcd) >> 52
  let m = Double(bitPattern: UInt64(bitPattern: bits &- (exponent << 52)))
  let s = (m - 1) / (m + 1)
  let z = s * s
  var tail = 1.0 / 21
  tail = 1.0 / 19 + z * tail
  tail = 1.0 / 17 + z * tail
  tail = 1.0 / 15 + z * tail
  tail = 1.0 / 13 + z * tail
  tail = 1.0 / 11 + z * tail
  tail = 1.0 / 9 + z * tail
  tail = 1.0 / 7 + z * tail
  tail = 1.0 / 5 + z * tail
  tail = 1.0 / 3 + z * tail
  return Double(exponent) * 0.6931471805599453 + 2 * (s + s * (z * tail))
}

/// (sin x - x) / x³ as a Taylor series in z = x², for |x| up to π/4.
@inline(__always)
private func sineSeries(_ z: Float) -> Float {
  -1 / 6 + z * (1 / 120 + z * (-1 / 5040 + z * (1 / 362_880)))
}

/// (cos x - 1) / x² as a Taylor series in z = x², for |x| up to π/4.
@inline(__always)
private func cosineSeries(_ z: Float) -> Float {
  -1 / 2 + z * (1 / 24 + z * (-1 / 720 + z * (1 / 40_320 + z * (-1 / 3_628_800))))
}

@inline(__always)
private func sineSeries(_ z: Double) -> Double {
  var sum = 1.0 / 355_687_428_096_000
  sum = -1.0 / 1_307_674_368_000 + z * sum
  sum = 1.0 / 6_227_020_800 + z * sum
  sum = -1.0 / 39_916_800 + z * sum
  sum = 1.0 / 362_880 + z * sum
  sum = -1.0 / 5040 + z * sum
  sum = 1.0 / 120 + z * sum
  return -1.0 / 6 + z * sum
}

@inline(__always)
private func cosineSeries(_ z: Double) -> Double {
  var sum = -1.0 / 6_402_373_705_728_000
  sum = 1.0 / 20_922_789_888_000 + z * sum
  sum = -1.0 / 87_178_291_200 + z * sum
  sum = 1.0 / 479_001_600 + z * sum
  sum = -1.0 / 3_628_800 + z * sum
  sum = 1.0 / 40_320 + z * sum
  sum = -1.0 / 720 + z * sum
  sum = 1.0 / 24 + z * sum
  return -1.0 / 2 + z * sum
}
