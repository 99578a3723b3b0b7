extension GrayImage {
  /// The picture in another size.
  ///
  /// Where an axis shrinks, a new pixel is the mean of the old ones below it, each weighted by the
  /// part that it covers (area averaging); where it grows, it is interpolated linearly between the
  /// two nearest old centres. Both keep the middle of the picture in the middle. Shades are rounded.
  ///
  /// Traps if either picture has no pixels.
  public func resized(width newWidth: Int, height newHeight: Int) -> GrayImage {
    if newWidth < 1 || newHeight < 1 || width < 1 || height < 1 {
      fatalError("resized: from \(width) x \(height) to \(newWidth) x \(newHeight) pixels")
    }
    let columns = axisWeights(from: width, to: newWidth)
    let rows = axisWeights(from: height, to: newHeight)
    // Along x first, in Float so that only the result is rounded.
    var middle = [Float](repeating: 0, count: newWidth * height)
    for y in 0..<height {
      for x in 0..<newWidth {
        var sum: Float = 0
        for (index, weight) in columns[x] { sum += weight * Float(pixels[y * width + index]) }
        middle[y * newWidth + x] = sum
      }
    }
    var result = GrayImage(width: newWidth, height: newHeight)
    for y in 0..<newHeight {
      for x in 0..<newWidth {
        var sum: Float = 0
        for (index, weight) in rows[y] { sum += weight * middle[index * newWidth + x] }
        result.pixels[y * newWidth + x] = UInt8(max(0, min(255, sum.rounded())))
      }
    }
    return result
  }
}

/// For each new pixel along an axis, the old ones that it is made of and their weights, which add
/// up to 1.
private func axisWeights(from old: Int, to new: Int) -> [[(index: Int, weight: Float)]] {
  let scale = Double(old) / Double(new)
  return (0..<new).map { position -> [(index: Int, weight: Float)] in
    if new >= old {
      let centre = max(0, min(Double(old - 1), (Double(position) + 0.5) * scale - 0.5))
      let lower = Int(centre)
      let part = Float(centre - Double(lower))
      return part == 0 ? [(lower, Float(1))] : [(lower, 1 - part), (lower + 1, part)]
    }
    let start = Double(position) * scale
    let end = start + scale
    let last = min(old - 1, Int(end))
    var weights: [(index: Int, weight: Float)] = []
    for index in Int(start)...last {
      let covered = min(end, Double(index + 1)) - max(start, Double(index))
      if covered > 0 { weights.append((index, Float(covered / scale))) }
    }
    return weights
  }
}
