import BackpropFiles

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Which runs to remove: all that nothing speaks for.
///
/// A run that lives is kept whatever is asked for, and so is a folder that is not certainly a run's.
///
/// ```swift
/// var pruning = RunPruning()
/// pruning.keptBest = 5
/// pruning.keptAge = 7 * 86_400
/// for verdict in pruning.verdicts(on: history.runs) where verdict.isRemoved {
///   try RunPruning.remove(verdict.run)
/// }
/// ```
public struct RunPruning: Sendable {
  /// How many of the best runs are kept, of each data set and metric.
  public var keptBest: Int?
  /// Runs are kept that began no more than so many seconds ago.
  public var keptAge: Double?
  /// Whether runs are kept that were interrupted, failed or killed, and may be taken up again.
  public var keepsUnfinished = false

  /// What is to be done with a run.
  public struct Verdict: Sendable {
    /// The run.
    public let run: RunRecord
    /// Why it is kept; `nil` if it is removed.
    public let reason: String?
    /// Whether it is removed.
    public var isRemoved: Bool { reason == nil }
  }

  /// Keeps nothing but runs that live.
  public init() {}

  /// What is to be done with each run.
  ///
  /// - Parameters:
  ///   - runs: the runs.
  ///   - now: the present moment.
  public func verdicts(on runs: [RunRecord], now: Date = Date()) -> [Verdict] {
    let best = ranked(runs)
    return runs.enumerated().map { index, run in
      Verdict(run: run, reason: reason(for: run, isBest: best.contains(index), now))
    }
  }

  private func reason(for run: RunRecord, isBest: Bool, _ now: Date) -> String? {
    if run.state == .running { return "it is running" }
    if !run.isCertain { return "it may not be a run: \(run.problems.joined(separator: "; "))" }
    var status = stat()
    if lstat(run.path, &status) == 0, status.st_mode & S_IFMT == S_IFLNK { return "it is a link" }
    if isBest { return "it is one of the best" }
    if let keptAge, let started = run.started, now.timeIntervalSince(started) <= keptAge {
      return "it is young"
    }
    if keepsUnfinished, run.state.isUnfinished { return "it is unfinished" }
    return nil
  }

  /// The positions of the best runs of each data set and metric.
  private func ranked(_ runs: [RunRecord]) -> Set<Int> {
    guard let keptBest else { return [] }
    let groups = Dictionary(grouping: runs.indices.filter { runs[$0].best != nil }) { index in
      [runs[index].dataset ?? "", runs[index].metric?.name ?? ""]
    }
    var kept: Set<Int> = []
    for group in groups.values {
      let order = group.sorted { a, b in
        let (x, y) = (runs[a].best!, runs[b].best!)
        return x == y || x.isNaN && y.isNaN ? a < b : runs[a].metric!.isBetter(x, than: y)
      }
      kept.formUnion(order.prefix(max(0, keptBest)))
    }
    return kept
  }

  /// Removes a run's folder with all that is in it. Links are removed, and not what they lead to.
  ///
  /// - Throws: `FileError`: its operation says that the run lives, where it does.
  public static func remove(_ run: RunRecord) throws {
    // The lock is held meanwhile, so that nobody takes the run up.
    let lock = open("\(run.path)/\(RunLock.fileName)", O_RDWR | O_CLOEXEC)
    defer { if lock >= 0 { close(lock) } }
    if lock >= 0, flock(lock, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK {
      throw FileError(
        operation: "remove", path: run.path,
        reason: .system(code: EWOULDBLOCK, text: "The run is going on"))
    }
    try File.removeFolder(run.path)
  }
}
