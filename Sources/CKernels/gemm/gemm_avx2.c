// The matrix product's kernels for AVX2 with FMA: 12 of the 16 registers hold a tile of 6 rows by
// two vectors.
#if defined(__x86_64__)
#include <immintrin.h>

#include "../square.h"
#include "gemm_kernels.h"
#include "gemm_lanes.h"

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)

// Eight set words, then eight clear ones: a mask of `count` lanes begins `count` words before the
// middle.
static const int32_t mask_words[16] = {-1, -1, -1, -1, -1, -1, -1, -1};

// The first lanes of a vector: a mask to load them by, and their number to store them by.
typedef struct {
  __m256i mask;
  size_t count;
} first_lanes;

static inline first_lanes first_lanes_f32(size_t count) {
  return (first_lanes){_mm256_loadu_si256((const __m256i *)(mask_words + 8 - count)), count};
}
static inline first_lanes first_lanes_f64(size_t count) {
  return (first_lanes){_mm256_loadu_si256((const __m256i *)(mask_words + 8 - 2 * count)), count};
}

#include "../avx2_stores.h"

typedef float float32x8 __attribute__((vector_size(32)));
#define T float
#define S f32
#define ISA avx2
#define V float32x8
#define LANES 8
#define ROWS 6
#define MASKS PARTIAL_LOADS_TAKE_A_REGISTER
#define MASK first_lanes
#define MASK_OF(count) first_lanes_f32(count)
#define LOAD_MASKED(p, lanes) ((V)_mm256_maskload_ps(p, lanes.mask))
#define STORE_MASKED(p, lanes, v) store_first_f32(p, lanes.count, (__m256)(v))
#define FMA(x, y, z) __builtin_elementwise_fma(x, y, z)
#define EVEN EVEN_8
#define ODD ODD_8
#define TURN BP_TURN_8
#include "gemm_template.h"

typedef double float64x4 __attribute__((vector_size(32)));
#define T double
#define S f64
#define ISA avx2
#define V float64x4
#define LANES 4
#define ROWS 6
#define MASKS PARTIAL_LOADS_TAKE_A_REGISTER
#define MASK first_lanes
#define MASK_OF(count) first_lanes_f64(count)
#define LOAD_MASKED(p, lanes) ((V)_mm256_maskload_pd(p, lanes.mask))
#define STORE_MASKED(p, lanes, v) store_first_f64(p, lanes.count, (__m256d)(v))
#define FMA(x, y, z) __builtin_elementwise_fma(x, y, z)
#define EVEN EVEN_4
#define ODD ODD_4
#define TURN BP_TURN_4
#include "gemm_template.h"

#pragma clang attribute pop
#endif
