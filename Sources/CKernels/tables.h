// The tables that the variants define.
#ifndef BP_TABLES_H
#define BP_TABLES_H

#include "include/CKernels.h"

#define BP_DECLARE_VARIANT(name)                     \
  extern const bp_kernels_f32 bp_##name##_f32;       \
  extern const bp_kernels_f64 bp_##name##_f64;       \
  extern const bp_philox_function bp_##name##_philox;

BP_DECLARE_VARIANT(avx512)
BP_DECLARE_VARIANT(avx2)
BP_DECLARE_VARIANT(neon)
BP_DECLARE_VARIANT(portable)

#endif
