// What the driver of the matrix product needs from an instruction set: block sizes and small
// kernels. One table a scalar type and instruction set.
#ifndef BACKPROP_GEMM_KERNELS_H
#define BACKPROP_GEMM_KERNELS_H

#include "CKernels.h"

enum {
  // Of a transposed B: from here on its rows are read one after the other.
  BP_GEMM_DISTANT_DOTS_BYTES = 64 << 10,
  BP_GEMM_MAX_ROWS = 12,    // rows of the largest tile
  BP_GEMM_MAX_VECTORS = 4,  // of the widest
  BP_GEMM_NARROW_COLUMNS = 4,
};

// What the template's MASKS says of loading part of a vector.
#define PARTIAL_LOADS_SLOW 0
#define PARTIAL_LOADS_TAKE_A_REGISTER 1
#define PARTIAL_LOADS_FREE 2

// What a tile does with its sums before it stores them.
enum { BP_GEMM_ADD_TO_C = 1, BP_GEMM_RELU = 2 };

#define BP_DECLARE_GEMM_KERNELS(T, S)                                                              \
  /* C (+)= A B for one tile: A[r, p] = a[r a_row + p a_k], B[p, j] = b[p b_k + j]. The tile's     \
     width is some whole vectors and `tail` (1 ... lanes) columns of a last one. If ahead_step is  \
     not 0, the bytes at ahead + p ahead_step are called to the second cache meanwhile; B is then  \
     padded to whole vectors. */                                                                   \
  typedef void (*bp_gemm_tile_##S)(size_t k, const T *a, size_t a_row, size_t a_k, const T *b,     \
                                   size_t b_k, T *c, size_t ldc, size_t tail, unsigned flags,      \
                                   const T *bias, const char *ahead, size_t ahead_step);           \
  typedef struct {                                                                                 \
    size_t lanes; /* numbers in a vector */                                                        \
    bool masks;   /* whether part of a vector loads as fast as all of it */                        \
    /* tiles[rows - 1][vectors - 1], for 1 ... rows[vectors - 1] rows: the wider, the fewer. */    \
    size_t rows[BP_GEMM_MAX_VECTORS];                                                              \
    bp_gemm_tile_##S tiles[BP_GEMM_MAX_ROWS][BP_GEMM_MAX_VECTORS];                                 \
    /* out[p rows + r] = a[r lda + p], or a[p lda + r] if transposed. */                           \
    void (*pack_a)(bool transposed, size_t rows, size_t k, const T *a, size_t lda, T *out);        \
    /* Panels of 2 lanes columns, each `stride` numbers behind the one before it: of the first,     \
       out[p 2 lanes + j] = b[p ldb + j], or b[j ldb + p] if transposed, 0 for j >= columns. */     \
    void (*pack_b)(bool transposed, size_t columns, size_t k, const T *b, size_t ldb, T *out,      \
                   size_t stride);                                                                 \
    /* c[j] (+)= sum over p of a[p a_k] b[p ldb + j]: a row times a matrix. The order of the sums  \
       repeats every 8 lanes columns, so that a split there changes no result. */                  \
    void (*row)(size_t n, size_t k, const T *a, size_t a_k, const T *b, size_t ldb, T *c,          \
                unsigned flags, const T *bias);                                                    \
    /* c[i ldc + j] (+)= sum over p of a[i lda + p] b[j ldb + p]: few rows times a transposed      \
       matrix, each by itself. */                                                                  \
    void (*dots)(size_t m, size_t n, size_t k, const T *a, size_t lda, const T *b, size_t ldb,     \
                 T *c, size_t ldc, unsigned flags, const T *bias);                                 \
    /* The same for m rows of A and at most BP_GEMM_NARROW_COLUMNS columns. */                     \
    void (*narrow)(size_t m, size_t n, size_t k, const T *a, size_t lda, const T *b, size_t ldb,   \
                   T *c, size_t ldc, unsigned flags, const T *bias);                               \
    /* c[i ldc + j] (+)= a[i a_row] b[j]. */                                                       \
    void (*outer)(size_t m, size_t n, const T *a, size_t a_row, const T *b, T *c, size_t ldc,      \
                  unsigned flags, const T *bias);                                                  \
  } bp_gemm_kernels_##S;                                                                           \
  extern const bp_gemm_kernels_##S bp_gemm_portable_##S, bp_gemm_neon_##S, bp_gemm_avx2_##S,       \
      bp_gemm_avx512_##S;

BP_DECLARE_GEMM_KERNELS(float, f32)
BP_DECLARE_GEMM_KERNELS(double, f64)

#endif
