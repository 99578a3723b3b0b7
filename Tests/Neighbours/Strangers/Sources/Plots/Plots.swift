public let nameOfPlots = "Plots"
