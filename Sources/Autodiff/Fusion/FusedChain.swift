import BackpropArrays

/// Element-wise operations of one shape that follow one another, ready to run.
final class FusedChain: Sendable {
  /// What a step computes with: step i is number i, input i is number ~i, and after the inputs come the
  /// constants.
  struct Operand: Sendable {
    let value: Int
    /// Whether no gradient flows to it by this way.
    let isConstant: Bool
  }

  struct Step: Sendable {
    let operation: any ElementwiseOperation
    let operands: [Operand]
    let scalarType: ScalarType
    /// What its gradient asks for; `nil` where there is none.
    let needs: GradientNeeds?
  }

  let steps: [Step]
  let inputTypes: [TensorType]
  /// Single numbers, mostly those of the source.
  let constants: [NDArray]
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
    defer { for link in links { link.place = nil } }

    var (inputs, constants): ([Tensor], [Tensor]) = ([], [])
    func place(of tensor: Tensor, among tensors: inout [Tensor]) -> Int {
      // Not many are there, or not many of many are the same.
      let known = tensors.indices.suffix(32).first {
        tensors[$0].storage === tensor.storage && tensors[$0].node === tensor.node
      }
      if known == nil { tensors.append(tensor) }
      return known ?? tensors.count - 1
    }
    // Where each operand comes from; `nil` for another step.
    let sources = links.map { link in
      link.operands.map { operand -> (place: Int, isNumber: Bool)? in
        if operand.putOff?.place != nil { return nil }
        let value = operand.putOff?.result ?? operand
        let tensor = operand.node == nil ? value.detached : value
        let isNumber = tensor.rank == 0 && tensor.node == nil && !tensor.isShapeOnly
        return (
          isNumber ? place(of: tensor, among: &constants) : place(of: tensor, among: &inputs),
          isNumber
        )
      }
    }
    let steps = zip(links, sources).map { link, sources in
      Step(
        operation: link.operation!,
        operands: zip(link.operands, sources).map { operand, source in
          let value =
            source.map { ~($0.isNumber ? inputs.count + $0.place : $0.place) }
            ?? operand.putOff!.place!
          return Operand(value: value, isConstant: operand.node == nil)
        }, scalarType: link.type.scalarType, needs: link.needs)
    }
    let chain = FusedChain(
      steps, wanted.map { $0.place! }, wanted[0].type.shape, inputs.map(\.type),
      constants.map(\.array))
    return (chain, inputs)
  }

  private init(
    _ steps: [Step], _ wanted: [Int], _ shape: Shape, _ inputTypes: [TensorType],
    _ constants: [NDArray]
  ) {
    self.steps = steps
    self.wanted = wanted
    self.shape = shape
    self.inputTypes = inputTypes
    let ownNumbers = steps.count { $0.operation.number != nil }
    let count = inputTypes.count + constants.count + ownNumbers
    var constants = constants
    let programSteps = steps.map { step in
      var operands = step.operands.map { $0.value < 0 ? ~$0.value : count + $0.value }
      let types = step.operands.map { operand in
        if operand.value >= 0 { return steps[operand.value].scalarType }
        let place = ~operand.value
        return place < inputTypes.count
          ? inputTypes[place].scalarType : constants[place - inputTypes.count].scalarType
      }
      let type = types[step.operation.loop == .selection ? 1 : 0]
      if let number = step.operation.number {
        operands.append(inputTypes.count + constants.count)
        constants.append(NDArray(scalar: number, scalarType: type))
      }
      return ElementwiseProgram.Step(step.operation.loop, operands, type, step.scalarType)
    }
    self.constants = constants
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
  func apply(_ index: Int, to inputs: [Tensor], _ results: [Tensor]) -> Tensor {
    let step = steps[index]
    return step.operation.callAsFunction(
      step.operands.map { operand in
        if operand.value >= 0 {
          return operand.isConstant ? results[operand.value].detached : results[operand.value]
        }
        return ~operand.value < inputs.count
          ? inputs[~operand.value]
          : Tensor(array: constants[~operand.value - inputs.count], node: nil)
      })
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
        need(operand.value)
      }
    }
    if isNeeded[steps.count - 1] { needs.insert(.output) }
    // What lies between is computed again.
    for (index, step) in steps.dropLast().enumerated().reversed() where isNeeded[index] {
      for operand in step.operands { need(operand.value) }
    }
    return needs
  }

  // MARK: Drawing

  /// The formula: `tanh(relu(a × b + c) × 0.5 − a)`.
  var formula: String {
    var texts: [(text: String, isSum: Bool)] = []
    for step in steps {
      let operands = step.operands.map { operand -> (text: String, isSum: Bool) in
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
  /// Adds what must be computed for this one, and is of its shape, to the links of a chain, each after
  /// what it is computed of. What is smaller is computed.
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
