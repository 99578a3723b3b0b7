@_exported import Arrays
@_exported import Autodiff
@_exported import Datasets
@_exported import NeuralNetworks
@_exported import Plots
@_exported import Training
@_exported import WeightFiles
