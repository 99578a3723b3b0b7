// The matrix product: dispatch to an instruction set, and what both scalar types share.
#include "../sizes.h"
#include "../tables.h"
#include "CRuntime.h"
#include "gemm_kernels.h"

enum {
  // Summed at once; what is summed in which order follows from the shapes, so this does not
  // follow the caches.
  K_BLOCK = 512,

  CHUNK_BYTES = 1 << 20,      // of C; each is read and written once every K_BLOCK
  PACKED_B_BYTES = 16 << 20,  // at most so much of B is packed at once ...
  COLUMN_BLOCK = 2048,        // ... and if B is larger, so many columns
  // Packing reads an operand once more than needed. From how many rows of A on it pays for B:
  PACK_B_FROM_ROWS = 600,           // that lies well
  PACK_MISSING_B_FROM_ROWS = 300,   // short vectors, whose panel the first cache does not hold
  PACK_CROSSING_B_FROM_ROWS = 128,  // short vectors, which cross cache lines
  PACK_DISTANT_B_FROM_ROWS = 48,    // that the second cache does not hold
  PACK_B_FROM_BYTES = 64 << 10,     // below that all lies well
  DISTANT_BYTES = 4 << 20,          // too large for caches and address translation where it lies
  // Of A it pays where many columns use it.
  PACK_A_FROM_COLUMNS = 128,
  PACK_ALIASING_A_FROM_COLUMNS = 512,  // whose rows fall into few sets of the first cache
  // Ragged columns are done apart where sums are long enough to outweigh a region of their own.
  EDGE_FROM_DEPTH = 64,
  EDGE_FROM_ROWS = 16,
  PREFETCH_WITHIN_PANELS = 6,  // so few tiles call ahead as they go, a line of B with each step of k
  DOTS_ROWS = 8,  // up to here rows are multiplied as if each were alone with a transposed B
  CACHE_LINE = 64,
};

/// How many vectors hold `n` numbers; the number of lanes is a power of two.
static inline size_t vectors_for(size_t n, size_t lanes) {
  return (n + lanes - 1) >> __builtin_ctzll(lanes);
}

/// How many rows that lie `stride` bytes apart a cache holds a line of each of: few where the stride
/// has a power of two in it, as they then share sets.
static size_t lines_held(const bp_cache *cache, size_t stride) {
  size_t way = cache->bytes / cache->ways, step = stride & -stride;
  size_t sets = step >= way ? 1 : way / larger(step, CACHE_LINE);
  return sets * cache->ways;
}

/// Whether a product is done sooner than a second thread could be of help.
static inline bool is_small(size_t m, size_t n, size_t k) {
  return 2.0 * (double)m * (double)n * (double)k < 250e3;
}

/// Into how many chunks to split a product, so that each is worth the trouble.
static size_t wanted_chunks(size_t m, size_t n, size_t k) {
  size_t threads = bp_thread_count();
  if (threads == 1 || is_small(m, n, k)) return 1;
  // More chunks than threads even out the load when a thread is put aside or comes late.
  return 2.0 * (double)m * (double)n * (double)k < 8e6 ? threads : 4 * threads;
}

#define T float
#define JOIN(name) name##_f32
#define KERNELS bp_gemm_kernels_f32
#define TILE bp_gemm_tile_f32
#include "gemm_driver.h"

#define T double
#define JOIN(name) name##_f64
#define KERNELS bp_gemm_kernels_f64
#define TILE bp_gemm_tile_f64
#include "gemm_driver.h"

#define DEFINE_PRODUCT(isa, S)                                                                     \
  void bp_product_##isa##_##S BP_PRODUCT_PARAMETERS {                                              \
    product_on_##S(&bp_gemm_##isa##_##S, bp_##isa##_##S.unary_loops, transpose_a, transpose_b, m,  \
                   n, k, a, lda, b, ldb, c, ldc, accumulate, bias, activation);                    \
  }                                                                                                \
  size_t bp_packed_count_##isa##_##S BP_PACKED_COUNT_PARAMETERS {                                  \
    return packed_count_##S(&bp_gemm_##isa##_##S, n, k);                                           \
  }                                                                                                \
  void bp_pack_##isa##_##S BP_PACK_PARAMETERS {                                                    \
    pack_##S(&bp_gemm_##isa##_##S, transposed, n, k, b, ldb, packed);                              \
  }                                                                                                \
  void bp_packed_product_##isa##_##S BP_PACKED_PRODUCT_PARAMETERS {                                \
    packed_product_##S(&bp_gemm_##isa##_##S, bp_##isa##_##S.unary_loops, m, n, k, a, lda, packed,  \
                       c, ldc, bias, activation);                                                  \
  }
#define DEFINE_PRODUCTS(isa) DEFINE_PRODUCT(isa, f32) DEFINE_PRODUCT(isa, f64)

#pragma clang assume_nonnull begin
DEFINE_PRODUCTS(portable)
#if defined(__x86_64__)
DEFINE_PRODUCTS(avx2)
DEFINE_PRODUCTS(avx512)
#elif defined(__aarch64__)
DEFINE_PRODUCTS(neon)
#endif
#pragma clang assume_nonnull end
