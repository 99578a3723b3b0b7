// The matrix product's kernels for AVX-512: 24 of the 32 registers hold a tile of 12 rows by two
// vectors.
#if defined(__x86_64__)
#include <immintrin.h>

#include "../square.h"
#include "gemm_kernels.h"
#include "gemm_lanes.h"

#pragma clang attribute push(__attribute__((target("avx512f,avx512vl,avx512dq,avx512bw,fma"))),    \
                             apply_to = function)

typedef float float32x16 __attribute__((vector_size(64)));
#define T float
#define S f32
#define ISA avx512
#define V float32x16
#define LANES 16
#define ROWS 12
#define MASKS PARTIAL_LOADS_FREE
#define MASK __mmask16
#define MASK_OF(count) ((__mmask16)((1u << (count)) - 1))
#define LOAD_MASKED(p, mask) ((V)_mm512_maskz_loadu_ps(mask, p))
#define STORE_MASKED(p, mask, v) _mm512_mask_storeu_ps(p, mask, (__m512)(v))
#define FMA(x, y, z) __builtin_elementwise_fma(x, y, z)
#define EVEN EVEN_16
#define ODD ODD_16
#define TURN BP_TURN_16
#include "gemm_template.h"

typedef double float64x8 __attribute__((vector_size(64)));
#define T double
#define S f64
#define ISA avx512
#define V float64x8
#define LANES 8
#define ROWS 12
#define MASKS PARTIAL_LOADS_FREE
#define MASK __mmask8
#define MASK_OF(count) ((__mmask8)((1u << (count)) - 1))
#define LOAD_MASKED(p, mask) ((V)_mm512_maskz_loadu_pd(mask, p))
#define STORE_MASKED(p, mask, v) _mm512_mask_storeu_pd(p, mask, (__m512d)(v))
#define FMA(x, y, z) __builtin_elementwise_fma(x, y, z)
#define EVEN EVEN_8
#define ODD ODD_8
#define TURN BP_TURN_8
#include "gemm_template.h"

#pragma clang attribute pop
#endif
