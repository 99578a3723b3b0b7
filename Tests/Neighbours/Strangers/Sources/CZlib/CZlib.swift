public let nameOfCZlib = "CZlib"
