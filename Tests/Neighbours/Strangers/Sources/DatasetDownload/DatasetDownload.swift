public let nameOfDatasetDownload = "DatasetDownload"
