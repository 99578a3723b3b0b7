import BackpropArrays

/// Element-wise operations of one shape that follow one another, ready to run.
final class FusedChain: Sendable {
  /// What a step computes with: step i is number i, input i is number ~i, and after the inputs come the
  /// constants.
  struct Operand: Sendable {
    fileprivate(set) var value: Int
    /// Whether no gradient flows to it by this way.
    let isConstant: Bool
  }

  struct Step: Sendable {
    let operation: any ElementwiseOperation
    /// Its operands, among those of all steps.
    let operands: Range<Int>
    let scalarType: ScalarType
    /// What its gradient asks for; `nil` where there is none.
    let needs: GradientNeeds?
  }

  let steps: [Step]
  private let operands: [Operand]
  let inputTypes: [TensorType]
  /// Single numbers, mostly those of the source.
  private let constants: [NDArray]
  let shape: Shape
  /// The steps whose results are wanted.
  private let wanted: [Int]
  private let program: ElementwiseProgram

  // MARK: Putting together

  /// The chain that computes these results, which have one shape, and its inputs. What they are computed
  /// of and is smaller is computed first: once, and with a gradient that is summed before it goes on.
  static func of(_ wanted: [PutOff]) -> (FusedChain, [Tensor]) {
    var links: [PutOff] = []
    for putOff in wanted { putOff.gather(&links) }
    // In the order of the program, so that gradients are added in the order in which they are without.
    links.sort { $0.number < $1.number }
    for (place, link) in links.enumerated() { link.place = place }
    defer { for link in links { link.place = nil } }

    var builder = Builder()
    builder.steps.reserveCapacity(links.count)
    builder.operands.reserveCapacity(2 * links.count)
    for link in links { builder.add(link) }
    return (builder.finish(wanted), builder.inputs)
  }

  private struct Builder {
    var steps: [Step] = []
    var operands: [Operand] = []
    var inputs: [Tensor] = []
    var constants: [Tensor] = []

    mutating func add(_ link: PutOff) {
      let first = operands.count
      for operand in link.operands {
        operands.append(Operand(value: value(of: operand), isConstant: operand.node == nil))
      }
      steps.append(
        Step(
          operation: link.operation!, operands: first..<operands.count,
          scalarType: link.type.scalarType, needs: link.needs))
    }

    private mutating func value(of operand: Tensor) -> Int {
      let putOff = operand.putOff
      if let place = putOff?.place { return place }
      let known = putOff?.result ?? operand
      let tensor = operand.node == nil ? known.detached : known
      if tensor.rank == 0, tensor.node == nil, !tensor.isShapeOnly {
        constants.append(tensor)
        return Self.firstConstant + constants.count - 1
      }
      // Not many are there, or not many of many are the same.
      for place in inputs.indices.suffix(32) where inputs[place].storage === tensor.storage {
        // To what is also used as a constant, a gradient flows by the other way.
        if inputs[place].node == nil { inputs[place] = tensor }
        if tensor.node == nil || inputs[place].node === tensor.node { return ~place }
      }
      inputs.append(tensor)
      return ~(inputs.count - 1)
    }

    /// Constants follow the inputs, of which there may be more to come.
    private static var firstConstant: Int { .min }

    mutating func finish(_ wanted: [PutOff]) -> FusedChain {
      for index in operands.indices where operands[index].value < .min / 2 {
        operands[index].value = ~(inputs.count + operands[index].value - Self.firstConstant)
      }
      return FusedChain(
        steps, operands, wanted.map { $0.place! }, wanted[0].type.shape, inputs.map(\.type),
        constants.map(\.array))
    }
  }

  private init(
    _ steps: [Step], _ operands: [Operand], _ wanted: [Int], _ shape: Shape,
    _ inputTypes: [TensorType], _ constants: [NDArray]
  ) {
    self.steps = steps
    self.operands = operands
    self.wanted = wanted
    self.shape = shape
    self.inputTypes = inputTypes
    let ownNumbers = steps.count { $0.operation.number != nil }
    let inputCount = inputTypes.count
    let count = inputCount + constants.count + ownNumbers
    var allConstants = constants
    let programSteps = steps.map { step in
      func scalarType(of value: Int) -> ScalarType {
        if value >= 0 { return steps[value].scalarType }
        return ~value < inputCount
          ? inputTypes[~value].scalarType : constants[~value - inputCount].scalarType
      }
      func operand(_ index: Int) -> Int {
        let value = operands[step.operands.lowerBound + index].value
        return value < 0 ? ~value : count + value
      }
      let (operation, operandCount) = (step.operation, step.operands.count)
      let loop = operation.loop
      let typed = step.operands.lowerBound + (loop == .selection ? 1 : 0)
      let type = scalarType(of: operands[typed].value)
      let a = operand(0)
      var b = operandCount > 1 ? operand(1) : a
      if let number = operation.number {
        b = inputCount + allConstants.count
        allConstants.append(NDArray(scalar: number, scalarType: type))
      }
      return ElementwiseProgram.Step(
        loop, a, b, operandCount > 2 ? operand(2) : a, type, step.scalarType)
    }
    self.constants = allConstants
    program = ElementwiseProgram(
      inputCount: count, steps: programSteps, results: wanted.map { count + $0 })
  }

