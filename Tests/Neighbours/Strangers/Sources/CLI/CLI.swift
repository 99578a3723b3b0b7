public let nameOfCLI = "CLI"
