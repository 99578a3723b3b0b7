import BackpropArrays
import BackpropData
import Testing

@Suite struct SubsetDatasetTests {
  private let letters = ListDataset(["a", "b", "c", "d", "e", "f", "g"])

  @Test func aSubsetHandsOutWhatItsPositionsSay() {
    let some = letters.subset([4, 0, 4])
    #expect(some.count == 3)
    #expect(some.batch([0, 1, 2]) == ["e", "a", "e"])
    #expect(some.subset([1]).batch([0]) == ["a"])
    #expect(
      letters.subset(stride(from: 1, to: 7, by: 2)).batches(of: 2).map { $0 }
        == [["b", "d"], ["f"]])
  }

  /// What changes examples at random does so in a subset too, and loads ahead.
  @Test func aSubsetHasTheSourceOfItsBase() throws {
    let loader = DataLoader(letters, threads: 2) { batch, random in
      batch.map { $0 + "\(random.below(10))" }
    }
    let pass = DataPass(order: [2, 0, 1], batchSize: 2, seed: 5, epoch: 1)
    let source = loader.subset([6, 0, 3]).source(of: pass)
    let (first, second) = (try source.batch(0), try source.batch(1))
    #expect(first.map { $0.prefix(1) } == ["d", "g"] && second.map { $0.prefix(1) } == ["a"])
    #expect(first.allSatisfy { $0.count == 2 })
  }

  @Test func partsHaveTheirSizesAndEachExampleOnce() {
    for count in 1...40 {
      let data = ListDataset((0..<count).map { $0 })
      for share in [0.01, 0.1, 0.25, 0.5, 0.9] {
        let (train, validation) = data.split(validation: share, seed: UInt64(count))
        let expected = max(1, Int((Double(count) * share).rounded()))
        #expect(validation.count == min(expected, count - 1))
        #expect((train.positions + validation.positions).sorted() == (0..<Int32(count)).map { $0 })
        #expect(train.positions == train.positions.sorted())
      }
    }
    #expect(letters.split(validation: 0).validation.count == 0)
    #expect(letters.split(validation: 1).train.count == 0)
    #expect(letters.split([3, 2, 2]).map(\.count) == [3, 2, 2])
    #expect(letters.split([0.5, 0, 0.5]).map(\.count) == [3, 0, 4])
  }

  @Test func theSeedDrawsTheParts() {
    let data = ListDataset(Array(0..<100))
    let first = data.split(validation: 0.2, seed: 3).validation.positions
    #expect(data.split(validation: 0.2, seed: 3).validation.positions == first)
    #expect(data.split(validation: 0.2, seed: 4).validation.positions != first)
    // Over many seeds each example is kept back about as often.
    var times = [Int](repeating: 0, count: 100)
    for seed in 0..<1000 {
      for position in data.split(validation: 0.2, seed: UInt64(seed)).validation.positions {
        times[Int(position)] += 1
      }
    }
    // Each count is binomial, of mean 200 and standard deviation 12.6.
    #expect(times.min()! > 200 - 60 && times.max()! < 200 + 60)
  }

  /// Skewed classes, in every order.
  private func labels(_ counts: [Int]) -> [Int] {
    var labels = counts.enumerated().flatMap { [Int](repeating: $0, count: $1) }
    var random = RandomSource(seed: 5)
    labels.shuffle(using: &random)
    return labels
  }

  @Test func aStratifiedPartHasItsShareOfEachClass() {
    let counts = [700, 201, 60, 33, 6]
    let labels = labels(counts)
    let data = ListDataset(labels)
    for seed in 0..<20 {
      for share in [0.1, 0.2, 0.37] {
        let part = data.split(validation: share, stratifiedBy: labels, seed: UInt64(seed))
          .validation
        #expect(part.count == Int((share * 1000).rounded()))
        for (label, count) in counts.enumerated() {
          let found = part.positions.count { labels[Int($0)] == label }
          #expect(abs(Double(found) - share * Double(count)) < 1, "class \(label)")
        }
      }
    }
    // Many classes of a few examples each: the sum is right all the same.
    let few = (0..<300).map { $0 / 3 }
    let part = ListDataset(few).split(validation: 0.1, stratifiedBy: few).validation
    #expect(part.count == 30)
    #expect(Set(part.positions.map { few[Int($0)] }).count == 30)
  }

  @Test func foldsTakeTurns() {
    let counts = [50, 23, 4]
    let labels = labels(counts)
    let folds = ListDataset(labels).folds(5, stratifiedBy: labels, seed: 1)
    #expect(folds.count == 5)
    #expect(Set(folds.map(\.validation.count)) == [15, 16])
    #expect(
      folds.flatMap(\.validation.positions).sorted() == (0..<Int32(labels.count)).map { $0 })
    for (train, validation) in folds {
      #expect(Set(train.positions).isDisjoint(with: validation.positions))
      #expect(train.count + validation.count == labels.count)
      for (label, count) in counts.enumerated() {
        let found = validation.positions.count { labels[Int($0)] == label }
        #expect(abs(Double(found) - Double(count) / 5) < 1)
      }
    }
    let other = ListDataset(labels).folds(5, stratifiedBy: labels, seed: 2)
    #expect(other.map(\.validation.positions) != folds.map(\.validation.positions))
  }

  @Test func mistakesEndTheProgram() async {
    await #expect(processExitsWith: .failure) { _ = ListDataset([1, 2]).subset([2]) }
    await #expect(processExitsWith: .failure) { _ = ListDataset([1, 2]).subset([-1]) }
    await #expect(processExitsWith: .failure) { _ = ListDataset([1, 2]).split([1, -0.1]) }
    await #expect(processExitsWith: .failure) { _ = ListDataset([1, 2]).split([0, 0]) }
    await #expect(processExitsWith: .failure) { _ = ListDataset([1, 2]).split(validation: 1.5) }
    await #expect(processExitsWith: .failure) {
      _ = ListDataset([1, 2]).split(validation: 0.5, stratifiedBy: [1])
    }
    await #expect(processExitsWith: .failure) { _ = ListDataset([1, 2]).folds(3) }
    await #expect(processExitsWith: .failure) { _ = ListDataset([1, 2]).folds(1) }
  }
}
