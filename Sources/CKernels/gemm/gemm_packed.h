// Products with a matrix B that was packed once, as the weights of a model that only answers are; a part
// of gemm_driver.h, whose macros it uses.
//
// Always in tiles, however few rows there are: the sums of an element are taken in the order of k, block
// by block, so that its bits do not depend on how many rows are computed beside its own.

static size_t JOIN(packed_count)(const KERNELS *kernels, size_t n, size_t k) {
  size_t width = 2 * kernels->lanes;
  return ceiling(n, width) * width * k;
}

static void JOIN(pack)(const KERNELS *kernels, bool transposed, size_t n, size_t k, const T *b,
                       size_t ldb, T *packed) {
  JOIN(product) x = {
    .kernels = kernels, .transpose_b = transposed, .n = n, .k = k, .b = b, .ldb = ldb,
    .packed_b = packed, .depth = k, .columns = n,
  };
  if (n == 0 || k == 0) return;
  size_t panels = ceiling(n, 2 * kernels->lanes);
  // From 128 KiB on a piece is worth a thread.
  size_t pieces = larger(1, smaller(panels, n * k * sizeof(T) >> 17));
  x.panels_per_chunk = ceiling(panels, pieces);
  bp_parallel(ceiling(panels, x.panels_per_chunk), JOIN(pack_b_chunk), &x);
}

static void JOIN(packed_product)(const KERNELS *kernels, const bp_unary_function *unary_loops,
                                 size_t m, size_t n, size_t k, const T *a, size_t lda,
                                 const T *packed, T *c, size_t ldc, const T *bias,
                                 bp_activation activation) {
  if (m == 0 || n == 0) return;
  JOIN(product) x = {
    .kernels = kernels, .unary_loops = unary_loops, .packs_b = true, .m = m, .n = n, .k = k,
    .a = a, .lda = lda, .c = c, .ldc = ldc, .bias = bias, .activation = activation,
    .packed_b = (T *)packed, .depth = k, .columns = n,
  };
  if (k == 0) {
    JOIN(empty_sum)(&x);
    return;
  }
  x.k_block = ceiling(k, ceiling(k, K_BLOCK));
  x.packs_a = JOIN(pays_packing_a)(&x);
  JOIN(plan_chunks)(&x);
  bp_parallel(x.row_chunks * x.column_chunks, JOIN(compute_chunk), &x);
}
