import CBackpropKernels
import Foundation
import Testing

/// A step of recurrent networks and its gradient, of every instruction set, beside the formulas.
@Suite struct RecurrentTests {
  private static let cells: [bp_recurrent] = [1, 5, 8, 19, 40].flatMap { hidden in
    [BP_IDENTITY_ACTIVATION, BP_RELU_ACTIVATION, BP_SIGMOID_ACTIVATION, BP_TANH_ACTIVATION].map {
      bp_recurrent(kind: BP_RNN, activation: $0, hidden: hidden, columns: 1, gates: 1)
    } + [
      bp_recurrent(
        kind: BP_GRU, activation: BP_IDENTITY_ACTIVATION, hidden: hidden, columns: 3, gates: 4),
      bp_recurrent(
        kind: BP_LSTM, activation: BP_IDENTITY_ACTIVATION, hidden: hidden, columns: 4, gates: 4),
    ]
  }

  @Test func stepsAndTheirGradients() {
    for cell in Self.cells {
      for lengths in [nil, [3, 1, 2, 1] as [Int32]] {
        for packs in [false, true] {
          for kernels in Float.allKernels { check(kernels, cell, lengths, packs: packs, 2e-6) }
          for kernels in Double.allKernels { check(kernels, cell, lengths, packs: packs, 4e-15) }
        }
      }
    }
  }

  /// A step of four sequences; the second and the last have ended where there are lengths.
  ///
  /// With a packed weight, the step computes the product itself, in two parts if there is more than a
  /// block, and takes what comes from the input from a table.
  private func check<T: KernelScalar>(
    _ kernels: Kernels<T>, _ cell: bp_recurrent, _ lengths: [Int32]?, packs: Bool,
    _ tolerance: Double
  ) {
    let (rows, n, time) = (4, cell.hidden, Int32(1))
    let columns = cell.columns * n
    let label =
      "\(kernels.name), \(cell), lengths \(String(describing: lengths)), packed \(packs)"
    func numbers(_ count: Int, _ seed: UInt64) -> [T] {
      testNumbers(rows * count * n, seed: seed, of: T.self)
    }
    let (h, c) = (numbers(1, 3), numbers(1, 4))
    let (cotangent, dh, dc) = (numbers(1, 5), numbers(1, 6), numbers(1, 7))
    let later = numbers(cell.columns, 8)
    let table = numbers(cell.columns, 1)
    let positions: [Int32]? = packs ? [2, 0, 2, 1] : nil
    let x = (positions ?? [0, 1, 2, 3]).flatMap { row in
      table[Int(row) * columns..<(Int(row) + 1) * columns].map { Double($0) }
    }
    let weight = testNumbers(n * columns, seed: 9, of: T.self).map { $0 / 64 }
    let bias = testNumbers(columns, seed: 10, of: T.self)
    // The products with the state, and of gradients with the transposed weight.
    var p = numbers(cell.columns, 2).map { Double($0) }
    var dhBefore = dh.map { Double($0) }
    if packs {
      for row in 0..<rows {
        for column in 0..<columns {
          p[row * columns + column] =
            (0..<n).reduce(Double(bias[column])) {
              $0 + Double(h[row * n + $1]) * Double(weight[$1 * columns + column])
            }
          for j in 0..<n {
            dhBefore[row * n + j] +=
              Double(later[row * columns + column]) * Double(weight[j * columns + column])
          }
        }
      }
    }

    // The product lies in the first columns of the gates.
    let gates = Guarded<T>(count: rows * cell.gates * n)
    for row in 0..<rows {
      for column in 0..<cell.gates * n {
        gates.start[row * cell.gates * n + column] =
          column < columns ? packs ? .nan : T(p[row * columns + column]) : 0
      }
    }
    let (hOut, cOut) = (Guarded<T>(count: rows * n), Guarded<T>(count: rows * n))
    let (dhOut, dcOut, dhFirst) = (Guarded(dh), Guarded(dc), Guarded(dh))
    let dx = Guarded<T>(count: rows * columns)
    let dproduct = cell.kind == BP_GRU ? Guarded<T>(count: dx.count) : dx
    withUnsafePointer(to: cell) { cell in
      let count = packs ? kernels.recurrent_packed_count(cell) : 0
      let (packed, transposed) = (Guarded<T>(count: count), Guarded<T>(count: count))
      let block = kernels.recurrent_block()
      let parts = packs && n > block ? [0..<block, block..<n] : [0..<n]
      if packs {
        for part in parts {
          kernels.recurrent_pack(cell, false, part.lowerBound, part.count, weight, packed.start)
          kernels.recurrent_pack(cell, true, part.lowerBound, part.count, weight, transposed.start)
        }
        kernels.recurrent_state_gradient(cell, rows, transposed.start, later, dhFirst.start)
        #expect(packed.isIntact && transposed.isIntact, "\(label)")
      }
      for part in parts {
        kernels.recurrent_step(
          cell, rows, part.lowerBound, part.count, packs ? packed.start : nil, packs ? bias : nil,
          lengths, time, positions, table, gates.start, h, c, hOut.start, cOut.start, nil, nil)
      }
      for part in parts {
        kernels.recurrent_step_gradient(
          cell, rows, part.lowerBound, part.count, packs ? transposed.start : nil,
          packs ? later : nil, lengths, time, gates.start, h, c, cOut.start, cotangent, dhOut.start,
          dcOut.start, dx.start, dproduct.start, 0)
      }
    }
    for memory in [gates, hOut, cOut, dhOut, dcOut, dhFirst, dx, dproduct] {
      #expect(memory.isIntact, "\(label)")
    }

    func expect(_ found: T, _ expected: Double, _ what: String) {
      #expect(abs(Double(found) - expected) <= tolerance, "\(what) of \(label)")
    }
    for row in 0..<rows {
      let isGoingOn = lengths.map { time < $0[row] } ?? true
      for j in 0..<n {
        let place = row * n + j
        func part(_ numbers: [Double], _ index: Int, of count: Int) -> Double {
          numbers[(row * count + index) * n + j]
        }
        let reference =
          isGoingOn
          ? Reference(
            cell, (0..<cell.columns).map { part(x, $0, of: cell.columns) },
            (0..<cell.columns).map { part(p, $0, of: cell.columns) }, h: Double(h[place]),
            c: Double(c[place]), dh: Double(cotangent[place]) + dhBefore[place],
            dc: Double(dc[place]))
          : Reference(
            endedOf: cell, h: Double(h[place]), c: Double(c[place]),
            dh: Double(cotangent[place]) + dhBefore[place], dc: Double(dc[place]))
        for (index, gate) in reference.gates.enumerated() {
          expect(gates[(row * cell.gates + index) * n + j], gate, "gate \(index)")
        }
        expect(hOut[place], reference.h, "h")
        expect(dhFirst[place], dhBefore[place], "the first dh")
        expect(dhOut[place], reference.dh, "dh")
        for (index, gradient) in reference.dx.enumerated() {
          expect(dx[(row * cell.columns + index) * n + j], gradient, "dx \(index)")
        }
        for (index, gradient) in reference.dproduct.enumerated() {
          expect(dproduct[(row * cell.columns + index) * n + j], gradient, "dproduct \(index)")
        }
        if cell.kind == BP_LSTM {
          expect(cOut[place], reference.c, "c")
          expect(dcOut[place], reference.dc, "dc")
        }
      }
    }
  }

