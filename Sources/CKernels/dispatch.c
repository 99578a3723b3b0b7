// From the public functions to the kernels of the instruction set in use.
#include "tables.h"
#include "templates/prelude.h"

#if defined(__x86_64__)
#define BP_CHOOSE(isa, S)                        \
  ((isa) == BP_ISA_AVX512 ? &bp_avx512_##S       \
   : (isa) == BP_ISA_AVX2 ? &bp_avx2_##S         \
                          : &bp_portable_##S)
#elif defined(__aarch64__)
#define BP_CHOOSE(isa, S) ((isa) == BP_ISA_NEON ? bp_neon_##S : &bp_portable_##S)
#else
#define BP_CHOOSE(isa, S) (&bp_portable_##S)
#endif

const bp_kernels_f32 *bp_kernels_for_f32(bp_isa isa) {
  return bp_isa_available(isa) ? BP_CHOOSE(isa, f32) : NULL;
}

const bp_kernels_f64 *bp_kernels_for_f64(bp_isa isa) {
  return bp_isa_available(isa) ? BP_CHOOSE(isa, f64) : NULL;
}

bp_philox_function bp_philox_for(bp_isa isa) {
  return bp_isa_available(isa) ? *BP_CHOOSE(isa, philox) : NULL;
}

void bp_philox(uint64_t key, uint64_t stream, uint64_t counter, size_t n, uint32_t *out) {
  bp_isa isa = bp_current_isa();
  (*BP_CHOOSE(isa, philox))(key, stream, counter, n, out);
}

static inline const bp_kernels_f32 *current_f32(void) {
  bp_isa isa = bp_current_isa();
  return BP_CHOOSE(isa, f32);
}

static inline const bp_kernels_f64 *current_f64(void) {
  bp_isa isa = bp_current_isa();
  return BP_CHOOSE(isa, f64);
}

#define T float
#define S f32
#include "dispatch_one.h"
#undef T
#undef S

#define T double
#define S f64
#include "dispatch_one.h"
