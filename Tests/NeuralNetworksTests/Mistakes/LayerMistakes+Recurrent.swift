import BackpropArrays
import BackpropAutodiff
import BackpropNeuralNetworks

extension LayerMistakes {
  static let recurrent: [LayerMistake] = [
    LayerMistake(
      "LSTM",
      """
      LSTM: the input is no batch of sequences (batch, steps, 8)
        shapes: (5, 8)
        module: LSTM
        hint: make one sequence a batch, with expandingDimension(at: 0)
      """
    ) { try LSTM(8, 16, using: &$0)(t([5, 8])).output.checkedType() },
    LayerMistake(
      "LSTM",
      """
      LSTM: a step of the input has 7 numbers, and the module takes 8
        shapes: (2, 5, 7)
        module: LSTM
      """
    ) { try LSTM(8, 16, using: &$0)(t([2, 5, 7])).output.checkedType() },
    LayerMistake(
      "LSTM",
      """
      LSTM: the state is not of shape (1, 2, 16): (layers · directions, batch, hidden)
        shapes: (2, 5, 8) and (1, 2, 8)
        module: LSTM
      """
    ) {
      try LSTM(8, 16, using: &$0)(
        t([2, 5, 8]), state: .init(hidden: t([1, 2, 8]), cell: t([1, 2, 16]))
      ).output.checkedType()
    },
    LayerMistake(
      "RNN",
      """
      RNN: the sequences have no steps
        shapes: (2, 0, 8)
        module: RNN
      """
    ) { try RNN(8, 16, using: &$0)(t([2, 0, 8])).output.checkedType() },
    LayerMistake(
      "LSTM",
      """
      LSTM: a word's vector has 4 numbers, and the module takes 8
        shapes: (2, 5) and (3, 4)
        module: LSTM
      """
    ) {
      try LSTM(8, 16, using: &$0)(Embedding(3, 4, using: &$0), t([2, 5], .int64)).output
        .checkedType()
    },
    LayerMistake(
      "GRU",
      """
      GRU: the words are not whole numbers of shape (batch, steps), but float32
        shapes: (2, 5)
        module: GRU
      """
    ) {
      try GRU(4, 16, using: &$0)(Embedding(3, 4, using: &$0), t([2, 5])).output.checkedType()
    },
    LayerMistake(
      "RNNCell",
      """
      RNNCell: the input is no batch of steps (batch, 8)
        shapes: (2, 5, 8)
        module: RNNCell
        hint: a cell takes one step; sequences are for an RNN
      """
    ) { try RNNCell(8, 16, using: &$0)(t([2, 5, 8])).checkedType() },
    LayerMistake(
      "RNNCell",
      """
      RNNCell: the state is not of shape (2, 16)
        shapes: (2, 8) and (16,)
        module: RNNCell
      """
    ) { try RNNCell(8, 16, using: &$0)(t([2, 8]), state: t([16])).checkedType() },
    LayerMistake(
      "GRU",
      """
      GRU: a step of the input has 7 numbers, and the module takes 8
        shapes: (2, 5, 7)
        module: GRU
      """
    ) { try GRU(8, 16, using: &$0)(t([2, 5, 7])).output.checkedType() },
    LayerMistake(
      "GRUCell",
      """
      GRUCell: the input is no batch of steps (batch, 8)
        shapes: (2, 5, 8)
        module: GRUCell
        hint: a cell takes one step; sequences are for a GRU
      """
    ) { try GRUCell(8, 16, using: &$0)(t([2, 5, 8])).checkedType() },
    LayerMistake(
      "LSTMCell",
      """
      LSTMCell: the state is not of shape (2, 16)
        shapes: (2, 8) and (2, 8)
        module: LSTMCell
      """
    ) {
      try LSTMCell(8, 16, using: &$0)(
        t([2, 8]), state: .init(hidden: t([2, 8]), cell: t([2, 16]))
      ).hidden.checkedType()
    },
  ]
}
