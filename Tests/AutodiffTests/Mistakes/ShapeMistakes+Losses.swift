import BackpropArrays

@testable import BackpropAutodiff

extension ShapeMistakes {
  static let losses: [ShapeMistake] = [
    ShapeMistake(
      "SquaredError",
      """
      squaredError: predictions (float32) and targets (float32) must have the same shape and floating-point type; a loss never broadcasts
        shapes: (32, 1) and (32,)
        hint: reshape one of them to the other's shape
      """
    ) { meanSquaredError(predictions: t([32, 1]), targets: t([32])) },
    ShapeMistake(
      "AbsoluteError",
      """
      absoluteError: predictions (float32) and targets (float32) must have the same shape and floating-point type; a loss never broadcasts
        shapes: (32, 10) and (10,)
      """
    ) { meanAbsoluteError(predictions: t([32, 10]), targets: t([10])) },
    ShapeMistake(
      "HuberLoss",
      """
      huberLoss: predictions (float32) and targets (float32) must have the same shape and floating-point type; a loss never broadcasts
        shapes: (32, 1) and (32,)
        hint: reshape one of them to the other's shape
      """
    ) { huberLoss(predictions: t([32, 1]), targets: t([32])) },
    ShapeMistake(
      "HingeLoss",
      """
      hingeLoss: predictions (float32) and targets (int32) must have the same shape and floating-point type; a loss never broadcasts
        shapes: (32,) and (32,)
        hint: convert what has another type, with cast(to: .float32)
      """
    ) { hingeLoss(predictions: t([32]), targets: t([32], .int32)) },
    ShapeMistake(
      "BinaryCrossEntropy",
      """
      binaryCrossEntropy: predictions (float32) and targets (float32) must have the same shape and floating-point type; a loss never broadcasts
        shapes: (32, 1) and (32,)
        hint: reshape one of them to the other's shape
      """
    ) { binaryCrossEntropy(logits: t([32, 1]), targets: t([32])) },
    ShapeMistake(
      "BinaryCrossEntropy",
      """
      binaryCrossEntropy: weights must broadcast to the shape (32,) of the losses
        shapes: (32,) and (10,)
      """
    ) { binaryCrossEntropy(logits: t([32]), targets: t([32]), weights: t([10])) },
    ShapeMistake(
      "WeightedBinaryCrossEntropy",
      """
      binaryCrossEntropy: weights must be float32 and broadcast to the shape (32, 5) of the losses
        shapes: (32, 5) and (32, 5) and (32,)
      """
    ) { binaryCrossEntropy(logits: t([32, 5]), targets: t([32, 5]), positiveWeights: t([32])) },
    ShapeMistake(
      "KLDivergence",
      """
      klDivergence: predictions (float32) and targets (float32) must have the same shape and floating-point type; a loss never broadcasts
        shapes: (32, 10) and (32,)
      """
    ) { klDivergence(logProbabilities: t([32, 10]), targets: t([32])) },
    ShapeMistake(
      "LogKLDivergence",
      """
      klDivergence: predictions (float32) and targets (float32) must have the same shape and floating-point type; a loss never broadcasts
        shapes: (32, 10) and (32,)
      """
    ) { klDivergence(logProbabilities: t([32, 10]), logTargets: t([32])) },
    ShapeMistake(
      "PoissonLoss",
      """
      poissonNegativeLogLikelihood: predictions (float32) and targets (int32) must have the same shape and floating-point type; a loss never broadcasts
        shapes: (32,) and (32,)
        hint: convert what has another type, with cast(to: .float32)
      """
    ) { poissonNegativeLogLikelihood(rates: t([32]), targets: t([32], .int32)) },
    ShapeMistake(
      "LogPoissonLoss",
      """
      poissonNegativeLogLikelihood: predictions (float32) and targets (float32) must have the same shape and floating-point type; a loss never broadcasts
        shapes: (32,) and (31,)
      """
    ) { poissonNegativeLogLikelihood(logRates: t([32]), targets: t([31])) },
    ShapeMistake(
      "CrossEntropy",
      """
      crossEntropy: there must be one label a row: whole numbers of shape (32,)
        shapes: (32, 10) and (32, 1)
        hint: reshape the labels to [-1]
      """
    ) { crossEntropy(logits: t([32, 10]), targets: t([32, 1], .int32)) },
    ShapeMistake(
      "CrossEntropy",
      """
      crossEntropy: there must be one label a row: whole numbers of shape (32,)
        shapes: (32, 10) and (31,)
      """
    ) { crossEntropy(logits: t([32, 10]), targets: t([31], .int32)) },
    ShapeMistake(
      "CrossEntropy",
      """
      crossEntropy: targets that are probabilities must have the shape of the logits, (…, classes), and their type, float32
        shapes: (32, 10) and (32,)
        hint: labels are whole numbers of shape (n); convert them with cast(to: .int32)
      """
    ) { crossEntropy(logits: t([32, 10]), targets: t([32])) },
    ShapeMistake(
      "CrossEntropy",
      """
      crossEntropy: logits are numbers of shape (…, classes)
        shapes: (10,) and ()
        hint: for a batch of one, expandingDimension(at: 0)
      """
    ) { crossEntropy(logits: t([10]), targets: t([], .int32)) },
    ShapeMistake(
      "CrossEntropy",
      """
      crossEntropy: logits are floating-point numbers of shape (n, classes), and these are int32
        shapes: (32, 10) and (32,)
      """
    ) { crossEntropy(logits: t([32, 10], .int32), targets: t([32], .int32)) },
    ShapeMistake(
      "WeightedCrossEntropy",
      """
      crossEntropy: class weights must be float32 of shape (10,), one for each class, and are float32
        shapes: (32, 10) and (9,)
      """
    ) { crossEntropy(logits: t([32, 10]), targets: t([32], .int32), classWeights: t([9])) },
    ShapeMistake(
      "WeightedCrossEntropy",
      """
      crossEntropy: there must be one label for each row of 10 classes: whole numbers of shape (32,), or probabilities of the shape of the logits
        shapes: (32, 10) and (32, 10)
        hint: one-hot rows are probabilities: convert them, with cast(to: .float32)
      """
    ) { crossEntropy(logits: t([32, 10]), targets: t([32, 10], .int32), labelSmoothing: 0.1) },
    ShapeMistake(
      "NegativeLogLikelihood",
      """
      negativeLogLikelihood: there must be one label for each row of 10 classes: whole numbers of shape (32,)
        shapes: (32, 10) and (10,)
      """
    ) { negativeLogLikelihood(logProbabilities: t([32, 10]), targets: t([10], .int32)) },
    ShapeMistake(
      "smoothL1Loss",
      """
      smoothL1Loss: predictions (float32) and targets (float32) must have the same shape and floating-point type; a loss never broadcasts
        shapes: (32, 1) and (32,)
        hint: reshape one of them to the other's shape
      """
    ) { smoothL1Loss(predictions: t([32, 1]), targets: t([32])) },
    ShapeMistake(
      "marginRankingLoss",
      """
      marginRankingLoss: all must have the same shape; a loss never broadcasts
        shapes: (32,) and (31,) and (32,)
      """
    ) { marginRankingLoss(t([32]), t([31]), targets: t([32])) },
    ShapeMistake(
      "hingeEmbeddingLoss",
      """
      hingeEmbeddingLoss: all must have the same shape; a loss never broadcasts
        shapes: (32, 1) and (32,)
        hint: reshape them to one shape
      """
    ) { hingeEmbeddingLoss(distances: t([32, 1]), targets: t([32])) },
    ShapeMistake(
      "cosineEmbeddingLoss",
      """
      cosineEmbeddingLoss: two of one shape, whose vectors lie along the last axis, and a target for each pair
        shapes: (32, 8) and (32, 8) and (32, 8)
      """
    ) { cosineEmbeddingLoss(t([32, 8]), t([32, 8]), targets: t([32, 8])) },
    ShapeMistake(
      "tripletMarginLoss",
      """
      tripletMarginLoss: all must have the same shape; a loss never broadcasts
        shapes: (32, 8) and (32, 8) and (32, 7)
      """
    ) { tripletMarginLoss(anchors: t([32, 8]), positives: t([32, 8]), negatives: t([32, 7])) },
    ShapeMistake(
      "multiclassHingeLoss",
      """
      multiclassHingeLoss: there must be one label for each row of 10 classes: whole numbers of shape (32,)
        shapes: (32, 10) and (10,)
      """
    ) { multiclassHingeLoss(logits: t([32, 10]), targets: t([10], .int32)) },
  ]
}
