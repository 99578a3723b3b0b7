public let nameOfImages = "Images"
