import BackpropArrays
import BackpropTestSupport
import Testing

@testable import BackpropAutodiff

@Suite struct RecurrentSequenceTests {
  private static let cells: [RecurrentCell] = [.rnn(.tanh), .rnn(.relu), .gru, .lstm]

  private static func inputs(
    _ cell: RecurrentCell, steps: Int, batch: Int, hidden: Int, _ type: ScalarType = .float64
  ) -> (x: Tensor, weight: Tensor, bias: Tensor, state: [Tensor]) {
    func numbers(_ shape: Shape, _ seed: UInt64) -> Tensor {
      Tensor(NDArray.numbers(shape, seed: seed)).cast(to: type)
    }
    let columns = cell.gateCount * hidden
    return (
      numbers([steps, batch, columns], 1), numbers([hidden, columns], 2) * 0.3,
      numbers([columns], 3), (0..<cell.stateCount).map { numbers([batch, hidden], UInt64($0 + 4)) }
    )
  }

  /// Many sequences, wide states and several chunks: as the formula, step by step.
  @Test func largeWalksFollowTheFormula() {
    for cell in Self.cells {
      for (type, tolerance) in [(ScalarType.float64, 1e-12), (.float32, 2e-5)] {
        let (x, weight, bias, state) = Self.inputs(cell, steps: 4, batch: 37, hidden: 21, type)
        func formula(_ inputs: [Tensor]) -> [Tensor] {
          var (state, states) = ([Tensor](inputs[3...]), [Tensor]())
          for step in 0..<4 {
            let product = state[0].matmul(inputs[1]) + inputs[2]
            switch cell {
            case .rnn(let activation): state = [activation(inputs[0][step] + product)]
            case .gru:
              let a = inputs[0][step].split(into: 3, axis: -1)
              let p = product.split(into: 3, axis: -1)
              let (r, z) = ((a[0] + p[0]).sigmoid(), (a[1] + p[1]).sigmoid())
              state = [(1 - z) * (a[2] + r * p[2]).tanh() + z * state[0]]
            case .lstm:
              let a = (inputs[0][step] + product).split(into: 4, axis: -1)
              let c = a[1].sigmoid() * state[1] + a[0].sigmoid() * a[2].tanh()
              state = [a[3].sigmoid() * c.tanh(), c]
            }
            states.append(state[0])
          }
          return [Tensor.stack(states)] + state
        }
        func operation(_ inputs: [Tensor]) -> [Tensor] {
          let result = inputs[0].recurrentStates(
            cell, weight: inputs[1], bias: inputs[2], state: Array(inputs[3...]))
          return [result.states] + result.end
        }
        func all(_ function: ([Tensor]) -> [Tensor]) -> [Tensor] {
          let variables = ([x, weight, bias] + state).map { $0.requiringGradient() }
          let results = function(variables)
          let loss = results.map { ($0 * $0.sin()).mean() }.reduce(Tensor(0, scalarType: type), +)
          let gradients = loss.backward()
          return results.map(\.detached) + variables.map { gradients[$0] }
        }
        for (index, (found, expected)) in zip(all(operation), all(formula)).enumerated() {
          #expect(
            found.isClose(to: expected, relativeTolerance: tolerance, absoluteTolerance: tolerance),
            "\(cell), \(type), \(index)")
        }
      }
    }
  }

  /// A weight that no thread could keep, so that each does a part of the state.
  @Test func wideStatesFollowTheFormula() {
    let (steps, batch, hidden) = (4, 5, 600)
    let (x, weight, bias, state) = Self.inputs(
      .rnn(.tanh), steps: steps, batch: batch, hidden: hidden)
    let variables = [x, weight * 0.1, bias, state[0]].map { $0.requiringGradient() }
    func loss(_ states: Tensor) -> Tensor { (states * states.sin()).mean() }
    var (h, list) = (variables[3], [Tensor]())
    for step in 0..<steps {
      h = (variables[0][step] + h.matmul(variables[1]) + variables[2]).tanh()
      list.append(h)
    }
    let expected = loss(Tensor.stack(list)).backward()
    let states = variables[0].recurrentStates(
      .rnn(.tanh), weight: variables[1], bias: variables[2], state: [variables[3]]
    ).states
    let found = loss(states).backward()
    for variable in variables {
      #expect(
        found[variable].isClose(
          to: expected[variable], relativeTolerance: 1e-11, absoluteTolerance: 1e-14))
    }
  }

  /// Rows of a table are what gathering them first gives, to the last bit.
  @Test func aTablesRowsAreThoseGathered() {
    for cell in Self.cells {
      for (steps, batch) in [(6, 9), (2, 3)] {
        for isReversed in [false, true] {
          let (x, weight, bias, state) = Self.inputs(cell, steps: 1, batch: 7, hidden: 5)
          let table = x[0].requiringGradient()
          let positions = Tensor((0..<steps * batch).map { $0 * $0 % 6 }, shape: [steps, batch])
          let lengths = Tensor((0..<batch).map { $0 % steps + 1 })
          let start = state.map { Tensor.concatenate([$0, $0], axis: 0)[..<batch] }
          func states(_ x: Tensor, _ positions: Tensor?) -> Tensor {
            x.recurrentStates(
              cell, weight: weight, bias: bias, state: start, positions: positions,
              lengths: lengths, isReversed: isReversed
            ).states
          }
          let (found, expected) = (
            states(table, positions), states(table.gather(rows: positions), nil)
          )
          #expect(found.doubles == expected.doubles)
          #expect(
            found.sin().sum().backward()[table].doubles
              == expected.sin().sum().backward()[table].doubles)
        }
      }
    }
  }

  @Test func aPositionThatIsNoRowIsNamed() {
    let settings = RecurrentInputs(
      cell: .gru, isReversed: false, hasBias: false, hasPositions: true, hasLengths: false)
    let (x, weight, _, state) = Self.inputs(.gru, steps: 3, batch: 2, hidden: 2)
    for (positions, text) in [
      ([[0, 1], [2, 1]], "position (1, 0) is 2, and the table has the rows 0..<2"),
      ([[0, -1], [1, 1]], "position (0, 1) is -1"),
      ([[0, 1], [1, 1 << 40]], "position (1, 1) is 1099511627776"),
    ] {
      let error = #expect(throws: ShapeError.self) {
        try RecurrentSequence(settings: settings).evaluate([
          x[..<2, 0], weight, state[0], Tensor(positions),
        ])
      }
      #expect(error?.description.contains(text) == true)
    }
  }

  /// What came from the input is let go of; the gates take its place.
  @Test func theGraphDoesNotKeepWhatCameFromTheInput() {
    for cell in Self.cells {
      let (x, weight, _, state) = Self.inputs(cell, steps: 2, batch: 2, hidden: 2)
      let states = x.requiringGradient().recurrentStates(cell, weight: weight, state: state).states
      var node = states.node!
      while !(node.operation is RecurrentSequence) { node = node.inputNode(0)! }
      #expect(node.inputArray(0) == nil)
      #expect(node.inputArray(1) != nil && node.output != nil)
    }
  }

  @Test func noSequencesAreNone() {
    for cell in Self.cells {
      let (x, weight, bias, state) = Self.inputs(cell, steps: 2, batch: 0, hidden: 3)
      let variable = weight.requiringGradient()
      let result = x.recurrentStates(cell, weight: variable, bias: bias, state: state)
      #expect(result.states.shape == [2, 0, 3])
      let gradients = (result.states.sum() + result.end[0].sum()).backward()
      #expect(gradients[variable].doubles.allSatisfy { $0 == 0 })
    }
  }

  @Test func mistakesSayWhatIsWrong() {
    func text(_ cell: RecurrentCell, lengths: TensorType? = nil, _ shapes: Shape...) -> String {
      let tensors = shapes.map { Tensor(shapeOnly: TensorType($0, .float64)) }
      let error = #expect(throws: ShapeError.self) {
        try tensors[0].recurrentStates(
          cell, weight: tensors[1], bias: tensors[2], state: Array(tensors[3...]),
          lengths: lengths.map { Tensor(shapeOnly: $0) }
        ).end[0].checkedType()
      }
      return error?.description ?? ""
    }
    let (x, weight, bias, state) = (
      [5, 2, 9] as Shape, [3, 9] as Shape, [9] as Shape, [2, 3] as Shape
    )
    #expect(text(.lstm, x, weight, bias, state, state).contains("(steps, batch, 4 · hidden)"))
    #expect(
      text(.gru, [5, 2, 6], weight, bias, state).contains("of the state (hidden, 3 · hidden)"))
    #expect(text(.gru, [0, 2, 9], weight, bias, state).contains("of at least one step"))
    #expect(text(.gru, x, weight, bias, [3, 3]).contains("the beginning is not of shape (2, 3)"))
    #expect(text(.gru, x, weight, [3], state).contains("the bias is not of shape (9,)"))
    #expect(
      text(.gru, lengths: TensorType([5], .int32), x, weight, bias, state)
        .contains("the lengths are not whole numbers of shape (2,)"))
    #expect(
      text(.gru, lengths: TensorType([2], .float64), x, weight, bias, state)
        .contains("the lengths are not whole numbers of shape (2,)"))
  }

  @Test func aLengthThatIsNoneIsNamed() throws {
    let settings = RecurrentInputs(
      cell: .gru, isReversed: false, hasBias: false, hasLengths: true)
    let (x, weight, _, state) = Self.inputs(.gru, steps: 3, batch: 2, hidden: 2)
    for (lengths, text) in [
      ([1, 4], "length 1 is 4, and there are 3 steps"), ([0, 3], "length 0 is 0"),
    ] {
      let error = #expect(throws: ShapeError.self) {
        try RecurrentSequence(settings: settings).evaluate([x, weight, state[0], Tensor(lengths)])
      }
      #expect(error?.description.contains(text) == true)
    }
  }
}
