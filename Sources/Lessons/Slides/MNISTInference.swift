import Backprop

/// A trained network reads handwritten digits, one by one and in batches.
struct MNISTInference: Lesson {
  let name = "mnist-inference"
  let title = "Reading digits"
  let summary = "784-50-100-10 with the course's weights, one by one and in batches"
  let source = "Slides, 03 Forward Propagation"

  func run(on page: LessonPage) throws {
    page.heading("The pictures")
    let (train, test) = try page.handwrittenDigits()
    page.show("train-count", train.count, as: "train.count")
    page.show("test-count", test.count, as: "test.count")
    page.show("first-label", Int(train.labels[0].item), as: "train.labels[0]")
    var picture = Figure(width: 300, height: 300)
    picture.imshow(train.pixels[0].doubles, height: 28, width: 28, colorMap: .reversedGray)
    picture.frame = .hidden
    page.figure("first-digit", picture, caption: "The first picture to train with.")

    page.heading("The network")
    let network = try network(page, train)
    page.show("parameters", network.parameterCount, as: "network.parameterCount")
    page.say(
      "The review chapter compares them with the 3 numbers of a gate: 784 · 50 + 50 · 100 + "
        + "100 · 10 weights and 50 + 100 + 10 biases.")

    oneByOne(page, network, test)
    inBatches(page, network, test)
    wholeBatchSoftmax(page, network, test)
  }

  /// The course's weights, or weights trained here.
  private func network(_ page: LessonPage, _ train: ImageDataset) throws -> MultilayerPerceptron {
    if let path = page.dataFile("book/sample_weight.pkl") {
      page.say("The weights are the course's, from the pickle file `sample_weight.pkl`.")
      return try MultilayerPerceptron(StateDictionary(contentsOf: path), activation: .sigmoid)
    }
    page.say(
      "The course's weights are not here. They are the file `ch03/sample_weight.pkl` of the "
        + "repository WegraLee/deep-learning-from-scratch, which belongs to the book the course "
        + "follows; put it into a data folder as `book/sample_weight.pkl`. Until then, a network of "
        + "the same shape is trained here, and its accuracy differs from the course's.")
    var random = RandomSource(seed: 0)
    let network = MultilayerPerceptron([784, 50, 100, 10], activation: .sigmoid, using: &random)
    let optimizer = Adam(for: network, learningRate: 0.003)
    let steps = page.isBrief ? 300 : 3000
    for step in 1...steps {
      let batch = train.randomBatch(of: 100, using: &random)
      let loss = crossEntropy(logits: network(batch.images), targets: batch.labels)
      optimizer.update(using: loss.backward())
      page.progress("training", done: step, of: steps)
    }
    return network
  }

  private func oneByOne(
    _ page: LessonPage, _ network: MultilayerPerceptron, _ test: ImageDataset
  ) {
    page.heading("One picture at a time")
    page.say(
      "The likeliest class is the largest of the ten results; softmax would not change which "
        + "that is.")
    let all = test.all
    let labels = all.labels.doubles
    var correct = 0
    let clock = ContinuousClock()
    let time = clock.measure {
      for i in 0..<test.count {
        let y = network(all.images[i..<i + 1])
        if y.argmax().item == labels[i] { correct += 1 }
      }
    }
    page.show("accuracy-one-by-one", Double(correct) / Double(test.count), as: "Accuracy")
    page.show("seconds-one-by-one", seconds(time), as: "Execution Time")
  }

  private func inBatches(
    _ page: LessonPage, _ network: MultilayerPerceptron, _ test: ImageDataset
  ) {
    page.heading("In batches")
    page.say("A batch is one product of matrices instead of a hundred products with a vector.")
    let clock = ContinuousClock()
    for size in [100, test.count] {
      var correct = 0.0
      let time = clock.measure {
        for batch in test.batches(of: size) {
          let p = network(batch.images).argmax(axis: 1)
          correct += (p .== batch.labels.cast(to: .int64)).cast(to: .int64).sum().item
        }
      }
      let name = size == 100 ? "batches-of-100" : "one-batch"
      let label = size == 100 ? "in batches of 100" : "all at once"
      page.show("accuracy-\(name)", correct / Double(test.count), as: "Accuracy, \(label)")
      page.show("seconds-\(name)", seconds(time), as: "Execution Time, \(label)")
    }
  }

  private func wholeBatchSoftmax(
    _ page: LessonPage, _ network: MultilayerPerceptron, _ test: ImageDataset
  ) {
    let y = network(test.batch(0..<100).images)
    let overAll = y.flattened().softmax().reshaped(to: [100, 10])
    page.slip(
      "softmax-of-a-batch", course: Double(overAll[0].sum().item),
      right: Double(y.softmax(axis: 1)[0].sum().item),
      why: "The sum of the first picture's probabilities. The batch program hands 100 rows to a "
        + "softmax written for one: it takes the largest number and the sum over all rows, so "
        + "that a row no longer adds up to 1. The order within a row stays, and the accuracy too.")
  }

  private func seconds(_ time: Duration) -> Double {
    let (seconds, attoseconds) = time.components
    return (Double(seconds) * 1e4 + Double(attoseconds) * 1e-14).rounded() / 1e4
  }
}
