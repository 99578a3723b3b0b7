// The instruction sets: which of them this processor has, and their names.
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
