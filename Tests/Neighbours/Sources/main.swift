import Arrays
import Backprop
import Files
import Training

// Both are there: a computation with Backprop, and what strangers call by plain names.
let x = Tensor([1, 2, 3]).requiringGradient()
print((x * x).sum().backward()[x], nameOfArrays, nameOfFiles, nameOfTraining)
