// Which instruction set to use: what the processor has, or what $BACKPROP_ISA asks for.
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "include/CKernels.h"

bool bp_isa_available(bp_isa isa) {
  switch (isa) {
    case BP_ISA_PORTABLE:
      return true;
#if defined(__x86_64__)
    case BP_ISA_AVX2:
      __builtin_cpu_init();
      return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
             __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2");
    case BP_ISA_AVX512:
      return bp_isa_available(BP_ISA_AVX2) && __builtin_cpu_supports("avx512f") &&
             __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
             __builtin_cpu_supports("avx512vl");
#elif defined(__aarch64__)
    case BP_ISA_NEON:
      return true;
#endif
    default:
      return false;
  }
}

const char *bp_isa_name(bp_isa isa) {
  switch (isa) {
    case BP_ISA_AVX512:
      return "avx512";
    case BP_ISA_AVX2:
      return "avx2";
    case BP_ISA_NEON:
      return "neon";
    default:
      return "portable";
  }
}

static bp_isa best_isa(void) {
  const char *wanted = getenv("BACKPROP_ISA");
  bp_isa best = BP_ISA_PORTABLE;
  for (bp_isa isa = BP_ISA_PORTABLE; isa <= BP_ISA_AVX512; isa++) {
    if (!bp_isa_available(isa)) continue;
    if (wanted && strcmp(wanted, bp_isa_name(isa)) == 0) return isa;
    best = isa;
  }
  return best;
}

// The choice plus one; 0 until the first use. Two threads that come first choose the same.
static atomic_int chosen;

bp_isa bp_current_isa(void) {
  int isa = atomic_load_explicit(&chosen, memory_order_relaxed);
  if (isa == 0) {
    isa = (int)best_isa() + 1;
    atomic_store_explicit(&chosen, isa, memory_order_relaxed);
  }
  return (bp_isa)(isa - 1);
}

bool bp_select_isa(bp_isa isa) {
  if (!bp_isa_available(isa)) return false;
  atomic_store_explicit(&chosen, (int)isa + 1, memory_order_relaxed);
  return true;
}
