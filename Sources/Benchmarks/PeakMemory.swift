import Backprop
import CBackpropRuntime

/// How much memory the tensors of a training step need.
enum PeakMemory {
  /// The most bytes that were live at once in the second step, above those that were live before it:
  /// without parameters and data, but with everything that the graph and the gradients hold.
  ///
  /// The first step brings what stays, such as an optimizer's state.
  static func ofSecondStep(_ step: () -> Void) -> Double {
    step()
    bp_reset_peak_live_bytes()
    let before = bp_memory().live_bytes
    step()
    return Double(bp_memory().peak_live_bytes - before)
  }
}
