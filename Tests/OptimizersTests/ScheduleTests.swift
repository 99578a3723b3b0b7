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
    let constant = Schedule.constant
    #expect(constant(1_000_000) == 1)
  }

  @Test func oneOfOnesOwnComposesToo() {
    let schedule = Schedule { 1 / Double(1 + $0) }.warmedUp(over: 4, from: 0.5)
    #expect((0..<7).map { schedule($0) } == [0.5, 0.625, 0.75, 0.875, 1, 0.5, 1 / 3.0])
  }

  @Test func aScheduleOfNoStepsTraps() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Schedule.cosine(over: 0)
    }
    expect(result, says: "a schedule takes 1 or more")
  }
}
