#if os(Linux)
  import Backprop
  import BackpropFiles
  import Foundation
  import Testing

  /// Whatever fails at whichever moment in a run's folder, the error says so, and the run can be taken
  /// up and gives the weights of one in which nothing failed.
  @Suite(.enabled(if: FaultyDisk.compiler != nil)) struct FaultTests {
    private func options(_ tool: CommandLineTool) throws -> [String] {
      let data = try SmallDataset(trainCount: 40, testCount: 10).write(to: tool)
      return [
        "--dataset", "mnist", "--data-dir", data, "--batch-size", "10", "--hidden", "4", "--epochs",
        "2", "--checkpoint-every", "3", "--threads", "1",
      ]
    }

    @Test func everyCallThatFails() throws {
      let isLong = ProcessInfo.processInfo.environment["BACKPROP_LONG_TESTS"] != nil
      try CommandLineTool.use { tool in
        let disk = try FaultyDisk(in: tool.folder)
        let options = try options(tool)
        let whole = try tool.run(
          ["train", "--output", "run"] + options, environment: disk.counting)
        #expect(whole.status == 0, "\(whole.err)")
        let calls = try disk.calls()
        #expect(Set(["mkdir", "write", "fsync", "rename", "unlink"]).isSubset(of: calls))
        let expected = try File.read(tool.path("run/model.safetensors"))
        for (number, call) in calls.enumerated() {
          for (index, fault) in FaultyDisk.Fault.allCases.enumerated()
          where isLong || (number + index) % FaultyDisk.Fault.allCases.count == 0 {
            try? FileManager.default.removeItem(atPath: tool.path("run"))
            let run = try tool.run(
              ["train", "--output", "run"] + options,
              environment: disk.failing(fault, at: number))
            let comment: Comment = "\(call), number \(number), \(fault): \(run.err)"
            switch fault {
            case .torn: #expect(run.status == SIGKILL, comment)
            default:
              // What it does not need, as the number in the lock, may fail.
              if run.status != 0 {
                #expect([73, 74].contains(run.status), comment)
                #expect(run.err.contains("error: cannot "), comment)
                #expect(run.err.contains(fault.text), comment)
              }
              if run.err.contains("Nothing of the training up to here is lost") {
                #expect(run.err.contains("go on with: backprop train --resume run"), comment)
                #expect(!Checkpoints.steps(in: tool.path("run/checkpoints")).isEmpty, comment)
              }
            }
            let began = File.exists(tool.path("run/config.json"))
            let next = try tool.run(
              ["train"] + (began ? ["--resume", "run"] : ["--output", "run"] + options))
            #expect(next.status == 0, "\(comment)\n\(next.err)")
            #expect(try File.read(tool.path("run/model.safetensors")) == expected, comment)
            #expect(
              try RunFolder.reports(of: tool.path("run")).map(\.epoch) == [1, 2], comment)
            let names =
              File.names(in: tool.path("run")) + File.names(in: tool.path("run/checkpoints"))
            #expect(!names.contains { $0.hasSuffix(".part") }, comment)
          }
        }
      }
    }

    /// The end is the worst moment: all is computed, and only the results are missing.
    @Test func aFullDiskAtTheEndLosesNothing() throws {
      try CommandLineTool.use { tool in
        let disk = try FaultyDisk(in: tool.folder)
        let options = try options(tool)
        let whole = try tool.run(
          ["train", "--output", "run"] + options, environment: disk.counting)
        #expect(whole.status == 0)
        let expected = try File.read(tool.path("run/model.safetensors"))
        // The last file but the curves, the system and the result: five calls each.
        let calls = try disk.calls()
        let last = calls.lastIndex(of: "rename")!
        try FileManager.default.removeItem(atPath: tool.path("run"))
        let run = try tool.run(
          ["train", "--output", "run"] + options,
          environment: disk.failing(.full, at: last - 17))
        #expect(run.status == 74)
        #expect(run.err.contains("error: cannot write 'run/model.safetensors': the disk is full"))
        #expect(run.err.contains("; nothing was replaced."))
        #expect(
          run.err.contains("All 8 steps are done, and kept in 'run/checkpoints/step-000000008"))
        #expect(run.err.contains("go on with: backprop train --resume run"))
        let next = try tool.run(["train", "--resume", "run"])
        #expect(next.status == 0, "\(next.err)")
        #expect(try File.read(tool.path("run/model.safetensors")) == expected)
      }
    }
  }
#endif
