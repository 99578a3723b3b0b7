public let nameOfCKernels = "CKernels"
