#include "CRuntime.h"

bp_recording_state *bp_recording(void) {
  static _Thread_local bp_recording_state state;
  return &state;
}
