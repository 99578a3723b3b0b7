import BackpropArrays

@testable import BackpropAutodiff

extension ShapeMistakes {
  static let recurrent: [ShapeMistake] = [
    ShapeMistake(
      "RecurrentSequence",
      """
      gru: what comes from the input is (steps, batch, 3 · hidden), of at least one step, and the \
      weight of the state (hidden, 3 · hidden)
        shapes: (5, 2, 16) and (4, 12) and (2, 4)
      """
    ) { t([5, 2, 16]).recurrentStates(.gru, weight: t([4, 12]), state: [t([2, 4])]).states },
    ShapeMistake(
      "RecurrentSequence",
      """
      gru: the state at the beginning is not of shape (2, 4)
        shapes: (5, 2, 12) and (4, 12) and (3, 4)
      """
    ) { t([5, 2, 12]).recurrentStates(.gru, weight: t([4, 12]), state: [t([3, 4])]).states },
    ShapeMistake(
      "RecurrentSequence",
      """
      gru: the numbers are float16, which are stored and not computed with
        shapes: (5, 2, 12) and (4, 12) and (2, 4)
        hint: convert first, with cast(to: .float32)
      """
    ) {
      t([5, 2, 12], .float16).recurrentStates(.gru, weight: t([4, 12]), state: [t([2, 4])]).states
    },
    ShapeMistake(
      "RecurrentSequence",
      """
      gru: the table is (count, 3 · hidden), and the weight of the state (hidden, 3 · hidden)
        shapes: (5, 2, 12) and (4, 12) and (2, 4) and (5, 2)
      """
    ) {
      t([5, 2, 12]).recurrentStates(
        .gru, weight: t([4, 12]), state: [t([2, 4])], positions: t([5, 2], .int64)
      ).states
    },
    ShapeMistake(
      "RecurrentSequence",
      """
      gru: the positions are not whole numbers of shape (steps, batch), of at least one step
        shapes: (9, 12) and (4, 12) and (2, 4) and (5, 2)
      """
    ) {
      t([9, 12]).recurrentStates(
        .gru, weight: t([4, 12]), state: [t([2, 4])], positions: t([5, 2])
      ).states
    },
  ]
}
