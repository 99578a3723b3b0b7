import CBackpropKernels
import Foundation
import Testing

@Suite struct StandardizeTests {
  /// Which numbers have a weight of their own.
  private enum Weights: CaseIterable {
    case none, perGroup, perPart, perNumber
  }

  @Test func valuesAndGradients() {
    check(Float.self)
    check(Double.self)
  }

  private func check<T: KernelScalar>(_: T.Type) {
    for kernels in T.allKernels {
      // Groups next to each other, groups whose parts lie among those of others, and long parts.
      for (outer, inner, parts, length) in [
        (1, 1, 1, 1), (3, 1, 1, 5), (2, 3, 1, 17), (1, 3, 4, 9), (2, 2, 3, 1), (2, 3, 2, 33),
        (1, 2, 2, 1030), (1, 37, 5, 1), (1, 16, 300, 1), (1, 1, 1, 1),
      ] {
        for weights in Weights.allCases where weights != .perNumber || parts == 1 {
          for isCentered in [true, false] {
            check(kernels, outer, inner, parts, length, weights, isCentered)
          }
        }
      }
    }
  }

  private func check<T: KernelScalar>(
    _ kernels: Kernels<T>, _ outer: Int, _ inner: Int, _ parts: Int, _ length: Int,
    _ weights: Weights, _ isCentered: Bool
  ) {
    let memory = Memory()
    defer { memory.free() }
    let message: Comment =
      "\(kernels.name) \(outer) x \(inner) x \(parts) x \(length) \(weights) \(isCentered)"
    var groups = bp_groups()
    (groups.inner, groups.parts, groups.length) = (inner, parts, length)
    // Part p of group j of i lies at (i, p, j).
    groups.outer_step = outer == 1 ? 0 : parts * inner * length
    groups.part_step = inner * length
    groups.inner_step = length
    groups.is_centered = isCentered
    groups.epsilon = 0.125
    let weightCount: Int
    switch weights {
    case .none: weightCount = 0
    case .perGroup: (weightCount, groups.inner_weight) = (inner, 1)
    case .perPart:
      (weightCount, groups.inner_weight, groups.part_weight) = (inner * parts, parts, 1)
    case .perNumber: (weightCount, groups.is_each_weighted) = (length, true)
    }
    let (count, size) = (outer * inner, parts * length)
    let x: [T] = testNumbers(count * size).map { $0 + 1 }
    let g: [T] = testNumbers(count * size, scale: 1, seed: 3)
    let w: [T] = testNumbers(weightCount, scale: 2, seed: 5)
    let b: [T] = testNumbers(weightCount, scale: 1, seed: 7)
    let (xs, gs, ws, bs) = (
      memory.operand(x), memory.operand(g), memory.operand(w), memory.operand(b)
    )
    let hasWeights = weights != .none
    let (out, byX) = (Guarded<T>(count: x.count), Guarded<T>(count: x.count))
    let (means, variances) = (Guarded<T>(count: count), Guarded<T>(count: count))
    let sumCount =
      weights == .perNumber ? length : weights == .perPart ? count * parts : hasWeights ? count : 0
    let (byWeight, byBias) = (
      Guarded<T>([T](repeating: 2, count: sumCount)), Guarded<T>([T](repeating: 3, count: sumCount))
    )
    // In two calls, as threads share groups.
    let first = count / 2
    for (start, end) in [(0, first), (first, count)] {
      kernels.standardize(
        &groups, start, end - start, xs, hasWeights ? ws : nil, hasWeights ? bs : nil, means.start,
        variances.start, out.start)
    }
    for (start, end) in [(0, first), (first, count)] {
      kernels.standardize_gradient(
        &groups, start, end - start, gs, xs, hasWeights ? ws : nil, means.start, variances.start,
        hasWeights ? byWeight.start : nil, hasWeights ? byBias.start : nil, byX.start)
    }

    // By the definition, in Double.
    let unit = 32 * Double(T.ulpOfOne)
    var exactWeight = [Double](repeating: weights == .perNumber ? 2 : 0, count: sumCount)
    var exactBias = [Double](repeating: weights == .perNumber ? 3 : 0, count: sumCount)
    for group in 0..<count {
      let places = (0..<size).map { index in
        (group / inner) * groups.outer_step + (group % inner) * length
          + (index / length) * groups.part_step + index % length
      }
      let numbers = places.map { Double(x[$0]) }
      let mean = isCentered ? numbers.reduce(0, +) / Double(size) : 0
      let variance = numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(size)
      #expect(abs(Double(means[group]) - mean) <= unit * 5, message)
      #expect(abs(Double(variances[group]) - variance) <= unit * 25, message)
      let factor = 1 / (variance + 0.125).squareRoot()
      let y = numbers.map { ($0 - mean) * factor }
      func weightIndex(_ index: Int) -> Int {
        switch weights {
        case .none: 0
        case .perGroup: group % inner
        case .perPart: group % inner * parts + index / length
        case .perNumber: index
        }
      }
      let h = (0..<size).map {
        Double(g[places[$0]]) * (hasWeights ? Double(w[weightIndex($0)]) : 1)
      }
      let meanH = isCentered ? h.reduce(0, +) / Double(size) : 0
      let slope = zip(h, y).reduce(0) { $0 + $1.0 * $1.1 } / Double(size)
      for index in 0..<size {
        let scale = hasWeights ? Double(w[weightIndex(index)]) : 1
        let shift = hasWeights ? Double(b[weightIndex(index)]) : 0
        #expect(
          abs(Double(out[places[index]]) - (y[index] * scale + shift)) <= unit * 10, message)
        let gradient = factor * (h[index] - meanH - y[index] * slope)
        #expect(abs(Double(byX[places[index]]) - gradient) <= unit * 20, message)
        if !hasWeights { continue }
        let sum: Int
        switch weights {
        case .none, .perGroup: sum = group
        case .perPart: sum = group * parts + index / length
        case .perNumber: sum = index
        }
        exactWeight[sum] += Double(g[places[index]]) * y[index]
        exactBias[sum] += Double(g[places[index]])
      }
    }
    let tolerance = unit * 2 * Double(max(16, size))
    for index in 0..<sumCount {
      #expect(abs(Double(byWeight[index]) - exactWeight[index]) <= tolerance, message)
      #expect(abs(Double(byBias[index]) - exactBias[index]) <= tolerance, message)
    }
    for buffer in [out, byX, means, variances, byWeight, byBias] {
      #expect(buffer.isIntact, message)
    }
  }

  /// The mean is taken off before anything is squared.
  @Test func aLargeMeanCostsNoDigits() {
    for kernels in Float.allKernels {
      var groups = bp_groups()
      (groups.inner, groups.parts, groups.length) = (1, 1, 4)
      groups.is_centered = true
      let x: [Float] = [1_000_001, 1_000_003, 1_000_001, 1_000_003]
      let (out, means, variances) = (
        Guarded<Float>(count: 4), Guarded<Float>(count: 1), Guarded<Float>(count: 1)
      )
      kernels.standardize(&groups, 0, 1, x, nil, nil, means.start, variances.start, out.start)
      #expect(means.values == [1_000_002] && variances.values == [1], "\(kernels.name)")
      #expect(out.values == [-1, 1, -1, 1], "\(kernels.name)")
    }
  }

  @Test func notANumberIsSeen() {
    for kernels in Float.allKernels {
      var groups = bp_groups()
      (groups.inner, groups.parts, groups.length, groups.outer_step) = (1, 1, 3, 3)
      groups.is_centered = true
      let x: [Float] = [1, .nan, 3, 1, .infinity, 3, 1, 2, 3]
      let (out, means, variances) = (
        Guarded<Float>(count: 9), Guarded<Float>(count: 3), Guarded<Float>(count: 3)
      )
      kernels.standardize(&groups, 0, 3, x, nil, nil, means.start, variances.start, out.start)
      #expect(out.values[..<3].allSatisfy { $0.isNaN }, "\(kernels.name)")
      #expect(variances[1].isNaN && out[4].isNaN, "\(kernels.name)")
      #expect(out.values[6...].allSatisfy { $0.isFinite }, "\(kernels.name)")
    }
  }
}
