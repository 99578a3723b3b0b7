public let nameOfFiles = "Files"
