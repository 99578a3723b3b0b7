public let nameOfData = "Data"
