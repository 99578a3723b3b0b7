import Backprop
import BackpropFiles
import BackpropTestSupport
import Foundation
import Testing

@Suite struct TrainFailureTests {
  private func options(_ tool: CommandLineTool) throws -> [String] {
    ["train", "--dataset", "mnist", "--data-dir", try SmallDataset().write(to: tool)]
  }

  @Test func findsOutBeforeTrainingThatTheOutputCannotBeWritten() throws {
    try CommandLineTool.use { tool in
      try AtomicFile.write([1], to: tool.path("file"))
      for output in ["file", "file/run"] {
        let run = try tool.run(try options(tool) + ["--output", output])
        #expect(run.status == 73)
        #expect(run.err.contains("error: cannot create the folder 'file'"), "\(run.err)")
        #expect(run.out.isEmpty)
      }
      #expect(try File.read(tool.path("file")) == [1])
    }
  }

  @Test(.enabled(if: !isUnderSanitizer, "sanitizers map files of their own"))
  func leavesNothingHalfWrittenOnAFullDisk() throws {
    try CommandLineTool.use { tool in
      // Files may have some kilobytes: enough for all but the weights.
      let run = try tool.run(
        try options(tool) + ["--output", "run", "--epochs", "1"],
        shell: #"ulimit -f 8; exec "$0" "$@""#)
      #expect(run.status == 74, "\(run.err)")
      #expect(
        run.err.contains(
          "error: cannot write 'run/checkpoints/step-000000003.safetensors': the disk is full. Free "
            + "some space and try again; nothing was replaced."), "\(run.err)")
      #expect(
        File.names(in: tool.path("run")) == [
          ".lock", "checkpoints", "config.json", "metrics.jsonl", "system.json",
        ])
      #expect(File.names(in: tool.path("run/checkpoints")) == [".lock"])
    }
  }

  #if os(Linux)
    /// What the system said of the folder, and not of a question that came after.
    @Test func saysWhyTheFolderCannotBeMade() throws {
      try CommandLineTool.use { tool in
        let run = try tool.run(try options(tool) + ["--output", "/sys/backprop"])
        #expect(run.status == 73)
        #expect(
          run.err.contains("error: cannot create the folder '/sys/backprop': permission denied"),
          "\(run.err)")
      }
    }
  #endif

  @Test(arguments: ["nowhere", "link"]) func doesNotReplaceBrokenLinks(_ target: String) throws {
    try CommandLineTool.use { tool in
      symlink(target, tool.path("link"))
      let run = try tool.run(try options(tool) + ["--output", "link"])
      #expect(run.status == 73)
      #expect(run.err.contains("'link': it is a link to nothing, or to itself"), "\(run.err)")
      try File.createFolder(tool.path("run"))
      symlink(target, tool.path("run/metrics.jsonl"))
      symlink("link", tool.path("run/link"))
      symlink(target, tool.path("run/model.safetensors"))
      let other = try tool.run(try options(tool) + ["--output", "run", "--epochs", "1"])
      #expect(other.status == 74, "\(other.err)")
      #expect(other.err.contains("cannot write 'run/model.safetensors': it is a link to nothing"))
      #expect(other.err.contains("go on with: backprop train --resume run"))
    }
  }

  @Test func saysWhereTheLossStoppedBeingANumber() throws {
    try CommandLineTool.use { tool in
      let run = try tool.run(
        try options(tool) + ["--output", "run", "--learning-rate", "1e30", "--json"])
      #expect(run.status == 70)
      #expect(
        run.err.contains(#/error: the loss became .* at step \d+: Linear.*'layers\.\d'/#))
      #expect(run.err.contains("learning rate is too high"))
      #expect(run.err.contains("--learning-rate 1e+29, --clip 1"), "\(run.err)")
      #expect(!File.exists(tool.path("run/model.safetensors")))
      #expect(try run.json().allSatisfy { $0["event"] as? String == "epoch" })
    }
  }

  @Test(arguments: [SIGINT, SIGTERM, SIGHUP])
  func savesAllWhenInterrupted(_ signal: Int32) throws {
    try CommandLineTool.use { tool in
      let run = try tool.run(
        try options(tool) + ["--output", "run", "--epochs", "20000", "--json"]
      ) { kill($0.processIdentifier, signal) }
      #expect(run.status == 130, "\(run.err)")
      #expect(run.err.contains(#/interrupted after step \d+; .* saved in run/#))
      let lines = try run.json()
      #expect(lines.last?["event"] as? String == "done")
      let state = try StateDictionary(contentsOf: tool.path("run/model.safetensors"))
      #expect(state["layers.0.weight"]?.shape == [50, 784])
      let metrics = String(
        decoding: try File.read(tool.path("run/metrics.jsonl")), as: UTF8.self)
      #expect(metrics.split(separator: "\n").count == lines.count - 1)
    }
  }

  @Test func stopsInGoodOrderWhenItsReaderGoesAway() throws {
    try CommandLineTool.use { tool in
      let run = try tool.run(
        try options(tool) + ["--output", "run", "--epochs", "20000"],
        shell: #"( "$0" "$@"; echo $? >status ) | true"#)
      #expect(run.err.contains("warning") == run.err.contains("debug build"))
      let status = String(decoding: try File.read(tool.path("status")), as: UTF8.self)
      #expect(status == "141\n")
      #expect(File.exists(tool.path("run/model.safetensors")))
    }
  }

  @Test(.enabled(if: FileManager.default.fileExists(atPath: "/dev/full")))
  func saysThatItsOutputIsFull() throws {
    try CommandLineTool.use { tool in
      let run = try tool.run(["datasets"], shell: #"exec "$0" "$@" >/dev/full"#)
      #expect(run.status == 74)
      #expect(run.err.contains("error: cannot write 'standard output': the disk is full. Free"))
      #expect(!run.err.contains("nothing was replaced"))
    }
  }

  /// Of kernels that there are not, it is told which there are.
  @Test func saysWhichKernelsThereAre() throws {
    try CommandLineTool.use { tool in
      let options = try options(tool) + ["--steps", "1"]
      let wrong = try tool.run(options, environment: ["BACKPROP_ISA": "nonsense"])
      #expect(wrong.status == 0)
      #expect(wrong.err.contains("BACKPROP_ISA: expected one of portable"), "\(wrong.err)")
      #expect(wrong.err.contains("found 'nonsense'"))
      let right = try tool.run(options, environment: ["BACKPROP_ISA": "PORTABLE"])
      #expect(right.status == 0 && !right.err.contains("BACKPROP_ISA"), "\(right.err)")
    }
  }
}
