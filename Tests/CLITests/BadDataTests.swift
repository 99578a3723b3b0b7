import BackpropFiles
import Foundation
import Testing

/// Data sets that cannot be used. Each is refused with a message that names the file, what was
/// expected and what was found, and leaves nothing behind.
@Suite struct BadDataTests {
  private func check(
    _ name: String, _ bytes: [UInt8], _ texts: [String], path: String? = nil
  ) throws {
    try CommandLineTool.use { tool in
      let data = try SmallDataset().write(to: tool)
      try File.remove(data + "/mnist/" + name)
      let file = data + "/mnist/" + (path ?? name)
      try AtomicFile.write(bytes, to: file)
      let run = try tool.run(["train", "--dataset", "mnist", "--data-dir", data])
      #expect(run.status == 65, "\(run.err)")
      #expect(run.out.isEmpty)
      for text in ["error: ", file] + texts { #expect(run.err.contains(text), "\(run.err)") }
      #expect(!File.isFolder(tool.path("runs")))
    }
  }

  private let small = SmallDataset()
  private let names = SmallDataset.names

  @Test func truncatedGzip() throws {
    let whole = SmallDataset.gzipWithWrongChecksum(small.images(300))
    try check(
      names.trainImages, Array(whole.prefix(whole.count / 2)), ["it ends too early", "fetch it"],
      path: names.trainImages + ".gz")
  }

  @Test func corruptGzip() throws {
    try check(
      names.trainImages, SmallDataset.gzipWithWrongChecksum(small.images(300)),
      ["CRC-32", "fetch it"], path: names.trainImages + ".gz")
  }

  @Test func wrongMagicNumber() throws {
    try check(
      names.trainImages, small.labels(300), ["expected the magic number 0x00000803", "0x00000801"])
  }

  @Test func truncatedContent() throws {
    try check(
      names.testImages, small.images(100).dropLast(7), ["expected 78416 bytes", "found 78409"])
  }

  @Test func countsThatDiffer() throws {
    try check(names.trainLabels, small.labels(299), ["300 images", "299 labels"])
  }

  @Test func labelOutOfRange() throws {
    var labels = small.labels(100)
    labels[8 + 42] = 10
    try check(names.testLabels, labels, ["the label 10 at index 42", "0 to 9"])
  }

  @Test func emptyDataset() throws {
    try check(names.trainImages, SmallDataset.header(3, [0, 28, 28]), ["holds no examples"])
    try check(names.trainImages, [], ["holds no examples"])
  }

  @Test func picturesOfTwoSizes() throws {
    try CommandLineTool.use { tool in
      let data = try SmallDataset().write(to: tool)
      try AtomicFile.write(
        SmallDataset(side: 14).images(100), to: data + "/mnist/" + names.testImages)
      let run = try tool.run(["train", "--dataset", "mnist", "--data-dir", data])
      #expect(run.status == 65)
      #expect(run.err.contains("28 x 28") && run.err.contains("14 x 14"), "\(run.err)")
    }
  }

  @Test func missingData() throws {
    try CommandLineTool.use { tool in
      let run = try tool.run(
        ["train", "--dataset", "mnist"], environment: ["BACKPROP_DATA": "/nowhere/there"])
      #expect(run.status == 66)
      for text in [
        "error: the data set 'mnist' was not found", "/nowhere/there/mnist ($BACKPROP_DATA)",
        tool.folder, "(the cache)", "backprop datasets fetch mnist",
      ] {
        #expect(run.err.contains(text), "\(run.err)")
      }
      #expect(!File.isFolder(tool.path("runs")))
    }
  }

  /// A folder that is named is the one that is meant, wherever else there are data.
  @Test func missingDataInANamedFolder() throws {
    try CommandLineTool.use { tool in
      let data = try SmallDataset().write(to: tool)
      let run = try tool.run(
        ["train", "--dataset", "mnist", "--data-dir", "here"], environment: ["BACKPROP_DATA": data])
      #expect(run.status == 66)
      #expect(run.err.contains("here/mnist (--data-dir)"), "\(run.err)")
      #expect(!run.err.contains(data), "\(run.err)")
      #expect(!File.isFolder(tool.path("runs")))
    }
  }
}
