public let nameOfAutodiff = "Autodiff"
