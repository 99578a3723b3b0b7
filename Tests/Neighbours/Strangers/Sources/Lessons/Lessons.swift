public let nameOfLessons = "Lessons"
