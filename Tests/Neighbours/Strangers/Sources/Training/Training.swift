public let nameOfTraining = "Training"
