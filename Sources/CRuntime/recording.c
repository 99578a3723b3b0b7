#include "CRuntime.h"

int *bp_unrecorded_depth(void) {
  static _Thread_local int depth = 0;
  return &depth;
}
