/// The lessons.
public enum Course {
  /// Every lesson, in the order of the course.
  public static let lessons: [any Lesson] = slides + notebooks

  /// The lesson of a name.
  ///
  /// - Throws: ``UnknownLesson``, which names the nearest.
  public static func lesson(named name: String) throws(UnknownLesson) -> any Lesson {
    if let lesson = lessons.first(where: { $0.name == name }) { return lesson }
    throw UnknownLesson(name: name, known: lessons.map(\.name))
  }
}

/// There is no lesson of this name.
public struct UnknownLesson: Error, Equatable, CustomStringConvertible {
  /// The name that was asked for.
  public let name: String
  /// The names that are nearest to it, best first.
  public let nearest: [String]

  init(name: String, known: [String]) {
    self.name = name
    let asked = name.lowercased()
    // A part of a name counts as near, whatever its length.
    let distances = known.map { candidate in
      (candidate, candidate.contains(asked) ? 0 : editDistance(asked, candidate))
    }
    let within = max(3, asked.count / 2)
    nearest =
      asked.isEmpty
      ? []
      : distances.filter { $0.1 <= within }.sorted { $0.1 < $1.1 }.prefix(3).map(\.0)
  }

  public var description: String {
    let hint =
      nearest.isEmpty ? "" : " Did you mean \(nearest.joined(separator: " or "))?"
    return "there is no lesson named '\(name)'.\(hint) `backprop lesson` lists them all."
  }
}

/// The number of letters to insert, remove or replace to get from one word to the other
/// (Levenshtein).
func editDistance(_ a: String, _ b: String) -> Int {
  let (a, b) = (Array(a), Array(b))
  var row = Array(0...b.count)
  for (i, letter) in a.enumerated() {
    var diagonal = row[0]
    row[0] = i + 1
    for j in b.indices {
      let replaced = diagonal + (letter == b[j] ? 0 : 1)
      diagonal = row[j + 1]
      row[j + 1] = min(replaced, row[j] + 1, diagonal + 1)
    }
  }
  return row[b.count]
}
