import BackpropArrays
import Testing

@testable import BackpropAutodiff

@Suite struct WithoutGradientTests {
  @Test func nothingIsRecorded() {
    let x = Tensor([1, 2]).requiringGradient()
    let y = withoutGradient { (x * 2).sum() }
    #expect(!y.requiresGradient && y.item == 6)
    #expect((x * 2).requiresGradient, "recording goes on afterwards")
  }

  @Test func itNestsAndEndsWithAnError() {
    struct Failure: Error {}
    let x = Tensor([1]).requiringGradient()
    withoutGradient {
      withoutGradient { #expect(!(x + 1).requiresGradient) }
      #expect(!(x + 1).requiresGradient)
    }
    #expect(throws: Failure.self) { try withoutGradient { throw Failure() } }
    #expect((x + 1).requiresGradient)
  }

  @Test func variablesMadeInsideStillStartAGraph() {
    let x = withoutGradient { Tensor([1, 2]).requiringGradient() }
    #expect((x * x).sum().backward()[x].doubles == [2, 4])
  }

  /// It belongs to what the body computes itself, and not to tasks that it starts.
  @Test func otherTasksGoOnRecording() async {
    let x = Tensor([1]).requiringGradient()
    let outside = Task.detached { (x + 1).requiresGradient }
    let (child, detached) = withoutGradient {
      (Task { (x + 1).requiresGradient }, Task.detached { (x + 1).requiresGradient })
    }
    #expect(await outside.value)
    #expect(await child.value)
    #expect(await detached.value)
  }
}
