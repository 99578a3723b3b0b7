import CBackpropKernels
import Testing

/// Three steps of each optimizer against the same formulas in Double.
@Suite struct OptimizerTests {
  private struct State {
    var w, m, v: [Double]
  }

  private func isClose<T: KernelScalar>(_ values: [T], _ exact: [Double]) -> Bool {
    zip(values, exact).allSatisfy {
      abs(Double($0) - $1) <= 16 * Double(T.ulpOfOne) * max(1, abs($1))
    }
  }

  private func gradient<T: KernelScalar>(_ n: Int, step: Int) -> [T] {
    testNumbers(n, scale: 2, seed: UInt64(step + 10))
  }

  @Test func sgd() {
    checkSGD(Float.self)
    checkSGD(Double.self)
  }

  private func checkSGD<T: KernelScalar>(_: T.Type) {
    let memory = Memory()
    defer { memory.free() }
    for kernels in T.allKernels {
      for n in testSizes {
        for decay in [0, 0.25] {
          let w = Guarded<T>(testNumbers(n))
          var exact = w.values.map { Double($0) }
          for step in 0..<3 {
            let g: [T] = gradient(n, step: step)
            kernels.sgd(n, w.start, memory.operand(g), 0.125, decay, w.start)
            for i in 0..<n { exact[i] -= 0.125 * (Double(g[i]) + decay * exact[i]) }
          }
          #expect(isClose(w.values, exact) && w.isIntact, "\(kernels.name) n \(n)")
        }
      }
    }
  }

  @Test func momentum() {
    checkMomentum(Float.self)
    checkMomentum(Double.self)
  }

  private func checkMomentum<T: KernelScalar>(_: T.Type) {
    let memory = Memory()
    defer { memory.free() }
    for kernels in T.allKernels {
      for n in testSizes {
        for (nesterov, decay) in [(false, 0.0), (true, 0), (false, 0.25), (true, 0.25)] {
          let w = Guarded<T>(testNumbers(n))
          let v = Guarded<T>([T](repeating: 0, count: n))
          var exact = State(
            w: w.values.map { Double($0) }, m: [], v: [Double](repeating: 0, count: n))
          for step in 0..<3 {
            let g: [T] = gradient(n, step: step)
            kernels.momentum(
              n, w.start, memory.operand(g), v.start, 0.125, 0.875, decay, nesterov,
              w.start)
            for i in 0..<n {
              let total = Double(g[i]) + decay * exact.w[i]
              exact.v[i] = 0.875 * exact.v[i] + total
              exact.w[i] -= 0.125 * (nesterov ? total + 0.875 * exact.v[i] : exact.v[i])
            }
          }
          #expect(isClose(w.values, exact.w) && w.isIntact, "\(kernels.name) n \(n)")
          #expect(isClose(v.values, exact.v) && v.isIntact, "\(kernels.name) n \(n)")
        }
      }
    }
  }

  @Test func adam() {
    checkAdam(Float.self)
    checkAdam(Double.self)
  }

  /// The coefficients are powers of two and so the same numbers in both types.
  private func checkAdam<T: KernelScalar>(_: T.Type) {
    let memory = Memory()
    defer { memory.free() }
    let (rate, beta1, beta2, epsilon) = (0.0625, 0.875, 0.984375, 0.0009765625)
    for kernels in T.allKernels {
      for n in testSizes {
        for (decay, decoupled) in [(0.0, 0.0), (0.25, 0), (0, 0.25)] {
          let w = Guarded<T>(testNumbers(n))
          let m = Guarded<T>([T](repeating: 0, count: n))
          let v = Guarded<T>([T](repeating: 0, count: n))
          let zeros = [Double](repeating: 0, count: n)
          var exact = State(w: w.values.map { Double($0) }, m: zeros, v: zeros)
          var (power1, power2) = (1.0, 1.0)
          for step in 0..<3 {
            let g: [T] = gradient(n, step: step)
            power1 *= beta1
            power2 *= beta2
            kernels.adam(
              n, w.start, memory.operand(g), m.start, v.start, rate, beta1, beta2,
              epsilon, 1 - power1, 1 - power2, decay, decoupled, w.start)
            for i in 0..<n {
              let total = Double(g[i]) + decay * exact.w[i]
              exact.w[i] *= 1 - rate * decoupled
              exact.m[i] = beta1 * exact.m[i] + (1 - beta1) * total
              exact.v[i] = beta2 * exact.v[i] + (1 - beta2) * total * total
              let root = (exact.v[i] / (1 - power2)).squareRoot()
              exact.w[i] -= rate * exact.m[i] / (1 - power1) / (root + epsilon)
            }
          }
          #expect(isClose(w.values, exact.w) && w.isIntact, "\(kernels.name) n \(n)")
          #expect(isClose(m.values, exact.m) && m.isIntact, "\(kernels.name) n \(n)")
          #expect(isClose(v.values, exact.v) && v.isIntact, "\(kernels.name) n \(n)")
        }
      }
    }
  }
}
