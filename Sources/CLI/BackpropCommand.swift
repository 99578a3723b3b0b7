import ArgumentParser
import Backprop
import BackpropFiles

/// The program: reads the command line, runs the command, and ends with a status that says how it
/// went.
@main
struct BackpropCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "backprop",
    abstract: "Train, judge and use neural networks.",
    discussion: """
      Begin with 'backprop train': it needs no data and no options. It trains a network of two \
      layers on digits that the program draws, and says where it leaves the weights. Then \
      'backprop evaluate' judges the weights, and 'backprop predict' reads a picture with them.

      EXAMPLES:
        backprop train
        backprop train --dataset mnist --optimizer adam --output runs/first
        backprop evaluate --weights runs/first/model.safetensors --dataset mnist
        backprop predict --weights runs/first/model.safetensors digit.png
        backprop train --resume runs/first
        backprop datasets fetch mnist
        backprop runs list
        backprop text train book.txt

      EXIT STATUS:
      \(ExitStatus.table)

      ENVIRONMENT:
        BACKPROP_DATA     a folder that data sets are looked for in
        BACKPROP_THREADS  how many threads to compute with
        BACKPROP_ISA      which kernels to compute with: avx512, avx2, neon or portable
      """,
    version: LibraryVersion.current,
    subcommands: [
      Train.self,
      FindRate.self,
      SearchCommand.self,
      Evaluate.self,
      Predict.self,
      Inspect.self,
      Convert.self,
      TextCommand.self,
      Generate.self,
      Datasets.self,
      Runs.self,
      Bench.self,
      Lesson.self,
    ])

  static func main() async {
    // A reader that goes away, and a limit on the size of files, become errors of the write.
    signal(SIGPIPE, SIG_IGN)
    signal(SIGXFSZ, SIG_IGN)
    var command: any ParsableCommand
    do {
      command = try parseAsRoot()
    } catch {
      exit(withError: error)
    }
    do {
      if var asynchronous = command as? any AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try command.run()
      }
      try StandardOutput.check()
    } catch let status as ExitStatus {
      end(status)
    } catch let error where exitCode(for: error) != .failure {
      // Help that was asked for, and a command line that makes no sense.
      exit(withError: error)
    } catch {
      StandardError.write("error: \(errorText(error))")
      end(ExitStatus(of: error))
    }
  }
}

/// Ends the program: a command's own `exit` is another.
private func end(_ status: ExitStatus) -> Never { exit(status.rawValue) }
