extension GrayImage {
  /// The picture in another size.
  ///
  /// Where an axis shrinks, a new pixel is the mean of the old ones below it, each weighted by the
  /// part that it covers (area averaging); where it grows, it is interpolated linearly between the
  /// two nearest old centres. Both keep the middle of the picture in the middle. Shades are rounded.
  ///
  /// Traps if either picture has no pixels.
  public func resized(width newWidth: Int, height newHeight: Int) -> GrayImage {
    GrayImage(
      width: newWidth, height: newHeight,
      pixels: resample(pixels, (width, height), (newWidth, newHeight), channels: 1))
  }

  /// The picture in another size, of which only so many columns and rows show something.
  func resized(_ size: (width: Int, height: Int), showing extent: Extent) -> GrayImage {
    GrayImage(
      width: size.width, height: size.height,
      pixels: resample(pixels, (width, height), size, extent, channels: 1))
  }
}

/// How many columns and rows of a picture show something, where the last ones do only in part.
typealias Extent = (width: Double, height: Double)

extension RGBImage {
  /// The picture in another size; as `GrayImage.resized(width:height:)`, each colour by itself.
  ///
  /// Traps if either picture has no pixels.
  public func resized(width newWidth: Int, height newHeight: Int) -> RGBImage {
    RGBImage(
      width: newWidth, height: newHeight,
      pixels: resample(pixels, (width, height), (newWidth, newHeight), channels: 3))
  }

  /// The picture in another size, of which only so many columns and rows show something.
  func resized(_ size: (width: Int, height: Int), showing extent: Extent) -> RGBImage {
    RGBImage(
      width: size.width, height: size.height,
      pixels: resample(pixels, (width, height), size, extent, channels: 3))
  }
}

private func resample(
  _ pixels: [UInt8], _ old: (width: Int, height: Int), _ new: (width: Int, height: Int),
  _ extent: Extent? = nil, channels: Int
) -> [UInt8] {
  if new.width < 1 || new.height < 1 || old.width < 1 || old.height < 1 {
    fatalError("resized: from \(old.width) x \(old.height) to \(new.width) x \(new.height) pixels")
  }
  let extent = extent ?? (Double(old.width), Double(old.height))
  if old == new && extent == (Double(old.width), Double(old.height)) { return pixels }
  let columns = AxisWeights(from: old.width, showing: extent.width, to: new.width)
  let rows = AxisWeights(from: old.height, showing: extent.height, to: new.height)
  // Along x first, in Float so that only the result is rounded.
  let (oldRow, newRow) = (old.width * channels, new.width * channels)
  let middle = [Float](unsafeUninitializedCapacity: newRow * old.height) { middle, filled in
    pixels.withUnsafeBufferPointer { pixels in
      for y in 0..<old.height {
        for x in 0..<new.width {
          for channel in 0..<channels {
            var sum: Float = 0
            columns.forEach(at: x) { index, weight in
              sum += weight * Float(pixels[y &* oldRow &+ index &* channels &+ channel])
            }
            middle[y &* newRow &+ x &* channels &+ channel] = sum
          }
        }
      }
    }
    filled = newRow * old.height
  }
  return [UInt8](unsafeUninitializedCapacity: newRow * new.height) { result, filled in
    middle.withUnsafeBufferPointer { middle in
      for y in 0..<new.height {
        for x in 0..<newRow {
          var sum: Float = 0
          rows.forEach(at: y) { index, weight in sum += weight * middle[index &* newRow &+ x] }
          result[y &* newRow &+ x] = UInt8(max(0, min(255, sum.rounded())))
        }
      }
    }
    filled = newRow * new.height
  }
}

/// For each new pixel along an axis, the old ones that it is made of and their weights, which add
/// up to 1.
private struct AxisWeights {
  private var firsts: [Int] = []
  private var starts: [Int] = [0]
  private var weights: [Float] = []

  init(from old: Int, showing extent: Double, to new: Int) {
    let scale = extent / Double(new)
    for position in 0..<new {
      if new >= old {
        let centre = max(0, min(Double(old - 1), (Double(position) + 0.5) * scale - 0.5))
        let lower = Int(centre)
        let part = Float(centre - Double(lower))
        firsts.append(lower)
        weights += part == 0 ? [1] : [1 - part, part]
      } else {
        let start = Double(position) * scale
        let end = start + scale
        firsts.append(Int(start))
        for index in Int(start)...min(old - 1, Int(end)) {
          let covered = min(end, Double(index + 1)) - max(start, Double(index))
          if covered > 0 { weights.append(Float(covered / scale)) }
        }
      }
      starts.append(weights.count)
    }
  }

  @inline(__always)
  func forEach(at position: Int, _ body: (_ index: Int, _ weight: Float) -> Void) {
    let (first, start) = (firsts[position], starts[position])
    for offset in 0..<(starts[position + 1] - start) {
      body(first + offset, weights[start + offset])
    }
  }
}
