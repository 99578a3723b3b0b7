public let nameOfArrays = "Arrays"
