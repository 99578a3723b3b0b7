import BackpropFiles

/// The view of a box from a direction, without perspective.
///
/// The box reaches from −1 to 1 in x and y and from −0.75 to 0.75 in z. With azimuth a and
/// elevation e the viewer looks from (cos e cos a, cos e sin a, sin e).
struct Projection {
  private let cosA: Double
  private let sinA: Double
  private let cosE: Double
  private let sinE: Double
  var center = Point(x: 0, y: 0)
  var zoom = 1.0

  init(elevation: Double, azimuth: Double) {
    guard elevation.isFinite, azimuth.isFinite else {
      fatalError("surface: seen from elevation \(elevation), azimuth \(azimuth); angles are finite")
    }
    let (a, e) = (azimuth * .pi / 180, elevation * .pi / 180)
    (cosA, sinA, cosE, sinE) = (cos(a), sin(a), cos(e), sin(e))
  }

  static let halfHeight = 0.75

  /// A corner or point of the box.
  struct Place: Hashable {
    var x: Double
    var y: Double
    var z: Double
  }

  /// Where a place appears on the page.
  func page(_ place: Place) -> Point {
    let right = -sinA * place.x + cosA * place.y
    let up = -sinE * cosA * place.x - sinE * sinA * place.y + cosE * place.z
    return Point(x: center.x + right * zoom, y: center.y - up * zoom)
  }

  /// How near a place is to the viewer.
  func nearness(_ place: Place) -> Double {
    cosE * cosA * place.x + cosE * sinA * place.y + sinE * place.z
  }

  /// The signs of x, y and z on the sides of the box that face away from the viewer.
  var back: Place {
    Place(x: cosE * cosA >= 0 ? -1 : 1, y: cosE * sinA >= 0 ? -1 : 1, z: sinE >= 0 ? -1 : 1)
  }
}
