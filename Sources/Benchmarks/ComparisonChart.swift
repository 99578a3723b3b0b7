import BackpropPlots

extension Comparison {
  /// A chart of how many times as fast this library was: bars that rise from 1 where it was faster,
  /// and hang from 1 where it was slower, on a log axis, so that twice and half as fast are equally
  /// long. The figures at the bars are the ratios.
  ///
  /// - Parameters:
  ///   - threads: the number of threads; if nil, the highest that there is.
  ///   - instructionSet: the instruction set; if nil, the first of the file.
  /// - Throws: `ComparisonError` if nothing was compared so.
  public func figure(
    threads: Int? = nil, instructionSet: String? = nil
  ) throws(ComparisonError) -> Figure {
    let works = try works(threads: threads, instructionSet: instructionSet)
    let parts = Part.allCases.compactMap { part in
      let members = works.filter { Part(of: $0.name) == part }
      return members.isEmpty ? nil : (part, members)
    }
    // A library that does none of the works has no bars and no place in the legend.
    let peers = Self.peers.filter { peer in works.contains { $0.ratios[peer.0] != nil } }

    var figure = Figure(width: 900, height: 340 * Double(parts.count), rows: parts.count)
    let count = works[0].threads
    figure.title =
      "How many times as fast as others Backprop is, on \(count) thread\(count == 1 ? "" : "s")"
      + (works[0].instructionSet.map { ", \($0)" } ?? "")
    for (index, (part, works)) in parts.enumerated() {
      figure.axes[index] = Self.axes(part.rawValue, works, peers)
      figure.axes[index].legend(index == 0 ? .best : .hidden)
    }
    return figure
  }

  /// Works that are drawn beside each other.
  private enum Part: String, CaseIterable {
    case products = "Matrix products"
    case layers = "Single layers"
    case predictions = "Predictions"
    case pretrained = "Pretrained models"
    case rest = "Training and the rest"

    init(of work: String) {
      if work.hasPrefix("gemm-") {
        self = .products
      } else if work.hasPrefix("conv-") || ["attention", "layernorm"].contains(work) {
        self = .layers
      } else if work.hasSuffix("predict-1") {
        self = .predictions
      } else if ["encoder-", "decode-", "search-", "tokenize"].contains(where: work.hasPrefix) {
        self = .pretrained
      } else {
        self = .rest
      }
    }
  }

  private static func axes(_ title: String, _ works: [Work], _ peers: [(String, String)]) -> Axes {
    var axes = Axes()
    axes.title = title
    axes.yscale = .log
    axes.ylabel = "times as fast"
    for (name, label) in peers {
      // Two decimals are all that the figures at the bars have room for.
      let ratios = works.map { work in
        work.ratios[name].map { ($0 * 100).rounded() / 100 } ?? .nan
      }
      axes.bar(
        works.map(\.name), ratios, label: label, showsValues: true, baseline: 1)
    }
    axes.axhline(1, style: .solid)
    // Room for the figures above and below the bars.
    let shown = works.flatMap(\.ratios.values) + [1]
    axes.ylim = shown.min()! / 1.3...shown.max()! * 1.4
    return axes
  }
}
