import BackpropArrays
import BackpropAutodiff
import BackpropNeuralNetworks
import Testing

@Suite struct ChannelDropoutTests {
  @Test func aModelInUseIsWhole() {
    let x = Tensor.ones([2, 3, 4])
    #expect(ChannelDropout(0.5)(x, .inference).doubles == x.doubles)
    #expect(ChannelDropout(0)(x, .training(seed: 0, step: 0)).doubles == x.doubles)
  }

  /// Each channel of each example goes or stays as a whole, about as many as was said.
  @Test func channelsGoAsAWhole() {
    let (batch, channels, places) = (100, 50, 6)
    let x = Tensor(repeating: 3, shape: [batch, channels, 2, 3]).requiringGradient()
    let y = ChannelDropout(0.2)(x, .training(seed: 4, step: 0))
    let numbers = y.doubles
    let kept = Double(Float(3) * Float(1 / (1 - 0.2)))
    var dropped = 0
    for channel in 0..<(batch * channels) {
      let map = Set(numbers[(channel * places)..<((channel + 1) * places)])
      #expect(map == [0] || map == [kept])
      if map == [0] { dropped += 1 }
    }
    // Five deviations of a mean of 5,000 draws.
    #expect(abs(Double(dropped) / 5000 - 0.2) < 5 * (0.2 * 0.8 / 5000).squareRoot())
    #expect((y.sum().backward()[x] * 3).doubles == numbers)
    // Not the same channels of all examples.
    let first = y[0, .all, 0, 0].doubles
    #expect((1..<batch).contains { y[$0, .all, 0, 0].doubles != first })
  }

  @Test func mistakes() {
    let error = #expect(throws: ShapeError.self) {
      try ChannelDropout(0.5).outputShape(for: [3, 4])
    }
    #expect(error!.description.contains("the channels have no places"))
    let whole = Tensor(shapeOnly: TensorType([2, 3, 4], .int64))
    let second = #expect(throws: ShapeError.self) { try ChannelDropout()(whole).checkedType() }
    #expect(second!.description.contains("ChannelDropout"))
  }
}
