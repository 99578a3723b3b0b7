public let nameOfDatasets = "Datasets"
