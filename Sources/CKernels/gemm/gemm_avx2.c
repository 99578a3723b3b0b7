// The matrix product's kernels for AVX2 with FMA: 12 of the 16 registers hold a tile of 6 rows by
// two vectors.
#if defined(__x86_64__)
#include <immintrin.h>

#include "gemm_kernels.h"
#include "gemm_lanes.h"

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)

// Eight set words, then eight clear ones: a mask of `count` lanes begins `count` words before the
// middle.
static const int32_t mask_words[16] = {-1, -1, -1, -1, -1, -1, -1, -1};

typedef float float32x8 __attribute__((vector_size(32)));
#define T float
#define S f32
#define ISA avx2
#define V float32x8
#define LANES 8
#define ROWS 6
#define MASKS PARTIAL_LOADS_TAKE_A_REGISTER
#define MASK __m256i
#define MASK_OF(count) _mm256_loadu_si256((const __m256i *)(mask_words + 8 - (count)))
#define LOAD_MASKED(p, mask) ((V)_mm256_maskload_ps(p, mask))
#define STORE_MASKED(p, mask, v) _mm256_maskstore_ps(p, mask, (__m256)(v))
#define FMA(x, y, z) __builtin_elementwise_fma(x, y, z)
#define EVEN EVEN_8
#define ODD ODD_8
#define LOW LOW_8
#define HIGH HIGH_8
#include "gemm_template.h"

typedef double float64x4 __attribute__((vector_size(32)));
#define T double
#define S f64
#define ISA avx2
#define V float64x4
#define LANES 4
#define ROWS 6
#define MASKS PARTIAL_LOADS_TAKE_A_REGISTER
#define MASK __m256i
#define MASK_OF(count) _mm256_loadu_si256((const __m256i *)(mask_words + 8 - 2 * (count)))
#define LOAD_MASKED(p, mask) ((V)_mm256_maskload_pd(p, mask))
#define STORE_MASKED(p, mask, v) _mm256_maskstore_pd(p, mask, (__m256d)(v))
#define FMA(x, y, z) __builtin_elementwise_fma(x, y, z)
#define EVEN EVEN_4
#define ODD ODD_4
#define LOW LOW_4
#define HIGH HIGH_4
#include "gemm_template.h"

#pragma clang attribute pop
#endif
