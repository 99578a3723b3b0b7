#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// base^exponent, by the C library.
func power(_ base: Double, _ exponent: Double) -> Double { pow(base, exponent) }
/// base^exponent, by the C library.
func power(_ base: Double, _ exponent: Int) -> Double { pow(base, Double(exponent)) }
