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
        for (nesterov, fresh, decay) in [
          (false, 1, 0.0), (true, 1, 0), (false, 1, 0.25), (true, 1, 0.25), (false, 0.75, 0.25),
        ] {
          let w = Guarded<T>(testNumbers(n))
          let v = Guarded<T>([T](repeating: 0, count: n))
          var exact = State(
            w: w.values.map { Double($0) }, m: [], v: [Double](repeating: 0, count: n))
          for step in 0..<3 {
            let g: [T] = gradient(n, step: step)
            kernels.momentum(
              n, w.start, memory.operand(g), v.start, 0.125, 0.875, fresh, decay, nesterov,
              w.start)
            for i in 0..<n {
              let total = Double(g[i]) + decay * exact.w[i]
              exact.v[i] = 0.875 * exact.v[i] + fresh * total
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
        for (decay, decoupled, amsgrad) in [
          (0.0, 0.0, false), (0.25, 0, false), (0, 0.25, false), (0.25, 0, true),
        ] {
          let w = Guarded<T>(testNumbers(n))
          let m = Guarded<T>([T](repeating: 0, count: n))
          let v = Guarded<T>([T](repeating: 0, count: n))
          let x = Guarded<T>([T](repeating: 0.25, count: n))
          let zeros = [Double](repeating: 0, count: n)
          var exact = State(w: w.values.map { Double($0) }, m: zeros, v: zeros)
          var largest = [Double](repeating: 0.25, count: n)
          var (power1, power2) = (1.0, 1.0)
          for step in 0..<3 {
            let g: [T] = gradient(n, step: step)
            power1 *= beta1
            power2 *= beta2
            kernels.adam(
              n, w.start, memory.operand(g), m.start, v.start, amsgrad ? x.start : nil, rate,
              beta1, beta2, epsilon, 1 - power1, 1 - power2, decay, decoupled, w.start)
            for i in 0..<n {
              let total = Double(g[i]) + decay * exact.w[i]
              exact.w[i] *= 1 - rate * decoupled
              exact.m[i] = beta1 * exact.m[i] + (1 - beta1) * total
              exact.v[i] = beta2 * exact.v[i] + (1 - beta2) * total * total
              if amsgrad { largest[i] = max(largest[i], exact.v[i]) }
              let square = amsgrad ? largest[i] : exact.v[i]
              let root = (square / (1 - power2)).squareRoot()
              exact.w[i] -= rate * exact.m[i] / (1 - power1) / (root + epsilon)
            }
          }
          #expect(isClose(w.values, exact.w) && w.isIntact, "\(kernels.name) n \(n)")
          #expect(isClose(m.values, exact.m) && m.isIntact, "\(kernels.name) n \(n)")
          #expect(isClose(v.values, exact.v) && v.isIntact, "\(kernels.name) n \(n)")
          #expect(isClose(x.values, largest) && x.isIntact, "\(kernels.name) n \(n)")
        }
      }
    }
  }

  @Test func rmsprop() {
    checkRMSProp(Float.self)
    checkRMSProp(Double.self)
  }

  private func checkRMSProp<T: KernelScalar>(_: T.Type) {
    let memory = Memory()
    defer { memory.free() }
    let (rate, keep, add, epsilon, decay) = (0.0625, 0.875, 0.125, 0.0625, 0.25)
    for kernels in T.allKernels {
      for n in testSizes {
        for (centered, momentum) in [(false, 0.0), (true, 0), (false, 0.75), (true, 0.75)] {
          let w = Guarded<T>(testNumbers(n))
          let (v, m, b) = (
            Guarded<T>([T](repeating: 0, count: n)), Guarded<T>([T](repeating: 0, count: n)),
            Guarded<T>([T](repeating: 0, count: n))
          )
          let zeros = [Double](repeating: 0, count: n)
          var exact = State(w: w.values.map { Double($0) }, m: zeros, v: zeros)
          var velocity = zeros
          for step in 0..<3 {
            let g: [T] = gradient(n, step: step)
            kernels.rmsprop(
              n, w.start, memory.operand(g), v.start, centered ? m.start : nil,
              momentum == 0 ? nil : b.start, rate, keep, add, epsilon, momentum, decay, w.start)
            for i in 0..<n {
              let total = Double(g[i]) + decay * exact.w[i]
              exact.v[i] = keep * exact.v[i] + add * total * total
              if centered { exact.m[i] = keep * exact.m[i] + add * total }
              let root = (exact.v[i] - exact.m[i] * exact.m[i]).squareRoot()
              velocity[i] = momentum * velocity[i] + total / (root + epsilon)
              exact.w[i] -= rate * velocity[i]
            }
          }
          #expect(isClose(w.values, exact.w) && w.isIntact, "\(kernels.name) n \(n)")
          #expect(isClose(v.values, exact.v) && v.isIntact, "\(kernels.name) n \(n)")
          #expect(isClose(m.values, exact.m) && m.isIntact, "\(kernels.name) n \(n)")
          #expect(
            isClose(b.values, momentum == 0 ? zeros : velocity) && b.isIntact,
            "\(kernels.name) n \(n)")
        }
      }
    }
  }

  @Test func lion() {
    checkLion(Float.self)
    checkLion(Double.self)
  }

  private func checkLion<T: KernelScalar>(_: T.Type) {
    let memory = Memory()
    defer { memory.free() }
    for kernels in T.allKernels {
      for n in testSizes {
        for decoupled in [0, 0.25] {
          let w = Guarded<T>(testNumbers(n))
          let m = Guarded<T>([T](repeating: 0, count: n))
          var exact = State(
            w: w.values.map { Double($0) }, m: [Double](repeating: 0, count: n), v: [])
          for step in 0..<3 {
            var g: [T] = gradient(n, step: step)
            // A direction of zero is none.
            if step == 0, n > 0 { g[n / 2] = 0 }
            kernels.lion(
              n, w.start, memory.operand(g), m.start, 0.0625, 0.875, 0.984375, decoupled, w.start)
            for i in 0..<n {
              let blend = 0.875 * exact.m[i] + 0.125 * Double(g[i])
              let sign = blend > 0 ? 1.0 : blend < 0 ? -1 : 0
              exact.w[i] -= 0.0625 * (sign + decoupled * exact.w[i])
              exact.m[i] = 0.984375 * exact.m[i] + 0.015625 * Double(g[i])
            }
          }
          #expect(isClose(w.values, exact.w) && w.isIntact, "\(kernels.name) n \(n)")
          #expect(isClose(m.values, exact.m) && m.isIntact, "\(kernels.name) n \(n)")
        }
      }
    }
  }
}
