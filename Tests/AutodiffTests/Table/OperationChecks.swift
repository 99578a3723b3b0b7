import BackpropArrays
import BackpropTestSupport
import CBackpropKernels

@testable import BackpropAutodiff

/// Compares every case of ``OperationTable`` with PyTorch's numbers, in every layout of the inputs in
/// memory and with every instruction set that the processor has.
///
/// The instruction set is one for the whole process, so this has a process of its own.
struct OperationChecks {
  /// All pairs of layouts, and gradients with every instruction set; or each layout of each input
  /// once, and gradients with the best.
  let isFull: Bool
  /// How many results and gradients were compared.
  private(set) var comparisons = 0
  private(set) var failures: [String] = []
  /// The largest error of each operation in units of what its ``OperationRow/Accuracy`` allows by:
  /// in `float32` and in `float64`.
  private(set) var largest: [String: [Double]] = [:]
  /// The largest error of a gradient, in units of ε √n Σ|tᵢ|.
  private(set) var largestGradient = 0.0

  init(isFull: Bool) { self.isFull = isFull }

  /// - Parameter begin: told the name of each case before it is looked at.
  mutating func run(_ references: OperationReferences, begin: (String) -> Void) {
    let sets = [BP_ISA_PORTABLE, BP_ISA_NEON, BP_ISA_AVX2, BP_ISA_AVX512].filter(bp_isa_available)
    for row in OperationTable.rows {
      for example in row.cases {
        let name = OperationReferences.name(row, example)
        begin(name)
        guard let reference = references.cases[name],
          reference.line == fnv1a(OperationReferences.line(row, example))
        else {
          failures.append("\(name) is not in operations.json as it is here")
          continue
        }
        if !reference.isIntact { failures.append("\(name): operations.json is damaged") }
        check(row, example, name, reference, sets)
      }
    }
  }

  private mutating func check(
    _ row: OperationRow, _ example: OperationCase, _ name: String,
    _ reference: OperationReferences.Case, _ sets: [bp_isa]
  ) {
    let value = OperationReferences.doubles(reference.value)
    let scale = reference.scale.map(OperationReferences.floats)
    let hasTypes = example.inputs.contains(where: \.isNumeric)
    for (number, type) in [ScalarType.float32, .float64].enumerated()
    where hasTypes || type == .float64 {
      let inputs = example.inputs.enumerated().map {
        $1.array(seededBy: "\(name)/\($0)", type)
      }
      if OperationReferences.hash(inputs) != reference.inputs {
        failures.append("\(name): the inputs are not those that PyTorch had")
        return
      }
      let layouts = combinations(inputs.map(\.everyLayout))
      for isa in sets {
        guard bp_select_isa(isa) else { continue }
        let isBest = isa == sets.last
        for layout in layouts {
          let place = {
            "\(name), \(String(cString: bp_isa_name(isa))) \(type), "
              + layout.map(\.name).joined(separator: " and ")
          }
          let result = example.function(layout.map { Tensor($0.array) })
          compare(row, number, result, value, reference.shape, scale, place)
        }
        guard let gradients = reference.gradients, isFull || isBest else { continue }
        for layout in layouts {
          let place = {
            "gradient of \(name), \(String(cString: bp_isa_name(isa))) \(type), "
              + layout.map(\.name).joined(separator: " and ")
          }
          checkGradients(
            example, layout.map(\.array), type, name, reference, gradients, place)
        }
      }
    }
  }

  private mutating func compare(
    _ row: OperationRow, _ type: Int, _ result: Tensor, _ expected: [Double], _ shape: Shape,
    _ scale: [Double]?, _ place: () -> String
  ) {
    comparisons += 1
    guard result.shape == shape else {
      return failures.append("\(place()): the shape is \(result.shape) and not \(shape)")
    }
    let isFloat = result.scalarType == .float32
    let epsilon = isFloat ? Double(Float.ulpOfOne) : Double.ulpOfOne
    var worst = 0.0
    for (index, x) in result.doubles.enumerated() {
      let y = expected[index]
      if x == y || (x.isNaN && y.isNaN) { continue }
      let (error, allowed): (Double, Double) =
        switch row.accuracy {
        case .exact: (.infinity, 0)
        case .ulps(let allowed): (abs(x - y) / (isFloat ? Double(Float(y).ulp) : y.ulp), allowed)
        case .sums(let least): (abs(x - y) / (epsilon * max(scale![index], least)), 4)
        }
      if !(error <= allowed) {
        return failures.append(
          "\(place()): element \(index) is \(x) and not \(y), an error of \(error) where "
            + "\(allowed) is allowed")
      }
      worst = max(worst, error)
    }
    largest[row.name, default: [0, 0]][type] = max(largest[row.name]?[type] ?? 0, worst)
  }

  private mutating func checkGradients(
    _ example: OperationCase, _ inputs: [NDArray], _ type: ScalarType, _ name: String,
    _ reference: OperationReferences.Case, _ gradients: [String], _ place: () -> String
  ) {
    let variables = zip(inputs, example.inputs).map {
      $1.isNumeric ? Tensor($0).requiringGradient() : Tensor($0)
    }
    let result = example.function(variables)
    // As a view, so that gradients meet cotangents that are not contiguous too.
    let cotangent = CaseInput.numbers(reference.shape, -1, 1).array(
      seededBy: "\(name)/cotangent", result.scalarType)
    let turned = cotangent.rank > 1 ? cotangent.transposed().copy().transposed() : cotangent
    // Positions are constants, whatever the rest of an operation is.
    let found = result.requiresGradient ? result.backward(from: Tensor(turned)) : nil
    let epsilon = type == .float32 ? Double(Float.ulpOfOne) : Double.ulpOfOne
    let root = Double(max(reference.shape.elementCount, 1)).squareRoot()
    var number = 0
    for (variable, input) in zip(variables, example.inputs) where input.isNumeric {
      comparisons += 1
      let expected = OperationReferences.doubles(gradients[number])
      let unit = epsilon * root * reference.gradientScales![number]
      number += 1
      let gradient = found?.gradient(withRespectTo: variable)?.doubles
      for (index, y) in expected.enumerated() {
        let x = gradient?[index] ?? 0
        let error = abs(x - y)
        if !(error <= 8 * unit) {
          return failures.append(
            "\(place()): by input \(number - 1), element \(index) is \(x) and not \(y), "
              + "\(error / unit) ε √n Σ|t| apart")
        }
        if unit > 0 { largestGradient = max(largestGradient, error / unit) }
      }
    }
  }

  /// Every pair of layouts in a full run; else, and for more inputs, each layout of each once.
  private func combinations(_ layouts: [[Layout]]) -> [[Layout]] {
    if isFull && layouts.count == 2 {
      return layouts[0].flatMap { first in layouts[1].map { [first, $0] } }
    }
    let most = layouts.map(\.count).max() ?? 0
    return (0..<most).map { index in
      var chosen: [Layout] = []
      for (number, all) in layouts.enumerated() {
        chosen.append(all[index == 0 ? 0 : (index + number) % all.count])
      }
      return chosen
    }
  }
}
