import BackpropArrays

@testable import BackpropAutodiff

extension OperationSamples {
  /// Those of recurrent networks: every cell, in both directions, with sequences of one length and of
  /// several.
  static let recurrent: [String: [GradientSample]] = [
    "RecurrentSequence": settings.map { sample($0) { RecurrentSequence(settings: $0) } } + [
      GradientSample("a constant weight", [.numbers([3, 2, 8])]) { inputs in
        inputs[0].recurrentStates(
          .lstm, weight: Tensor(NDArray.numbers([2, 8], seed: 2)),
          state: [Tensor(NDArray.numbers([2, 2], seed: 3)), Tensor(NDArray.numbers([2, 2]))]
        ).states
      },
      GradientSample("of a constant input", [.numbers([2, 6]), .numbers([6], seed: 2)]) { inputs in
        let x = Tensor(NDArray.numbers([3, 2, 6], seed: 3))
        let result = x.recurrentStates(
          .gru, weight: inputs[0], bias: inputs[1], state: [Tensor(NDArray.numbers([2, 2]))],
          lengths: Tensor([1, 3] as [Int32]))
        return result.states.sum(axis: 0) * result.end[0]
      },
    ],
    "RecurrentGates": settings.map { sample($0) { RecurrentGates(settings: $0) } },
  ]

  private static let settings: [RecurrentInputs] =
    [RecurrentCell.rnn(.tanh), .rnn(.identity), .rnn(.sigmoid), .gru, .lstm].flatMap { cell in
      [(false, false, true), (true, false, false), (false, true, false), (true, true, true)].flatMap
      {
        isReversed, hasLengths, hasBias in
        [false, true].map {
          RecurrentInputs(
            cell: cell, isReversed: isReversed, hasBias: hasBias, hasPositions: $0,
            hasLengths: hasLengths)
        }
      }
    }

  private static func sample<Operation: TensorOperation>(
    _ settings: RecurrentInputs, _ operation: @escaping @Sendable (RecurrentInputs) -> Operation
  ) -> GradientSample {
    let count = settings.cell.gateCount
    let x: Shape = settings.hasPositions ? [4, 2 * count] : [3, 3, 2 * count]
    var inputs = [NDArray.numbers(x), .numbers([2, 2 * count], seed: 2)]
    for index in settings.state { inputs.append(.numbers([3, 2], seed: UInt64(index + 1))) }
    if settings.hasBias { inputs.append(.numbers([2 * count], seed: 5)) }
    let label =
      "\(settings.cell)" + (settings.isReversed ? ", reversed" : "")
      + (settings.hasBias ? ", bias" : "") + (settings.hasPositions ? ", positions" : "")
      + (settings.hasLengths ? ", lengths" : "")
    // Of four rows one stands nowhere, and one several times.
    let positions = Tensor([[2, 0, 2], [1, 2, 0], [0, 0, 1]] as [[Int]])
    return GradientSample(label, inputs) {
      operation(settings)(
        $0 + (settings.hasPositions ? [positions] : [])
          + (settings.hasLengths ? [Tensor([2, 3, 1] as [Int32])] : []))
    }
  }
}
