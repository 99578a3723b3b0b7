import BackpropFiles
import Synchronization

/// Does numbered work on some threads of their own, each taking the next number when it is done with one.
///
/// Where threads cannot be had, fewer do the work.
///
/// - Parameters:
///   - count: how many pieces of work there are: 0..<count.
///   - threads: how many threads, this one included.
///   - body: does a piece; returns false to take up no more.
func onThreads(_ count: Int, threads: Int, _ body: @escaping @Sendable (Int) -> Bool) {
  let work = NumberedWork(count: count, body)
  var started: [pthread_t] = []
  for _ in 1..<max(1, min(threads, count)) {
    if let thread = work.startThread() { started.append(thread) }
  }
  work.run()
  for thread in started { pthread_join(thread, nil) }
}

private final class NumberedWork: Sendable {
  private let count: Int
  private let next = Atomic<Int>(0)
  private let isStopped = Atomic<Bool>(false)
  private let body: @Sendable (Int) -> Bool

  init(count: Int, _ body: @escaping @Sendable (Int) -> Bool) {
    self.count = count
    self.body = body
  }

  func run() {
    while !isStopped.load(ordering: .relaxed) {
      let number = next.wrappingAdd(1, ordering: .relaxed).oldValue
      if number >= count { return }
      if !body(number) { isStopped.store(true, ordering: .relaxed) }
    }
  }

  func startThread() -> pthread_t? {
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    defer { pthread_attr_destroy(&attributes) }
    // Half a megabyte, as some systems give, is little for what a model's closures may call.
    pthread_attr_setstacksize(&attributes, 8 << 20)
    let box = Unmanaged.passRetained(self)
    #if canImport(Darwin)
      var thread: pthread_t?
      let code = pthread_create(
        &thread, &attributes,
        { argument in
          Unmanaged<NumberedWork>.fromOpaque(argument).takeRetainedValue().run()
          return nil
        }, box.toOpaque())
      let started = thread
    #else
      var thread = pthread_t()
      let code = pthread_create(
        &thread, &attributes,
        { argument in
          Unmanaged<NumberedWork>.fromOpaque(argument!).takeRetainedValue().run()
          return nil
        }, box.toOpaque())
      let started: pthread_t? = thread
    #endif
    if code != 0 {
      box.release()
      return nil
    }
    return started
  }
}
