public let nameOfOptimizers = "Optimizers"
