import CBackpropKernels
import CBackpropRuntime

/// What the kernels of a convolution are told: its lengths, and how its kernel slides.
///
/// The input is of shape (images, groups · channels, …), the weight (groups · filters, channels, …)
/// and the result (images, groups · filters, …).
package struct ConvolutionGeometry {
  /// How the kernel slides over a channel.
  package let windows: bp_windows
  package let images: Int
  package let groups: Int
  /// The channels of the input in one group.
  package let channels: Int
  /// The channels of the result in one group.
  package let filters: Int

  package init(windows: bp_windows, images: Int, groups: Int, channels: Int, filters: Int) {
    self.windows = windows
    self.images = images
    self.groups = groups
    self.channels = channels
    self.filters = filters
  }

  /// The numbers of a channel of the input.
  fileprivate var area: Int { windows.height * windows.width }
  /// The numbers of a channel of the result: one a window.
  fileprivate var windowCount: Int { windows.out_height * windows.out_width }
  /// The numbers from which one of the result is summed.
  fileprivate var depth: Int { channels * windows.kernel_height * windows.kernel_width }

  /// Whether each window is one number of the input and each number a window: the input's channels
  /// are then the rows of the product's right side as they lie.
  fileprivate var isPointwise: Bool {
    let w = windows
    return w.kernel_height == 1 && w.kernel_width == 1 && w.stride_height == 1
      && w.stride_width == 1 && w.top == 0 && w.left == 0 && w.out_height == w.height
      && w.out_width == w.width
  }
}

/// Convolutions as matrix products, into memory that the caller gives: contiguous and seen by nobody
/// else yet.
///
/// The numbers under each window are laid out as a column (im2col), a few windows of one image and
/// one group at a time, so that they stay in a cache; the weight is then a matrix in front of them.
/// Which windows go together, and what is summed in which order, follows from the lengths alone.
package enum ConvolutionProduct {
  /// result = input ⋆ weight + bias.
  package static func forward(
    _ input: NDArray, _ weight: NDArray, _ bias: NDArray?, _ geometry: ConvolutionGeometry,
    into result: NDArray
  ) {
    if result.count == 0 { return }
    let (input, weight) = (input.contiguous(), weight.contiguous())
    let work = Work(geometry, input.scalarType)
    let (x, w, y) = (input.storage.base, weight.storage.base, result.storage.base)
    let (groups, filters) = (geometry.groups, geometry.filters)
    let shifts = bias?.doubles
    let tiles = work.tiles
    Parallel.forEach(geometry.images * groups * tiles.count) { chunk in
      let (block, range) = (chunk / tiles.count, tiles[chunk % tiles.count])
      let group = block % groups
      let count = range.rows * range.columns
      let out = y + work.bytes(block * filters * geometry.windowCount + work.offset(of: range))
      if let shifts {
        for filter in 0..<filters {
          work.fill(
            count, shifts[group * filters + filter],
            out + work.bytes(filter * geometry.windowCount))
        }
      }
      work.withColumns(
        of: x + work.bytes(block * geometry.channels * geometry.area), range, fills: true
      ) { columns, stride in
        work.product(
          false, false, filters, count, geometry.depth,
          w + work.bytes(group * filters * geometry.depth), geometry.depth, columns, stride, out,
          geometry.windowCount, shifts != nil)
      }
    }
    withExtendedLifetime((input, weight)) {}
  }

  /// result = the gradient with respect to the input, where that to the result is `cotangent`, + bias:
  /// a transposed convolution.
  package static func inputGradient(
    _ cotangent: NDArray, _ weight: NDArray, _ bias: NDArray?, _ geometry: ConvolutionGeometry,
    into result: NDArray
  ) {
    if result.count == 0 { return }
    let (cotangent, weight) = (cotangent.contiguous(), weight.contiguous())
    let work = Work(geometry, cotangent.scalarType)
    let (g, w, x) = (cotangent.storage.base, weight.storage.base, result.storage.base)
    let (groups, channels) = (geometry.groups, geometry.channels)
    let shifts = bias?.doubles
    // Windows overlap, so one thread does all of an image and group.
    Parallel.forEach(geometry.images * groups) { block in
      let group = block % groups
      let image = x + work.bytes(block * channels * geometry.area)
      for channel in 0..<channels {
        work.fill(
          geometry.area, shifts?[group * channels + channel] ?? 0,
          image + work.bytes(channel * geometry.area))
      }
      for range in work.tiles {
        let from =
          g + work.bytes(block * geometry.filters * geometry.windowCount + work.offset(of: range))
        work.withColumns(of: image, range, fills: false) { columns, stride in
          work.product(
            true, false, geometry.depth, range.rows * range.columns, geometry.filters,
            w + work.bytes(group * geometry.filters * geometry.depth), geometry.depth, from,
            geometry.windowCount, columns, stride, geometry.isPointwise)
          if !geometry.isPointwise { work.scatter(columns, range, to: image) }
        }
      }
    }
    withExtendedLifetime((cotangent, weight)) {}
  }

  /// result = the gradient with respect to the weight.
  package static func weightGradient(
    _ input: NDArray, _ cotangent: NDArray, _ geometry: ConvolutionGeometry, into result: NDArray
  ) {
    if result.count == 0 { return }
    let (input, cotangent) = (input.contiguous(), cotangent.contiguous())
    let work = Work(geometry, input.scalarType)
    let (x, g, out) = (input.storage.base, cotangent.storage.base, result.storage.base)
    let (groups, filters, depth) = (geometry.groups, geometry.filters, geometry.depth)
    // The images are summed in a few parts, each by itself and then one after the other. Large weights
    // are summed in one: there the product is worth splitting.
    let parts = Swift.min(geometry.images, Swift.max(1, Swift.min(16, (1 << 20) / result.count)))
    if parts == 0 || geometry.windowCount == 0 { return result.fillWithZeros() }
    let partBytes = work.bytes(result.count)
    let others = bp_allocate((parts - 1) * partBytes)!
    defer { bp_deallocate(others, (parts - 1) * partBytes) }
    Parallel.forEach(parts) { part in
      let sum = part == 0 ? out : others + (part - 1) * partBytes
      let first = geometry.images * part / parts
      for image in first..<geometry.images * (part + 1) / parts {
        for group in 0..<groups {
          let block = image * groups + group
          for (index, range) in work.tiles.enumerated() {
            work.withColumns(
              of: x + work.bytes(block * geometry.channels * geometry.area), range, fills: true
            ) { columns, stride in
              work.product(
                false, true, filters, depth, range.rows * range.columns,
                g + work.bytes(block * filters * geometry.windowCount + work.offset(of: range)),
                geometry.windowCount, columns, stride,
                sum + work.bytes(group * filters * depth), depth, image > first || index > 0)
            }
          }
        }
      }
    }
    for part in 1..<Swift.max(1, parts) {
      work.add(others + (part - 1) * partBytes, to: out, count: result.count)
    }
    withExtendedLifetime((input, cotangent)) {}
  }
}

