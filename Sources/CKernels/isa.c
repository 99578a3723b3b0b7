#include "CKernels.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

// Stands in for the real file until the branches are merged.
bool bp_isa_available(bp_isa isa) {
  switch (isa) {
  case BP_ISA_PORTABLE: return true;
#if defined(__x86_64__)
  case BP_ISA_AVX2: return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  case BP_ISA_AVX512:
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw");
#elif defined(__aarch64__)
  case BP_ISA_NEON: return true;
#endif
  default: return false;
  }
}
const char *bp_isa_name(bp_isa isa) {
  static const char *const names[] = {"portable", "neon", "avx2", "avx512"};
  return names[isa];
}
static int current = -1;
bp_isa bp_current_isa(void) {
  if (current < 0) {
    int chosen = BP_ISA_PORTABLE;
    const char *wish = getenv("BACKPROP_ISA");
    for (int isa = 0; isa < 4; isa++)
      if (bp_isa_available((bp_isa)isa) && (!wish || !strcmp(wish, bp_isa_name((bp_isa)isa))))
        chosen = isa;
    current = chosen;
  }
  return (bp_isa)current;
}
bool bp_select_isa(bp_isa isa) {
  if (!bp_isa_available(isa)) return false;
  current = (int)isa;
  return true;
}

#define UNARY(T, S)                                                                                \
  void bp_unary_##S(bp_unary op, size_t n, const T *a, ptrdiff_t sa, T *out) {                     \
    for (size_t i = 0; i < n; i++) {                                                               \
      T x = a[(ptrdiff_t)i * sa];                                                                  \
      out[i] = op == BP_RELU ? (x < 0 ? 0 : x)                                                     \
               : op == BP_SIGMOID ? (T)(1 / (1 + exp(-(double)x)))                                 \
                                  : (T)tanh((double)x);                                            \
    }                                                                                              \
  }
UNARY(float, f32)
UNARY(double, f64)
