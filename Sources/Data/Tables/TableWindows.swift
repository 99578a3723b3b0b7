import BackpropArrays

/// A pass over a table that lies in a file, in an order of its own.
///
/// The pass is cut into windows of as many batches as fit into memory. The rows of a window are picked
/// out of the file in the order of the file, which a disk reads fastest, and put where the pass wants
/// them. While one window is handed out a thread of its own reads the next.
final class TableWindows: BatchSource, @unchecked Sendable {
  private let rows: TableRows
  private let rowNumbers: [Int32]
  private let pass: DataPass
  private let batchesInWindow: Int
  private let condition = Condition()
  // Only under the condition's lock.
  private var loaded: [Int: Result<Window, any Error>] = [:]
  private var loading: Set<Int> = []

  /// The cells of the rows of a window, in the order of the pass.
  private final class Window: @unchecked Sendable {
    let cells: UnsafeMutablePointer<UInt32>

    init(count: Int) { cells = .allocate(capacity: max(1, count)) }

    deinit { cells.deallocate() }
  }

  init(_ rows: TableRows, _ rowNumbers: [Int32], _ pass: DataPass, bytes: Int) {
    self.rows = rows
    self.rowNumbers = rowNumbers
    self.pass = pass
    batchesInWindow = max(1, bytes / (rows.table.store.rowBytes * pass.batchSize))
  }

  func batch(_ index: Int) throws -> TensorDataset.Batch {
    let range = pass.range(of: index)
    let number = index / batchesInWindow
    let window = try window(number, at: index - number * batchesInWindow)
    let first = range.lowerBound - number * batchesInWindow * pass.batchSize
    let columnCount = rows.table.columns.count
    return withExtendedLifetime(window) {
      rows.batch(range.count) { UnsafePointer(window.cells + (first + $0) * columnCount) }
    }
  }

  /// Window `number`, of whose batches one is asked for, and a look ahead.
  private func window(_ number: Int, at batch: Int) throws -> Window {
    enum Step { case done(Result<Window, any Error>), load, wait }
    while true {
      let step = condition.withLock { () -> Step in
        if let window = loaded[number] {
          // Some batches in, nobody asks for the window before any more.
          if batch >= min(64, batchesInWindow / 2) {
            for each in loaded.keys where each < number { loaded[each] = nil }
            loadAhead(number + 1)
          }
          return .done(window)
        }
        if loading.contains(number) {
          condition.wait()
          return .wait
        }
        loading.insert(number)
        return .load
      }
      switch step {
      case .done(let window): return try window.get()
      case .load: finish(number)
      case .wait: break
      }
    }
  }

  private func loadAhead(_ number: Int) {
    let isWanted = number * batchesInWindow < pass.batchCount
    guard isWanted, loaded[number] == nil, !loading.contains(number) else { return }
    loading.insert(number)
    if !BackgroundThread.start({ self.finish(number) }) { loading.remove(number) }
  }

  private func finish(_ number: Int) {
    let result = Result { try load(number) }
    condition.withLock {
      loading.remove(number)
      loaded[number] = result
      condition.wakeAll()
    }
  }

  private func load(_ number: Int) throws -> Window {
    let size = batchesInWindow * pass.batchSize
    let order = pass.order[number * size..<min((number + 1) * size, pass.order.count)]
    let store = rows.table.store
    let (columnCount, part) = (store.columnCount, store.partRows)
    // Which places of the window each part of the file fills: sorted by counting.
    let partCount = (store.rowCount + part - 1) / part
    var ends = [Int](repeating: 0, count: partCount + 1)
    for position in order { ends[Int(rowNumbers[Int(position)]) / part + 1] += 1 }
    for index in 0..<partCount { ends[index + 1] += ends[index] }
    var places = [Int32](repeating: 0, count: order.count)
    for (place, position) in order.enumerated() {
      let index = Int(rowNumbers[Int(position)]) / part
      places[ends[index]] = Int32(place)
      ends[index] += 1
    }
    let window = Window(count: order.count * columnCount)
    let buffer = UnsafeMutablePointer<UInt32>.allocate(capacity: part * columnCount)
    defer { buffer.deallocate() }
    var done = 0
    for index in 0..<partCount where ends[index] > done {
      let start = index * part
      try store.read(start..<min(start + part, store.rowCount), into: buffer)
      for place in places[done..<ends[index]] {
        let row = Int(rowNumbers[Int(order[order.startIndex + Int(place)])]) - start
        (window.cells + Int(place) * columnCount).update(
          from: buffer + row * columnCount, count: columnCount)
      }
      done = ends[index]
    }
    return window
  }
}
