public let nameOfNeuralNetworks = "NeuralNetworks"
