import ArgumentParser
import Backprop

/// A setting with the values to try, as in `hidden=50,100`.
struct GridSetting: ExpressibleByArgument {
  let name: String
  let values: [String]

  init?(argument: String) {
    guard let (name, text) = nameAndText(argument) else { return nil }
    self.name = name
    values = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
  }
}

/// A setting with the range to draw from, as in `learning-rate=1e-4..1e-1:log`.
struct RangeSetting: ExpressibleByArgument {
  let name: String
  let range: SearchSpace.Range

  init?(argument: String) {
    guard let (name, text) = nameAndText(argument) else { return nil }
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    guard (1...2).contains(parts.count), let dots = parts[0].firstRange(of: ".."),
      let from = Double(parts[0][..<dots.lowerBound]),
      let to = Double(parts[0][dots.upperBound...]),
      let scale = parts.count == 1 ? .linear : SearchSpace.Range.Scale(rawValue: parts[1]),
      let range = try? SearchSpace.Range(from: from, to: to, scale: scale)
    else { return nil }
    self.name = name
    self.range = range
  }
}

/// The parts of `name=text`; `nil` if one of them is missing.
private func nameAndText(_ argument: String) -> (name: String, text: String)? {
  guard let sign = argument.firstIndex(of: "="), sign != argument.startIndex,
    argument.index(after: sign) != argument.endIndex
  else { return nil }
  return (String(argument[..<sign]), String(argument[argument.index(after: sign)...]))
}

/// What a search tries.
struct SearchOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "A setting and the values to try; for more settings, once for each.",
      discussion: """
        Settings are called like the options of 'backprop train'. Widths of several hidden layers \
        are joined by +: hidden=50,100+50. Known are: \
        \(TrainingConfiguration.settingNames.joined(separator: ", ")).
        """, valueName: "NAME=V,V"))
  var grid: [GridSetting] = []
  @Option(
    help: ArgumentHelp(
      "A setting and the range that --random draws it from: learning-rate=1e-4..1e-1:log.",
      discussion: "With :log each order of magnitude is as likely as any other.",
      valueName: "NAME=A..B[:log]"))
  var range: [RangeSetting] = []
  @Option(
    help: ArgumentHelp(
      "Draw so many trials at random, instead of all combinations.", valueName: "N"))
  var random: Int?
  @Option(
    help: ArgumentHelp(
      "How many trials to run at most, of those that are left. (default: all)", valueName: "N"))
  var trials: Int?
  @Option(
    help: ArgumentHelp(
      "How many trials run at once; the results are the same.", valueName: "P"))
  var parallel = 1
  @Option(
    help: ArgumentHelp(
      "By what trials are compared: loss, or what the evaluation gives, such as testAccuracy. "
        + "(default: what 'backprop train' tells at its end)", valueName: "NAME"))
  var metric: String?

  func validate() throws {
    for (name, number) in [("parallel", parallel), ("trials", trials), ("random", random)] {
      if let number, number < 1 {
        throw ValidationError("the option --\(name) is \(number), expected 1 or more")
      }
    }
    if !range.isEmpty, randomTrials == nil {
      throw ValidationError("--range needs --random N: how many trials to draw")
    }
  }

  /// How many trials to draw at random: ranges have no end, so that --trials says it too.
  var randomTrials: Int? { random ?? (range.isEmpty ? nil : trials) }

  /// The options that are given and say what to try.
  var given: [String] {
    givenOptions(["grid": grid.first, "range": range.first, "random": random, "metric": metric])
  }

  /// The settings to try.
  func space() throws(TrainingError) -> SearchSpace {
    var space = SearchSpace()
    for setting in grid { try space.add(setting.name, values: setting.values) }
    for setting in range { try space.add(setting.name, setting.range) }
    return space
  }
}
