public let nameOfCCurl = "CCurl"
