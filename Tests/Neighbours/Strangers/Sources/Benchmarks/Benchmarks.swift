public let nameOfBenchmarks = "Benchmarks"
