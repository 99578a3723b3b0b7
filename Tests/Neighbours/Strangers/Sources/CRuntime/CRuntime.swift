public let nameOfCRuntime = "CRuntime"
