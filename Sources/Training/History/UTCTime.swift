import BackpropFiles

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Moments as texts, in the time zone of Greenwich: `2026-01-31T14:25:00.123Z` (ISO 8601).
package enum UTCTime {
  /// The text of a moment.
  package static func text(_ date: Date) -> String {
    let milliseconds = Int64((date.timeIntervalSince1970 * 1000).rounded())
    let whole = milliseconds >= 0 ? milliseconds / 1000 : (milliseconds - 999) / 1000
    var seconds = time_t(whole)
    var parts = tm()
    gmtime_r(&seconds, &parts)
    let fraction = Int(milliseconds - whole * 1000)
    return "\(digits(1900 + Int(parts.tm_year), 4))-\(digits(1 + Int(parts.tm_mon)))-"
      + "\(digits(Int(parts.tm_mday)))T\(digits(Int(parts.tm_hour))):\(digits(Int(parts.tm_min))):"
      + "\(digits(Int(parts.tm_sec))).\(digits(fraction, 3))Z"
  }

  /// The moment of a text of this form; `nil` for any other.
  package static func date(_ text: String) -> Date? {
    let bytes = Array(text.utf8)
    guard bytes.count >= 20, bytes.last == UInt8(ascii: "Z") else { return nil }
    func number(_ range: Range<Int>) -> Int? {
      var value = 0
      for byte in bytes[range] {
        guard (48...57).contains(byte) else { return nil }
        value = value * 10 + Int(byte - 48)
      }
      return value
    }
    guard let year = number(0..<4), let month = number(5..<7), let day = number(8..<10),
      let hour = number(11..<13), let minute = number(14..<16), let second = number(17..<19),
      bytes[4] == 45, bytes[7] == 45, bytes[10] == 84, bytes[13] == 58, bytes[16] == 58,
      year >= 1900, (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60,
      second < 61
    else { return nil }
    var fraction = 0.0
    if bytes.count > 20 {
      guard bytes[19] == 46, bytes.count < 30, let digits = number(20..<bytes.count - 1) else {
        return nil
      }
      var scale = 1.0
      for _ in 20..<bytes.count - 1 { scale *= 10 }
      fraction = Double(digits) / scale
    }
    var parts = tm()
    parts.tm_year = Int32(year - 1900)
    parts.tm_mon = Int32(month - 1)
    parts.tm_mday = Int32(day)
    parts.tm_hour = Int32(hour)
    parts.tm_min = Int32(minute)
    parts.tm_sec = Int32(second)
    return Date(timeIntervalSince1970: Double(timegm(&parts)) + fraction)
  }

  private static func digits(_ value: Int, _ count: Int = 2) -> String {
    zeroPadded(value, to: count)
  }
}
