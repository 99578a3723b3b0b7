import BackpropOptimizers
import BackpropTestSupport
import Testing

/// Factors compared with PyTorch's rates, from Tests/Fixtures/make_schedule_fixtures.py.
@Suite struct ScheduleTests {
  private static let schedules: [String: Schedule] = [
    "constant": .constant(0.25, over: 12),
    "steps": .steps(every: 8, factor: 0.3),
    "milestones": .steps(at: [5, 6, 30], factor: 0.5),
    "exponential": .exponential(0.93),
    "linear": .linear(from: 0.2, to: 0.9, over: 20),
    "polynomial": .polynomial(over: 40, power: 2),
    "cosine": .cosine(over: 50, to: 0.05),
    "sequential": Schedule.exponential(0.9).then(.steps(every: 7, factor: 0.5), after: 15),
    "warmed up": Schedule.cosine(over: 40).warmedUp(over: 10),
    "chained": .linear(from: 0.1, to: 1, over: 10) * .exponential(0.95),
    "restarts": .cosine(restartingAfter: 12, to: 0.05),
    "growing restarts": .cosine(restartingAfter: 5, growth: 2),
    "one cycle": .oneCycle(over: 51),
    "one cycle, settings": .oneCycle(over: 60, rising: 0.25, from: 0.1, to: 0.001, .linear),
    "one cycle of three phases": .oneCycle(over: 51, rising: 0.4, threePhases: true),
    "cyclic": .cyclic(from: 0.1, rising: 7),
    "halving cycles": .cyclic(from: 0.1, rising: 4, falling: 8, peaks: .halving),
    "decaying cycles": .cyclic(from: 0.2, rising: 6, peaks: .decaying(0.95)),
  ]

  @Test func factorsAreThoseOfPyTorch() throws {
    let fixture = try Fixtures.decode([String: [Double]].self, from: "schedules.json")
    #expect(fixture.keys.sorted() == Self.schedules.keys.sorted())
    for (name, expected) in fixture {
      let schedule = try #require(Self.schedules[name])
      #expect(expected.count == 50)
      for (step, rate) in expected.enumerated() {
        #expect(
          abs(schedule(step) - rate) <= 1e-14,
          "\(name) step \(step): \(schedule(step)), not \(rate)")
      }
    }
  }

  /// After the last step of those that end, the factor stays.
  @Test func whatEndsStays() {
    #expect(Schedule.cosine(over: 10, to: 0.25)(1000) == 0.25)
    #expect(Schedule.polynomial(over: 10)(1000) == 0)
    #expect(Schedule.linear(from: 1, to: 0.5, over: 10)(1000) == 0.5)
    let cycle = Schedule.oneCycle(over: 10, to: 0.125)
    #expect([9, 10, 1000].map { cycle($0) } == [0.125, 0.125, 0.125])
    let constant = Schedule.constant
    #expect(constant(1_000_000) == 1)
  }

  @Test func oneOfOnesOwnComposesToo() {
    let schedule = Schedule { 1 / Double(1 + $0) }.warmedUp(over: 4, from: 0.5)
    #expect((0..<7).map { schedule($0) } == [0.5, 0.625, 0.75, 0.875, 1, 0.5, 1 / 3.0])
  }

  /// Cycles that have no room to rise, or to fall, or for either.
  @Test func shortCycles() {
    #expect((0..<3).map { Schedule.oneCycle(over: 1, to: 0.5)($0) } == [0.5, 0.5, 0.5])
    let falling = Schedule.oneCycle(over: 5, rising: 0.2, to: 0, .linear)
    #expect((0..<5).map { falling($0) } == [1, 0.75, 0.5, 0.25, 0])
    let rising = Schedule.oneCycle(over: 5, rising: 1, from: 0, to: 0, .linear)
    #expect((0..<5).map { rising($0) } == [0, 0.25, 0.5, 0.75, 1])
  }

  @Test func aScheduleOfNoStepsTraps() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Schedule.cosine(over: 0)
    }
    expect(result, says: "a schedule takes 1 or more")
    let share = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Schedule.oneCycle(over: 10, rising: 30)
    }
    expect(share, says: "a share of 30.0 of the steps; it is from 0 to 1")
  }
}
