public let nameOfWeightFiles = "WeightFiles"
