public let nameOfGraphDrawing = "GraphDrawing"
