import BackpropFiles

/// A metric by which runs are judged, and which of its values are good.
public struct RunMetric: Sendable, Hashable {
  private let goal: MetricGoal

  /// The name that the metrics' lines have for it: `testAccuracy`.
  public var name: String { goal.metric }
  /// Whether larger values are better.
  public var isLargestBest: Bool { goal.direction == .largest }

  /// A metric whose good values its name tells: see ``MetricGoal/init(named:)``.
  public init(_ name: String) { goal = MetricGoal(named: name) }

  /// The one of several by which a run is judged: of test data rather than others, and accuracy before
  /// other things; the loss where there is nothing else.
  public static func judging(_ names: some Collection<String>) -> RunMetric? {
    func rank(_ name: String) -> Int {
      let lower = name.lowercased()
      let data = ["test", "heldout", "validation", "val"].firstIndex { lower.hasPrefix($0) } ?? 9
      let kind =
        ["accuracy", "auc", "f1", "r2", "rmse", "mae", "mse", "loss"].firstIndex {
          lower.contains($0)
        } ?? 20
      return lower == "loss" ? 10_000 : data * 100 + kind
    }
    return names.min { (rank($0), $0) < (rank($1), $1) }.map { RunMetric($0) }
  }

  /// Whether a value is better than another; a number is better than none.
  public func isBetter(_ value: Double, than other: Double) -> Bool {
    goal.isBetter(value, than: other)
  }
}

/// What a file of metrics, a line an epoch, tells in one quick pass.
struct MetricsSummary {
  /// The last line that can be read.
  var last: EpochReport?
  /// The metric by which the run is judged.
  var metric: RunMetric?
  /// The best value of it.
  var best: Double?
  /// Lines that are no objects.
  var damagedLines: [Int] = []

  /// Reads the last line, and of the others that metric alone.
  init(_ bytes: [UInt8]) {
    var lines: [(number: Int, range: Range<Int>)] = []
    bytes.withUnsafeBytes { buffer in
      var start = 0
      var number = 0
      while start < buffer.count {
        let rest = buffer.count - start
        let found = memchr(buffer.baseAddress! + start, 10, rest)
        let end =
          found.map { buffer.baseAddress!.distance(to: UnsafeRawPointer($0)) } ?? buffer.count
        number += 1
        var last = end
        while last > start, buffer[last - 1] <= 32 { last -= 1 }
        if last > start {
          if buffer[start] == UInt8(ascii: "{"), buffer[last - 1] == UInt8(ascii: "}") {
            lines.append((number, start..<last))
          } else {
            damagedLines.append(number)
          }
        }
        start = end + 1
      }
    }
    while let line = lines.last, last == nil {
      last = EpochReport(line: bytes[line.range])
      if last == nil { damagedLines.append(lines.removeLast().number) }
    }
    guard let last else { return }
    metric = RunMetric.judging(last.metrics.isEmpty ? ["loss"] : Array(last.metrics.keys))
    guard let metric else { return }
    for value in Self.values(of: metric.name, in: lines.map(\.range), of: bytes) {
      if let best, !metric.isBetter(value, than: best) { continue }
      best = value
    }
  }

  /// The place behind the first occurrence of `key`.
  private static func end(
    of key: [UInt8], in buffer: UnsafeRawBufferPointer, _ range: Range<Int>
  ) -> Int? {
    let base = buffer.baseAddress!
    var place = range.lowerBound
    while place + key.count <= range.upperBound,
      let found = memchr(base + place, Int32(key[0]), range.upperBound - key.count + 1 - place)
    {
      place = base.distance(to: UnsafeRawPointer(found))
      if memcmp(base + place, key, key.count) == 0 { return place + key.count }
      place += 1
    }
    return nil
  }

  /// The numbers of a member in lines of JSON, found without reading the rest of the lines.
  private static func values(
    of name: String, in lines: [Range<Int>], of bytes: [UInt8]
  ) -> [Double] {
    let key = Array(jsonQuoted(name).utf8)
    // A number that ends the text must find an end.
    let text = bytes + [0]
    return text.withUnsafeBytes { buffer in
      lines.compactMap { line in
        guard var place = end(of: key, in: buffer, line) else { return nil }
        while place < line.upperBound, buffer[place] == 32 || buffer[place] == UInt8(ascii: ":") {
          place += 1
        }
        let start = (buffer.baseAddress! + place).assumingMemoryBound(to: CChar.self)
        var end: UnsafeMutablePointer<CChar>?
        let value = strtod(start, &end)
        // A number ends at a comma or a brace; else the line is damaged here.
        guard let end, end != UnsafeMutablePointer(mutating: start),
          [UInt8(ascii: ","), UInt8(ascii: "}"), 32].contains(UInt8(bitPattern: end.pointee))
        else { return nil }
        return value
      }
    }
  }
}

extension EpochReport {
  /// The report of a line of metrics; `nil` if it is none.
  init?(line: some Collection<UInt8>) {
    guard let document = try? JSONDocument(line), case .object(let members) = document,
      let epoch = document["epoch"]?.integer, let loss = document["loss"]?.double
    else { return nil }
    var metrics: [String: Double] = [:]
    let own: Set = ["epoch", "step", "loss", "stepsPerSecond"]
    for member in members where !own.contains(member.name) {
      metrics[member.name] = member.value == .null ? .nan : member.value.double
    }
    self.init(
      epoch: epoch, step: document["step"]?.integer ?? 0, loss: loss, metrics: metrics,
      stepsPerSecond: document["stepsPerSecond"]?.double ?? .nan)
  }
}