  // MARK: Running

  /// The results that are wanted.
  func values(of inputs: [NDArray]) -> [NDArray] {
    let outputs = wanted.map { NDArray(uninitialized: shape, steps[$0].scalarType) }
    run(inputs, into: outputs)
    return outputs
  }

  /// Computes the results that are wanted into memory that is there for them.
  func run(_ inputs: [NDArray], into outputs: [NDArray]) {
    program.run(inputs + constants, over: shape, into: outputs)
  }

  /// Applies the operation of step `index`, as it is, to what it computes with.
  ///
  /// - Parameters:
  ///   - index: the step.
  ///   - inputs: the inputs of the chain.
  ///   - results: the results of the steps before it.
  func apply(_ index: Int, to inputs: [Tensor], _ results: [Tensor]) -> Tensor {
    func tensor(_ place: Int) -> Tensor {
      let (value, isConstant) = (operands[place].value, operands[place].isConstant)
      if ~value >= inputs.count {
        return Tensor(array: constants[~value - inputs.count], node: nil)
      }
      let tensor = value >= 0 ? results[value] : inputs[~value]
      return isConstant ? tensor.detached : tensor
    }
    let (operation, range) = (steps[index].operation, steps[index].operands)
    let first = range.lowerBound
    return switch range.count {
    case 1: operation.callAsFunction(tensor(first))
    case 2: operation.callAsFunction(tensor(first), tensor(first + 1))
    default: operation.callAsFunction(range.map(tensor))
    }
  }

  // MARK: Gradients

  /// What the gradient of the last step's result needs: inputs, and the result where that spares its
  /// computation.
  var gradientNeeds: GradientNeeds {
    var isNeeded = [Bool](repeating: false, count: steps.count)
    var needs: GradientNeeds = []
    func need(_ value: Int) {
      if value >= 0 {
        isNeeded[value] = true
      } else if ~value < inputTypes.count {
        needs.insert(.input(~value))
      }
    }
    for (index, step) in steps.enumerated() {
      guard let ownNeeds = step.needs else { continue }
      if ownNeeds.contains(.output) { isNeeded[index] = true }
      for (place, operand) in step.operands.enumerated() where ownNeeds.contains(.input(place)) {
        need(operands[operand].value)
      }
    }
    if isNeeded[steps.count - 1] { needs.insert(.output) }
    // What lies between is computed again.
    for (index, step) in steps.dropLast().enumerated().reversed() where isNeeded[index] {
      for operand in step.operands { need(operands[operand].value) }
    }
    return needs
  }

  // MARK: Drawing

  /// The formula: `tanh(relu(a × b + c) × 0.5 − a)`.
  var formula: String {
    var texts: [(text: String, isSum: Bool)] = []
    for step in steps {
      let operands = operands[step.operands].map { operand -> (text: String, isSum: Bool) in
        if operand.value >= 0 { return texts[operand.value] }
        return (name(ofInput: ~operand.value), false)
      }
      let (operation, sign) = (step.operation, step.operation.symbol)
      if sign != operation.name, operands.count == 2 {
        let isSum = operation is Add || operation is Subtract
        let sides = operands.map { $0.isSum && !isSum ? "(\($0.text))" : $0.text }
        let right =
          operands[1].isSum && operation is Subtract ? "(\(operands[1].text))" : sides[1]
        texts.append(("\(sides[0]) \(sign) \(right)", isSum))
      } else {
        let number = operation.number.map { [text(of: $0)] } ?? []
        let list = (operands.map(\.text) + number).joined(separator: ", ")
        texts.append(("\(sign)(\(list))", false))
      }
    }
    return texts[wanted[0]].text
  }

  private func name(ofInput index: Int) -> String {
    if index >= inputTypes.count { return text(of: constants[index - inputTypes.count].item) }
    let letter = String(UnicodeScalar(UInt8(ascii: "a") + UInt8(index % 26)))
    return index < 26 ? letter : "\(letter)\(index / 26)"
  }

  private func text(of number: Double) -> String {
    number == number.rounded() && abs(number) < 1e15 ? "\(Int(number))" : "\(Float(number))"
  }
}

extension PutOff {
  /// Adds what must be computed for this one, and is of its shape, to the links of a chain. What is
  /// smaller is computed.
  fileprivate func gather(_ links: inout [PutOff]) {
    if place != nil || result != nil { return }
    for operand in operands {
      guard let putOff = operand.putOff, putOff.result == nil else { continue }
      if putOff.type.shape == type.shape { putOff.gather(&links) } else { _ = putOff.value }
    }
    place = links.count
    links.append(self)
  }
}
