// The kernels that move numbers of one width, whatever they are. Define S and T, an unsigned type of
// that width, before the inclusion.
#define BP_LANES 1

#pragma clang assume_nonnull begin
// buffer[i] = a[i stride]
static void K(gather)(size_t n, const T *a, ptrdiff_t stride, T *buffer) {
  for (size_t i = 0; i < n; i++) buffer[i] = a[(ptrdiff_t)i * stride];
}

static void K(select_loop)(size_t n, const uint8_t *c, const T *x, const T *y, T *out) {
  for (size_t i = 0; i < n; i++) out[i] = c[i] ? x[i] : y[i];
}

#pragma clang assume_nonnull end

#include "operands.h"
//
#include "moves.h"

#pragma clang assume_nonnull begin
#define X(R, name, parameters, arguments) \
  R BP_PASTE(bp_##name, S) parameters { return K(name) arguments; }
BP_MOVE_KERNELS(X)
#undef X
#pragma clang assume_nonnull end

#undef BP_LANES
#undef S
#undef T
