import BackpropArrays
import Testing

@testable import BackpropAutodiff

@Suite struct GradientsTests {
  @Test func onlyWhatTheResultDependsOnHasAGradient() {
    let x = Tensor([1, 2]).requiringGradient()
    let other = Tensor([3, 4]).requiringGradient()
    let gradients = (x * 2).sum().backward()
    #expect(gradients.gradient(withRespectTo: x)?.doubles == [2, 2])
    #expect(gradients.gradient(withRespectTo: other) == nil)
    #expect(gradients.gradient(withRespectTo: Tensor([1])) == nil)
  }

  @Test func intermediateResultsAreKeptOnRequest() {
    let x = Tensor([1, 2]).requiringGradient()
    let square = x * x
    let loss = (square * 3).sum()
    #expect(loss.backward().gradient(withRespectTo: square) == nil)
    let gradients = loss.backward(keepingIntermediates: true)
    #expect(gradients[square].doubles == [3, 3])
    #expect(gradients[x].doubles == [6, 12])
    #expect(gradients[loss].item == 1)
  }

  /// Each of many is found, whatever the order in which they were made and used.
  @Test func everyOneOfManyIsFound() {
    let variables = (0..<100).map { Tensor(Double($0)).requiringGradient() }
    let order = (0..<100).map { $0 * 37 % 100 }
    let sum = order.reduce(Tensor(0)) { $0 + variables[$1] * Double($1 + 1) }
    let gradients = sum.backward()
    #expect(variables.map { gradients[$0].item } == (1...100).map(Double.init))
  }

  @Test func askingForOneThatIsNotThereTraps() async throws {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let x = Tensor([1]).requiringGradient()
      let square = x * x
      _ = square.sum().backward()[square]
    }
    let text = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
    #expect(text.contains("backward(keepingIntermediates: true)"))
    let constant = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let x = Tensor([1]).requiringGradient()
      _ = x.sum().backward()[Tensor([1])]
    }
    let other = String(decoding: try #require(constant).standardErrorContent, as: UTF8.self)
    #expect(other.contains("It is a constant; mark it with requiringGradient()"))
  }
}
