// The matrix product's kernels on vectors of 16 bytes, for instruction sets without masked loads.
// Define ISA_128, ROWS_128 and FMA_128 before the inclusion.
#include "../square.h"
#include "gemm_kernels.h"
#include "gemm_lanes.h"

typedef float float32x4 __attribute__((vector_size(16)));
typedef double float64x2 __attribute__((vector_size(16)));

#define DEFINE_PARTIAL(T, V, S)                                                                    \
  static __attribute__((noinline)) V load_lanes_##S(const T *p, size_t count) {                    \
    V v = {0};                                                                                     \
    for (size_t lane = 0; lane < count; lane++) v[lane] = p[lane];                                 \
    return v;                                                                                      \
  }                                                                                                \
  static __attribute__((noinline)) void store_lanes_##S(T *p, size_t count, V v) {                 \
    for (size_t lane = 0; lane < count; lane++) p[lane] = v[lane];                                 \
  }                                                                                                \
  static inline V load_partial_##S(const T *p, size_t count) {                                     \
    V v;                                                                                           \
    if (count < sizeof v / sizeof *p) return load_lanes_##S(p, count);                             \
    __builtin_memcpy(&v, p, sizeof v);                                                             \
    return v;                                                                                      \
  }                                                                                                \
  static inline void store_partial_##S(T *p, size_t count, V v) {                                  \
    if (count < sizeof v / sizeof *p) store_lanes_##S(p, count, v);                                \
    else __builtin_memcpy(p, &v, sizeof v);                                                        \
  }
DEFINE_PARTIAL(float, float32x4, f32)
DEFINE_PARTIAL(double, float64x2, f64)

#define T float
#define S f32
#define ISA ISA_128
#define V float32x4
#define LANES 4
#define ROWS ROWS_128
#define MASKS PARTIAL_LOADS_SLOW
#define MASK size_t
#define MASK_OF(count) ((size_t)(count))
#define LOAD_MASKED(p, mask) load_partial_f32(p, mask)
#define STORE_MASKED(p, mask, v) store_partial_f32(p, mask, v)
#define FMA(x, y, z) FMA_128(x, y, z)
#define EVEN EVEN_4
#define ODD ODD_4
#define TURN BP_TURN_4
#include "gemm_template.h"

#define T double
#define S f64
#define ISA ISA_128
#define V float64x2
#define LANES 2
#define ROWS ROWS_128
#define MASKS PARTIAL_LOADS_SLOW
#define MASK size_t
#define MASK_OF(count) ((size_t)(count))
#define LOAD_MASKED(p, mask) load_partial_f64(p, mask)
#define STORE_MASKED(p, mask, v) store_partial_f64(p, mask, v)
#define FMA(x, y, z) FMA_128(x, y, z)
#define EVEN EVEN_2
#define ODD ODD_2
#define TURN BP_TURN_2
#include "gemm_template.h"
