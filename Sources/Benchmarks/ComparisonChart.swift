import BackpropPlots

extension Comparison {
  /// A chart of how many times as fast this library was: bars that rise from 1 where it was faster,
  /// and hang from 1 where it was slower, on a log axis, so that twice and half as fast are equally
  /// long. The figures at the bars are the ratios.
  ///
  /// - Parameter threads: the number of threads; if nil, the highest that there is.
  /// - Throws: `ComparisonError` if nothing was compared at that number.
  public func figure(threads: Int? = nil) throws(ComparisonError) -> Figure {
    let works = try works(threads: threads)
    let products = works.filter { $0.name.hasPrefix("gemm-") }
    let others = works.filter { !$0.name.hasPrefix("gemm-") }
    let parts = [("Matrix products", products), ("Networks and the rest", others)]
      .filter { !$0.1.isEmpty }
    let count = works[0].threads

    var figure = Figure(width: 900, height: 340 * Double(parts.count), rows: parts.count)
    figure.title =
      "How many times as fast as others Backprop is, on \(count) thread\(count == 1 ? "" : "s")"
    for (index, (title, works)) in parts.enumerated() {
      figure.axes[index] = Self.axes(title, works)
      figure.axes[index].legend(index == 0 ? .best : .hidden)
    }
    return figure
  }

  private static func axes(_ title: String, _ works: [Work]) -> Axes {
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
