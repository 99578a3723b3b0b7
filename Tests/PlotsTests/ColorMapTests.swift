import Testing

@testable import BackpropPlots

@Suite struct ColorMapTests {
  @Test func gray() {
    #expect(ColorMap.gray.color(at: 0) == (0, 0, 0))
    #expect(ColorMap.gray.color(at: 1) == (255, 255, 255))
    #expect(ColorMap.gray.color(at: 0.5) == (128, 128, 128))
    #expect(ColorMap.reversedGray.color(at: 0) == (255, 255, 255))
    #expect(ColorMap.gray.reversed == ColorMap.reversedGray)
    #expect(ColorMap.gray.reversed.reversed == ColorMap.gray)
  }

  @Test func placesOutsideTakeTheEnds() {
    #expect(ColorMap.gray.color(at: -3) == (0, 0, 0))
    #expect(ColorMap.gray.color(at: .infinity) == (255, 255, 255))
    #expect(ColorMap.gray.color(at: .nan) == (0x8A, 0x8F, 0x98))
  }

  @Test func viridisGrowsLighterAtAConstantRate() {
    let lightness = ColorMap.viridis.table.map { OKLab($0).l }
    let step = (lightness[255] - lightness[0]) / 255
    for index in 0..<255 {
      // Rounding to 8 bits moves a lightness by at most about 0.002.
      #expect(abs(lightness[index] - lightness[0] - step * Double(index)) < 0.006)
    }
    #expect(lightness[255] - lightness[0] > 0.6)
  }

  @Test func coolwarmIsBlueThenRedAndEvenlyDark() {
    let labs = ColorMap.coolwarm.table.map(OKLab.init)
    for index in 0..<128 {
      #expect(abs(labs[index].l - labs[255 - index].l) < 0.006)
    }
    #expect(labs[0].b < -0.1)
    #expect(labs[255].a > 0.1)
    #expect(labs[127].l > labs[0].l + 0.4)
  }

  @Test func colorSpaceRoundTrip() {
    for red in stride(from: 0, through: 255, by: 51) {
      for green in stride(from: 0, through: 255, by: 51) {
        for blue in stride(from: 0, through: 255, by: 51) {
          let color = RGB(UInt8(red), UInt8(green), UInt8(blue))
          #expect(OKLab(color).rgb == color)
        }
      }
    }
  }

  @Test func throughStops() {
    let map = ColorMap(name: "flag", through: [(255, 0, 0), (255, 255, 255), (0, 0, 255)])
    #expect(map.color(at: 0) == (255, 0, 0))
    #expect(map.color(at: 1) == (0, 0, 255))
  }

  @Test func paletteContrasts() {
    // WCAG 2.1, 1.4.11: graphical objects 3 : 1, text 4.5 : 1.
    for shades in [Shades.light, .dark] {
      for color in shades.cycle {
        #expect(RGB.contrast(color, shades.surface) >= 3, "\(color.hex)")
      }
      #expect(RGB.contrast(shades.ink, shades.surface) >= 7)
      #expect(RGB.contrast(shades.muted, shades.surface) >= 4.5)
      #expect(Set(shades.cycle).count == shades.cycle.count)
    }
  }
}
