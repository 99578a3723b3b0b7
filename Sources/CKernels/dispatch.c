// The tables of all instruction sets and types, and the row of them that is in use.
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "tables.h"

#define BP_TABLES(isa)                                                        \
  {                                                                           \
    [BP_BOOL] = &bp_whole_b8, [BP_UINT8] = &bp_whole_u8,                      \
    [BP_INT8] = &bp_whole_i8, [BP_INT16] = &bp_whole_i16,                     \
    [BP_UINT16] = &bp_whole_u16, [BP_INT32] = &bp_whole_i32,                  \
    [BP_UINT32] = &bp_whole_u32, [BP_INT64] = &bp_whole_i64,                  \
    [BP_UINT64] = &bp_whole_u64, [BP_FLOAT16] = &bp_half_f16,                 \
    [BP_BFLOAT16] = &bp_half_bf16, [BP_FLOAT32] = &bp_##isa##_f32,            \
    [BP_FLOAT64] = &bp_##isa##_f64,                                           \
  }

static const bp_kernels *const tables[][BP_SCALAR_COUNT] = {
    [BP_ISA_PORTABLE] = BP_TABLES(portable),
#if defined(__x86_64__)
    [BP_ISA_AVX2] = BP_TABLES(avx2),
    [BP_ISA_AVX512] = BP_TABLES(avx512),
#elif defined(__aarch64__)
    [BP_ISA_NEON] = BP_TABLES(neon),
#endif
};

static const bp_philox_function *const philox[] = {
    [BP_ISA_PORTABLE] = &bp_portable_philox,
#if defined(__x86_64__)
    [BP_ISA_AVX2] = &bp_avx2_philox,
    [BP_ISA_AVX512] = &bp_avx512_philox,
#elif defined(__aarch64__)
    [BP_ISA_NEON] = &bp_neon_philox,
#endif
};

const bp_kernels *const *bp_kernels_in_use;

/// Says once what $BACKPROP_ISA should have been.
static void report(const char *wanted, bp_isa used) {
  static atomic_flag reported = ATOMIC_FLAG_INIT;
  if (atomic_flag_test_and_set(&reported)) return;
  char names[64] = "";
  for (bp_isa isa = BP_ISA_PORTABLE; isa <= BP_ISA_AVX512; isa++) {
    if (!bp_isa_available(isa)) continue;
    if (*names) strcat(names, ", ");
    strcat(names, bp_isa_name(isa));
  }
  fprintf(stderr, "BACKPROP_ISA: expected one of %s on this processor, found '%s'; %s is used\n", names,
          wanted, bp_isa_name(used));
}

static bp_isa best_isa(void) {
  const char *wanted = getenv("BACKPROP_ISA");
  bp_isa best = BP_ISA_PORTABLE;
  for (bp_isa isa = BP_ISA_PORTABLE; isa <= BP_ISA_AVX512; isa++) {
    if (!bp_isa_available(isa)) continue;
    if (wanted && strcasecmp(wanted, bp_isa_name(isa)) == 0) return isa;
    best = isa;
  }
  if (wanted && *wanted) report(wanted, best);
  return best;
}

static void use(bp_isa isa) {
  const bp_kernels *const *row = tables[isa];
  __atomic_store_n(&bp_kernels_in_use, row, __ATOMIC_RELAXED);
}

// Two threads that come first choose the same.
const bp_kernels *const *bp_choose_kernels(void) {
  bp_isa isa = best_isa();
  use(isa);
  return tables[isa];
}

bp_isa bp_current_isa(void) {
  const bp_kernels *const *row = __atomic_load_n(&bp_kernels_in_use, __ATOMIC_RELAXED);
  if (!row) row = bp_choose_kernels();
  return (bp_isa)((row - tables[0]) / BP_SCALAR_COUNT);
}

bool bp_select_isa(bp_isa isa) {
  if (!bp_isa_available(isa)) return false;
  use(isa);
  return true;
}

const bp_kernels *bp_kernels_for(bp_isa isa, bp_scalar scalar) {
  return bp_isa_available(isa) ? tables[isa][scalar] : NULL;
}

bp_philox_function bp_philox_for(bp_isa isa) {
  return bp_isa_available(isa) ? *philox[isa] : NULL;
}

void bp_philox(uint64_t key, uint64_t stream, uint64_t counter, size_t n, uint32_t *out) {
  (*philox[bp_current_isa()])(key, stream, counter, n, out);
}
