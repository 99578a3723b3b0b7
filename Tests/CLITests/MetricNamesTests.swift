import Testing

@testable import BackpropCLI

@Suite struct MetricNamesTests {
  @Test func keysHaveALineBetweenWords() {
    #expect(MetricNames.key("testAccuracy") == "test_accuracy")
    #expect(MetricNames.key("loss") == "loss")
    #expect(MetricNames.key("testRMSE") == "test_rmse")
    #expect(MetricNames.key("top5Accuracy") == "top5_accuracy")
  }

  @Test func metricsOfOneKindStandSideBySide() {
    let names = ["trainAccuracy", "testAccuracy", "testError", "loss"]
    let values = ["trainAccuracy": 0.99, "testAccuracy": 0.97125, "testError": 2, "loss": 1]
    #expect(
      MetricNames.table(names, values)
        == "accuracy: train 0.9900, test 0.9712  error: test 2.0000  loss 1.0000")
    #expect(MetricNames.table(["testError"], [:]) == "error: test nan")
  }
}