  /// One number of the state, by the formulas.
  private struct Reference {
    var gates: [Double]
    var (h, c): (Double, Double)
    var (dx, dproduct): ([Double], [Double])
    var (dh, dc): (Double, Double)

    init(endedOf cell: bp_recurrent, h: Double, c: Double, dh: Double, dc: Double) {
      gates = Array(repeating: 0, count: cell.gates)
      (self.h, self.c, self.dh, self.dc) = (h, c, dh, dc)
      dx = Array(repeating: 0, count: cell.columns)
      dproduct = dx
    }

    init(
      _ cell: bp_recurrent, _ x: [Double], _ p: [Double], h: Double, c: Double, dh: Double,
      dc: Double
    ) {
      func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }
      let a = zip(x, p).map { $0 + $1 }
      (self.c, self.dc) = (c, dc)
      switch cell.kind {
      case BP_RNN:
        let slope: Double
        switch cell.activation {
        case BP_RELU_ACTIVATION: (self.h, slope) = (max(a[0], 0), a[0] > 0 ? 1 : 0)
        case BP_SIGMOID_ACTIVATION:
          (self.h, slope) = (sigmoid(a[0]), sigmoid(a[0]) * sigmoid(-a[0]))
        case BP_TANH_ACTIVATION: (self.h, slope) = (tanh(a[0]), 1 - tanh(a[0]) * tanh(a[0]))
        default: (self.h, slope) = (a[0], 1)
        }
        gates = [self.h]
        dx = [dh * slope]
        dproduct = dx
        self.dh = 0
      case BP_GRU:
        let (r, z) = (sigmoid(a[0]), sigmoid(a[1]))
        let fresh = tanh(x[2] + r * p[2])
        gates = [r, z, p[2], fresh]
        self.h = (1 - z) * fresh + z * h
        let dn = dh * (1 - z) * (1 - fresh * fresh)
        let (dr, dz) = (dn * p[2] * r * (1 - r), dh * (h - fresh) * z * (1 - z))
        dx = [dr, dz, dn]
        dproduct = [dr, dz, dn * r]
        self.dh = dh * z
      default:
        let (i, f, g, o) = (sigmoid(a[0]), sigmoid(a[1]), tanh(a[2]), sigmoid(a[3]))
        gates = [i, f, g, o]
        self.c = f * c + i * g
        let t = tanh(self.c)
        self.h = o * t
        let cell = dc + dh * o * (1 - t * t)
        dx = [
          cell * g * i * (1 - i), cell * c * f * (1 - f), cell * i * (1 - g * g),
          dh * t * o * (1 - o),
        ]
        dproduct = dx
        self.dh = 0
        self.dc = cell * f
      }
    }
  }
}
