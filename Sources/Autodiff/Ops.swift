/// All differentiable operations.
public enum Ops {
  /// Every operation, in the order of its file's name. The gradient check covers those listed here,
  /// and a test compares the list with the folder.
  public static let all: [any TensorOperation.Type] = [
    Add.self, Affine.self, BroadcastTo.self, CrossEntropy.self, Divide.self, Exp.self, Log.self,
    LogSoftmax.self, MatMul.self, Max.self, Mean.self, Multiply.self, Negate.self, Power.self,
    ReLU.self, ReLUGradient.self, Reshape.self, Sigmoid.self, SigmoidGradient.self, SliceView.self,
    SliceGradient.self, Softmax.self, SquareRoot.self, SquaredError.self, Subtract.self, Sum.self,
    Tanh.self, TanhGradient.self, Transpose.self,
  ]
}
