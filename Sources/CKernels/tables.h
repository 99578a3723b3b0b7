// What the variants define: the kernels of floating-point numbers in each instruction set, and those
// of all others once for all.
#ifndef BP_TABLES_H
#define BP_TABLES_H

#include "include/CKernels.h"

#pragma clang assume_nonnull begin

#define BP_DECLARE_PRODUCTS(name)                                \
  void bp_product_##name BP_PRODUCT_PARAMETERS;                  \
  size_t bp_packed_count_##name BP_PACKED_COUNT_PARAMETERS;      \
  void bp_pack_##name BP_PACK_PARAMETERS;                        \
  void bp_packed_product_##name BP_PACKED_PRODUCT_PARAMETERS;

#define BP_DECLARE_VARIANT(name)                           \
  extern const bp_kernels bp_##name##_f32, bp_##name##_f64; \
  BP_DECLARE_PRODUCTS(name##_f32)                          \
  BP_DECLARE_PRODUCTS(name##_f64)                          \
  extern const bp_philox_function bp_##name##_philox;

BP_DECLARE_VARIANT(avx512)
BP_DECLARE_VARIANT(avx2)
BP_DECLARE_VARIANT(neon)
BP_DECLARE_VARIANT(portable)

/// Sorts pairs by their keys, of which `key_bytes` bytes count; equal ones stay in their order. The
/// result lies in either memory, each for n.
const bp_ranked *bp_sort_ranked(size_t n, size_t key_bytes, bp_ranked *pairs, bp_ranked *spare);

extern const bp_kernels bp_whole_b8, bp_whole_u8, bp_whole_i8, bp_whole_i16, bp_whole_u16,
    bp_whole_i32, bp_whole_u32, bp_whole_i64, bp_whole_u64, bp_half_f16, bp_half_bf16;

/// Moving numbers of 8, 16, 32 and 64 bits.
#define X(R, name, parameters, arguments)                      \
  R bp_##name##_w8 parameters;                                 \
  R bp_##name##_w16 parameters;                                \
  R bp_##name##_w32 parameters;                                \
  R bp_##name##_w64 parameters;
BP_MOVE_KERNELS(X)
#undef X

#pragma clang assume_nonnull end

#endif