/// The kernels of a type, and which windows are done together.
private struct Work {
  let geometry: ConvolutionGeometry
  let scalarType: ScalarType
  let kernels: UnsafePointer<bp_kernels>
  let tiles: [bp_window_range]

  /// About how many numbers the columns of a tile have, for the second cache.
  private static let tileSize = 1 << 16
  /// How many windows a tile has at least: the columns of a matrix product.
  private static let leastWindows = 128

  init(_ geometry: ConvolutionGeometry, _ scalarType: ScalarType) {
    self.geometry = geometry
    self.scalarType = scalarType
    kernels = scalarType.kernels
    let (height, width) = (geometry.windows.out_height, geometry.windows.out_width)
    let wanted = Swift.max(Self.leastWindows, Self.tileSize / Swift.max(1, geometry.depth))
    if width <= wanted || geometry.isPointwise {
      let rows = geometry.isPointwise ? height : wanted / width
      tiles = Self.parts(height, atMost: rows).map {
        bp_window_range(row: $0.lowerBound, rows: $0.count, column: 0, columns: width)
      }
    } else {
      let columns = Self.parts(width, atMost: wanted)
      tiles = (0..<height).flatMap { row in
        columns.map {
          bp_window_range(row: row, rows: 1, column: $0.lowerBound, columns: $0.count)
        }
      }
    }
  }

  /// 0..<`count` in as few ranges as can be, of nearly equal lengths.
  private static func parts(_ count: Int, atMost length: Int) -> [Range<Int>] {
    let number = (count + length - 1) / length
    return (0..<number).map { count * $0 / number..<count * ($0 + 1) / number }
  }

  func bytes(_ elements: Int) -> Int { elements &* scalarType.size }

  /// Where the first window of a range stands among all.
  func offset(of range: bp_window_range) -> Int {
    range.row * geometry.windows.out_width + range.column
  }

  func fill(_ count: Int, _ value: Double, _ out: UnsafeMutableRawPointer) {
    kernels.pointee.fill(count, value, out)
  }

  /// Lends the matrix of columns to `body`, with the distance of its rows: the image itself where a
  /// window is a number, other memory else, with the numbers under the windows in it if `fills`.
  func withColumns(
    of image: UnsafeMutableRawPointer, _ range: bp_window_range, fills: Bool,
    _ body: (UnsafeMutableRawPointer, Int) -> Void
  ) {
    if geometry.isPointwise { return body(image, geometry.area) }
    let count = range.rows * range.columns
    let size = bytes(geometry.depth * count)
    let columns = bp_allocate(size)!
    if fills {
      withUnsafePointer(to: geometry.windows) { windows in
        withUnsafePointer(to: range) {
          kernels.pointee.im2col!(windows, geometry.channels, $0, image, columns)
        }
      }
    }
    body(columns, count)
    bp_deallocate(columns, size)
  }

  /// Adds the numbers of the columns to those of the image that they stand for.
  func scatter(
    _ columns: UnsafeMutableRawPointer, _ range: bp_window_range,
    to image: UnsafeMutableRawPointer
  ) {
    withUnsafePointer(to: geometry.windows) { windows in
      withUnsafePointer(to: range) {
        kernels.pointee.col2im!(windows, geometry.channels, $0, columns, image)
      }
    }
  }

  func product(
    _ transposesLeft: Bool, _ transposesRight: Bool, _ m: Int, _ n: Int, _ k: Int,
    _ a: UnsafeMutableRawPointer, _ aStride: Int, _ b: UnsafeMutableRawPointer, _ bStride: Int,
    _ c: UnsafeMutableRawPointer, _ cStride: Int, _ accumulates: Bool
  ) {
    kernels.pointee.product!(
      transposesLeft, transposesRight, m, n, k, a, aStride, b, bStride, c, cStride, accumulates,
      nil, BP_IDENTITY_ACTIVATION)
  }

  /// sum += part.
  func add(_ part: UnsafeMutableRawPointer, to sum: UnsafeMutableRawPointer, count: Int) {
    let add = kernels.pointee.binary_loops[Int(BP_ADD.rawValue)]!
    Parallel.forEachRange(of: count, grain: Parallel.elementGrain) { range in
      let start = bytes(range.lowerBound)
      add(range.count, sum + start, part + start, sum + start)
    }
  }
}
