import BackpropData
import Testing

@Suite struct DatasetReferenceTests {
  @Test func readsThreeParts() throws {
    let reference = try #require(DatasetReference("fashion-mnist:train:12"))
    #expect(reference.dataset == .fashionMNIST)
    #expect(reference.split == .train)
    #expect(reference.index == 12)
    #expect(reference.description == "fashion-mnist:train:12")
    for text in [
      "", "mnist", "mnist:test", "mnist:test:", "mnist:test:-1", "mnist:test:x", "mnist:valid:1",
      "cifar:test:1", "mnist:test:1:2", "digit.png", "C:test:1",
    ] {
      #expect(DatasetReference(text) == nil, "\(text)")
    }
  }

  @Test func isTheSamePictureAsInTheWhole() throws {
    let all = Digits.draw(.test, count: 20)
    let one = try #require(DatasetReference("digits:test:17")).load()
    #expect(one.count == 1)
    #expect(one.pixels.scalars(as: UInt8.self) == all.pixels[17].scalars(as: UInt8.self))
    #expect(one.labels.scalars(as: Int32.self) == [all.labels.scalars(as: Int32.self)[17]])
  }

  @Test func endsWithTheSplit() throws {
    let reference = try #require(DatasetReference("digits:train:60000"))
    let error = try #require(throws: MissingExample.self) { _ = try reference.load() }
    #expect(error.count == 60_000)
    #expect(error.description.contains("0 to 59999"))
  }
}
