// The matrix product's kernels for NEON: 24 of the 32 registers hold a tile of 12 rows by two
// vectors.
#if defined(__aarch64__)
#define ISA_128 neon
#define ROWS_128 12
#define FMA_128(x, y, z) __builtin_elementwise_fma(x, y, z)
#include "gemm_128.h"
#endif
