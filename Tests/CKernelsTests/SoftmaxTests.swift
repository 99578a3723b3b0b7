import CBackpropKernels
import Foundation
import Testing

@Suite struct SoftmaxTests {
  static let shapes = [
    (0, 3), (1, 1), (2, 3), (3, 8), (100, 10), (5, 16), (4, 17), (3, 100), (65, 5),
  ]

  /// softmax and log-softmax of one row, by the definition, in Double.
  static func reference<T: KernelScalar>(_ row: [T]) -> (probabilities: [Double], logs: [Double]) {
    let largest = Double(row.max()!)
    let sum = row.reduce(0.0) { $0 + exp(Double($1) - largest) }
    let logs = row.map { Double($0) - largest - log(sum) }
    return (row.map { exp(Double($0) - largest) / sum }, logs)
  }

  private func isClose<T: KernelScalar>(_ value: T, _ exact: Double, _ ulps: Double = 16) -> Bool {
    if !exact.isFinite { return Double(value) == exact }
    return abs(Double(value) - exact) <= ulps * Double(T.ulpOfOne) * max(abs(exact), 1e-30)
  }

  @Test func values() {
    checkValues(Float.self)
    checkValues(Double.self)
  }

  private func checkValues<T: KernelScalar>(_: T.Type) {
    let memory = Memory()
    defer { memory.free() }
    for kernels in T.allKernels {
      for (rows, columns) in Self.shapes {
        let a: [T] = testNumbers(rows * columns)
        let labels = (0..<rows).map { Int32(($0 * 7 + 1) % columns) }
        let operand = memory.operand(a)
        let softmax = Guarded<T>(count: a.count)
        let logSoftmax = Guarded<T>(count: a.count)
        let losses = Guarded<T>(count: rows)
        let lossesAlone = Guarded<T>(count: rows)
        let probabilities = Guarded<T>(count: a.count)
        kernels.softmax(rows, columns, operand, softmax.start)
        kernels.log_softmax(rows, columns, operand, logSoftmax.start)
        let labelOperand = memory.operand(labels)
        kernels.cross_entropy(
          rows, columns, operand, labelOperand, losses.start, probabilities.start)
        kernels.cross_entropy(
          rows, columns, operand, labelOperand, lossesAlone.start, nil)
        let message: Comment = "\(kernels.name) \(rows) x \(columns)"
        for r in 0..<rows {
          let exact = Self.reference(Array(a[r * columns..<(r + 1) * columns]))
          for j in 0..<columns {
            let i = r * columns + j
            #expect(isClose(softmax[i], exact.probabilities[j]), message)
            // A logarithm near 0 keeps the error of numbers near 1.
            let error = abs(Double(logSoftmax[i]) - exact.logs[j])
            #expect(error <= 8 * Double(T.ulpOfOne) * max(1, -exact.logs[j]), message)
          }
          let loss = -exact.logs[Int(labels[r])]
          #expect(
            abs(Double(losses[r]) - loss) <= 8 * Double(T.ulpOfOne) * max(1, loss), message)
        }
        #expect(losses.values == lossesAlone.values, message)
        #expect(probabilities.values == softmax.values, message)
        for buffer in [softmax, logSoftmax, losses, lossesAlone, probabilities] {
          #expect(buffer.isIntact, message)
        }
        // In place.
        let inPlace = Guarded(a)
        kernels.softmax(rows, columns, inPlace.start, inPlace.start)
        #expect(inPlace.values == softmax.values && inPlace.isIntact, message)
      }
    }
  }

  @Test func extremeLogits() {
    checkExtremeLogits(Float.self)
    checkExtremeLogits(Double.self)
  }

  private func checkExtremeLogits<T: KernelScalar>(_: T.Type) {
    let memory = Memory()
    defer { memory.free() }
    let large = T.greatestFiniteMagnitude / 2
    let cases: [([T], softmax: [T], logs: [T])] = [
      ([1000, 0], [1, 0], [0, -1000]),
      ([-1000, -1000], [0.5, 0.5], [-T(0.6931471805599453), -T(0.6931471805599453)]),
      ([large, -large], [1, 0], [0, -2 * large]),
      ([-.infinity, 3], [0, 1], [-.infinity, 0]),
      ([-.infinity, -.infinity, -2000], [0, 0, 1], [-.infinity, -.infinity, 0]),
    ]
    for kernels in T.allKernels {
      for (row, softmax, logs) in cases {
        let out = Guarded<T>(count: row.count)
        kernels.softmax(1, row.count, memory.operand(row), out.start)
        #expect(out.values == softmax, "\(kernels.name) softmax \(row)")
        kernels.log_softmax(1, row.count, memory.operand(row), out.start)
        #expect(zip(out.values, logs).allSatisfy { isClose($0, Double($1), 2) }, "\(row)")
        for label in row.indices {
          var loss: T = 0
          kernels.cross_entropy(1, row.count, memory.operand(row), [Int32(label)], &loss, nil)
          #expect(isClose(loss, -Double(logs[label]), 2), "\(kernels.name) loss \(row) \(label)")
        }
      }
      let out = Guarded<T>(count: 3)
      kernels.softmax(1, 3, memory.operand([1, T.nan, 2]), out.start)
      #expect(out.values.allSatisfy { $0.isNaN })
    }
  }

  @Test func gradients() {
    checkGradients(Float.self)
    checkGradients(Double.self)
  }

  private func checkGradients<T: KernelScalar>(_: T.Type) {
    let memory = Memory()
    defer { memory.free() }
    let tolerance = 32 * Double(T.ulpOfOne)
    for kernels in T.allKernels {
      for (rows, columns) in Self.shapes {
        let a: [T] = testNumbers(rows * columns)
        let cotangent: [T] = testNumbers(rows * columns, scale: 1, seed: 5)
        let labels = (0..<rows).map { Int32(($0 * 3) % columns) }
        let scale: [T] = testNumbers(max(rows, 1), scale: 1, seed: 6)
        let softmax = Guarded<T>(count: a.count)
        let logSoftmax = Guarded<T>(count: a.count)
        kernels.softmax(rows, columns, memory.operand(a), softmax.start)
        kernels.log_softmax(rows, columns, memory.operand(a), logSoftmax.start)
        let bySoftmax = Guarded<T>(count: a.count)
        let byLog = Guarded<T>(count: a.count)
        let byLoss = Guarded<T>(count: a.count)
        let byMean = Guarded<T>(count: a.count)
        let g = memory.operand(cotangent)
        kernels.softmax_gradient(rows, columns, g, softmax.start, bySoftmax.start)
        kernels.log_softmax_gradient(rows, columns, g, logSoftmax.start, byLog.start)
        kernels.cross_entropy_gradient(
          rows, columns, softmax.start, memory.operand(labels), memory.operand(scale), 1,
          byLoss.start)
        kernels.cross_entropy_gradient(
          rows, columns, softmax.start, memory.operand(labels), memory.operand(scale), 0,
          byMean.start)
        for r in 0..<rows {
          let range = r * columns..<(r + 1) * columns
          let p = Self.reference(Array(a[range])).probabilities
          let row = cotangent[range].map { Double($0) }
          // The Jacobians: dy_j / dx_k = y_j (d_jk - y_k), d log y_j / dx_k = d_jk - y_k.
          let weighted = zip(row, p).reduce(0.0) { $0 + $1.0 * $1.1 }
          let sum = row.reduce(0, +)
          for j in 0..<columns {
            let i = r * columns + j
            let onehot = Int(labels[r]) == j ? 1.0 : 0
            let message: Comment = "\(kernels.name) \(rows) x \(columns)"
            #expect(
              abs(Double(bySoftmax[i]) - p[j] * (row[j] - weighted)) <= tolerance, message)
            #expect(
              abs(Double(byLog[i]) - (row[j] - p[j] * sum)) <= tolerance * (1 + abs(sum)),
              message)
            #expect(
              abs(Double(byLoss[i]) - (p[j] - onehot) * Double(scale[r])) <= tolerance,
              message)
            #expect(
              abs(Double(byMean[i]) - (p[j] - onehot) * Double(scale[0])) <= tolerance,
              message)
          }
        }
        for buffer in [bySoftmax, byLog, byLoss, byMean] { #expect(buffer.isIntact) }
      }
    }
  }

  @Test func weightedCrossEntropy() {
    checkWeightedCrossEntropy(Float.self)
    checkWeightedCrossEntropy(Double.self)
  }

  private func checkWeightedCrossEntropy<T: KernelScalar>(_: T.Type) {
    let memory = Memory()
    defer { memory.free() }
    let tolerance = 64 * Double(T.ulpOfOne)
    for kernels in T.allKernels {
      for (rows, columns) in Self.shapes {
        let a: [T] = testNumbers(rows * columns)
        // Every fifth row does not count.
        let labels = (0..<rows).map { $0 % 5 == 4 ? -1 : Int32(($0 * 7 + 1) % columns) }
        let scale: [T] = testNumbers(max(rows, 1), scale: 1, seed: 6)
        let classWeights: [T] = testNumbers(columns, scale: 1, seed: 8).map { abs($0) }
        for weights in [nil, classWeights] {
          for smoothing in [0, 0.25] {
            let message: Comment = "\(kernels.name) \(rows) x \(columns) \(smoothing)"
            let losses = Guarded<T>(count: rows)
            let rowWeights = Guarded<T>(count: rows)
            let probabilities = Guarded<T>(count: a.count)
            let gradient = Guarded<T>(count: a.count)
            let weightOperand = weights.map { memory.operand($0) }
            let labelOperand = memory.operand(labels)
            kernels.weighted_cross_entropy(
              rows, columns, memory.operand(a), labelOperand, weightOperand, smoothing,
              losses.start, rowWeights.start, probabilities.start)
            kernels.weighted_cross_entropy_gradient(
              rows, columns, probabilities.start, labelOperand, weightOperand, smoothing,
              memory.operand(scale), 1, gradient.start)
            for r in 0..<rows {
              let range = r * columns..<(r + 1) * columns
              let exact = Self.reference(Array(a[range]))
              let targets = (0..<columns).map { j in
                let share = smoothing / Double(columns) + (Int(labels[r]) == j ? 1 - smoothing : 0)
                return labels[r] < 0 ? 0 : share * Double(weights?[j] ?? 1)
              }
              let loss = -zip(targets, exact.logs).reduce(0) { $0 + $1.0 * $1.1 }
              #expect(abs(Double(losses[r]) - loss) <= tolerance * max(1, loss), message)
              let weight = labels[r] < 0 ? 0 : weights?[Int(labels[r])] ?? 1
              #expect(rowWeights[r] == weight, message)
              let sum = targets.reduce(0, +)
              for j in 0..<columns {
                let expected = (exact.probabilities[j] * sum - targets[j]) * Double(scale[r])
                #expect(
                  abs(Double(gradient[r * columns + j]) - expected) <= tolerance * max(1, sum),
                  message)
              }
            }
            for buffer in [losses, rowWeights, probabilities, gradient] {
              #expect(buffer.isIntact, message)
            }
          }
        }
      }
    }
  }
}
