/// Finds what a missing name may be called in the file.
enum NearNames {
  /// Above so many pairs of names a search would take longer than reading the file.
  private static let maximumPairCount = 10_000

  static func suggest(in report: inout WeightReport) {
    report.extraPrefix = commonPrefix(
      missing: report.missing.map(\.name), unexpected: report.unexpected.map(\.name))
    guard report.extraPrefix == nil,
      report.missing.count * report.unexpected.count <= maximumPairCount
    else { return }
    for index in report.missing.indices {
      let name = report.missing[index].name
      // A third of the letters, so that short names are not near everything.
      let limit = max(1, name.utf8.count / 3)
      let distances = report.unexpected.map { ($0.name, editDistance(name, $0.name)) }
      if let (near, distance) = distances.min(by: { $0.1 < $1.1 }), distance <= limit {
        report.missing[index].nearName = near
      }
    }
  }

  /// What stands before every missing name in the file; `nil` if that is not one and the same text.
  private static func commonPrefix(missing: [String], unexpected: [String]) -> String? {
    guard let first = missing.first else { return nil }
    let names = Set(unexpected)
    return unexpected.lazy.filter { $0.hasSuffix("." + first) }
      .map { String($0.dropLast(first.count)) }
      .first { prefix in missing.allSatisfy { names.contains(prefix + $0) } }
  }

  /// How many letters must be put in, taken out or replaced to make one text of the other
  /// (Levenshtein 1966).
  static func editDistance(_ a: String, _ b: String) -> Int {
    let (a, b) = (Array(a.utf8), Array(b.utf8))
    // The distances of a's beginning to every beginning of b, for one more letter of a at a time.
    var row = Array(0...b.count)
    for (i, letter) in a.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, other) in b.enumerated() {
        let replaced = diagonal + (letter == other ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = min(replaced, row[j] + 1, row[j + 1] + 1)
      }
    }
    return row[b.count]
  }
}
