import Foundation

// Functions of which C has none, in Double, by their definitions.

/// 1 / (1 + e⁻ˣ)
@Sendable func logistic(_ x: Double) -> Double {
  x >= 0 ? 1 / (1 + exp(-x)) : exp(x) / (1 + exp(x))
}

/// exp(−x² / 2) / √(2π)
@Sendable func normalDensity(_ x: Double) -> Double { exp(-x * x / 2) / (2 * .pi).squareRoot() }

/// x Φ(x)
@Sendable func gelu(_ x: Double) -> Double { x * erfc(-x * 0.5.squareRoot()) / 2 }

/// ½ x (1 + tanh(√(2/π) (x + 0.044715 x³)))
@Sendable func geluTanh(_ x: Double) -> Double {
  x * logistic((8 / .pi).squareRoot() * (x + 0.044715 * x * x * x))
}

/// The derivative of ``geluTanh(_:)``.
@Sendable func geluTanhSlope(_ x: Double) -> Double {
  let factor = (8 / Double.pi).squareRoot()
  let w = factor * (x + 0.044715 * x * x * x)
  return logistic(w) * (1 + x * logistic(-w) * factor * (1 + 3 * 0.044715 * x * x))
}

/// The derivative of x tanh(ln(1 + eˣ)).
@Sendable func mishSlope(_ x: Double) -> Double {
  let t = tanh(log1p(exp(x)))
  return t + x * (1 - t) * (1 + t) * logistic(x)
}

/// ln(1 + eˣ)
@Sendable func softplus(_ x: Double) -> Double { max(x, 0) + log1p(exp(-abs(x))) }

/// x − y ⌊x / y⌋
@Sendable func modulo(_ x: Double, _ y: Double) -> Double {
  let rest = fmod(x, y)
  return rest == 0 ? Double(signOf: y, magnitudeOf: 0) : (rest < 0) != (y < 0) ? rest + y : rest
}
