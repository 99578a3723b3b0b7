// The matrix product's kernels in plain vector C: SSE2 on x86-64, whatever the compiler makes of
// 16-byte vectors elsewhere.
#define ISA_128 portable
#define ROWS_128 6
#define FMA_128(x, y, z) ((x) * (y) + (z))
#include "gemm_128.h"
