import CBackpropRuntime

/// Which modules this thread is calling, each by the one before: what an error says of its place.
///
/// Entering and leaving is all that a call pays: two stores. Names are put together when an error
/// asks for them.
package struct ModuleCalls {
  private let state: UnsafeMutablePointer<bp_recording_state>

  @inline(__always)
  package static var ofThisThread: ModuleCalls { ModuleCalls(state: bp_recording()) }

  /// A module of this type is called.
  @inline(__always)
  package func enter(_ type: Any.Type) { enter(unsafeBitCast(type, to: UInt.self)) }

  /// A module is called that is known by its path. The box must live until `leave()`.
  package func enter(_ path: Unmanaged<ModulePath>) {
    // Types and objects lie at even addresses.
    enter(UInt(bitPattern: path.toOpaque()) | 1)
  }

  @inline(__always)
  private func enter(_ bits: UInt) { bp_enter_call(state, bits) }

  /// The module that was entered last has returned.
  @inline(__always)
  package func leave() { state.pointee.call_depth -= 1 }

  /// Where the thread is: the path of the innermost module, if it is known, or the kinds of all of
  /// them, such as `Encoder > Linear`; `nil` outside of any.
  package var description: String? {
    let depth = min(Int(state.pointee.call_depth), Int(BP_CALL_DEPTH))
    if depth == 0 { return nil }
    var kinds: [String] = []
    for level in (0..<depth).reversed() {
      let bits = bp_call_at(state, Int32(level))
      if bits & 1 == 1 {
        let path = Unmanaged<ModulePath>.fromOpaque(UnsafeRawPointer(bitPattern: bits & ~1)!)
        kinds.append(path.takeUnretainedValue().text)
        break
      }
      kinds.append("\(unsafeBitCast(bits, to: Any.Type.self))")
    }
    return kinds.reversed().joined(separator: " > ")
  }
}

/// The path of a module in a model, as an object that a thread's list of calls can point to.
package final class ModulePath: Sendable {
  package let text: String
  package init(_ text: String) { self.text = text }
}
