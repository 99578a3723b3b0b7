// The columns of a matrix product that whole vectors leave over at the right edge; a part of
// gemm_driver.h, whose macros it uses.

/// How many columns at the right edge to do apart, with the lanes of a vector along k or m: in
/// tiles they would take as long as a whole vector of columns.
static size_t JOIN(ragged_columns)(const JOIN(product) *x) {
  size_t lanes = x->kernels->lanes, rest = x->n & (lanes - 1);
  // Where loading part of a vector is dear, tiles load all of it, beyond the end of a row of A.
  bool readable = !x->transpose_a || x->kernels->masks;
  bool pays = readable && x->n > lanes && 4 * rest <= lanes && rest <= BP_GEMM_NARROW_COLUMNS &&
              x->k >= EDGE_FROM_DEPTH && x->m >= EDGE_FROM_ROWS;
  return pays ? rest : 0;
}

/// Takes the ragged columns out of the product; whoever computes the rest of a row calls `edge`.
static void JOIN(begin_edge)(JOIN(product) *x) {
  x->edge_columns = JOIN(ragged_columns)(x);
  if (x->edge_columns == 0) return;
  x->n -= x->edge_columns;
  x->edge = x->transpose_b ? x->b + x->n * x->ldb : x->b + x->n;
  x->edge_column = x->transpose_b ? x->ldb : 1;
  x->edge_k = x->transpose_b ? 1 : x->ldb;
  if (x->transpose_a || x->transpose_b) return;
  // The dot products want the columns dense.
  T *dense = bp_allocate(x->edge_columns * x->k * sizeof(T));
  for (size_t p = 0; p < x->k; p++) {
    for (size_t j = 0; j < x->edge_columns; j++) dense[j * x->k + p] = x->edge[p * x->ldb + j];
  }
  x->edge = x->dense_edge = dense, x->edge_column = x->k, x->edge_k = 1;
}

static void JOIN(end_edge)(JOIN(product) *x) {
  if (x->dense_edge) bp_deallocate(x->dense_edge, x->edge_columns * x->k * sizeof(T));
}

/// The ragged columns of C for rows first ..< end.
static void JOIN(edge)(const JOIN(product) *x, size_t first, size_t end) {
  if (x->edge_columns == 0) return;
  const KERNELS *kernels = x->kernels;
  unsigned flags = JOIN(first_flags)(x);
  const T *bias = x->bias ? x->bias + x->n : NULL;
  if (!x->transpose_a) {
    kernels->narrow(end - first, x->edge_columns, x->k, x->a + first * x->lda, x->lda, x->edge,
                    x->edge_column, x->c + first * x->ldc + x->n, x->ldc, flags, bias);
  } else {
    // Rows of A lie along k: as rows of the transposed C, and from there to their places.
    enum { WIDTH = 64, AT_ONCE = 2 };
    size_t width = BP_GEMM_MAX_VECTORS * kernels->lanes;
    for (size_t i = first; i < end; i += width) {
      size_t rows = smaller(width, end - i), vectors = vectors_for(rows, kernels->lanes);
      for (size_t j = 0; j < x->edge_columns; j += AT_ONCE) {
        size_t columns = smaller(AT_ONCE, x->edge_columns - j);
        T sums[AT_ONCE][WIDTH];
        kernels->tiles[columns - 1][vectors - 1](
          x->k, x->edge + j * x->edge_column, x->edge_column, x->edge_k, x->a + i, x->lda, sums[0],
          WIDTH, rows - (vectors - 1) * kernels->lanes, 0, NULL, NULL, 0);
        T *c = x->c + i * x->ldc + x->n + j;
        for (size_t r = 0; r < rows; r++, c += x->ldc) {
          for (size_t column = 0; column < columns; column++) {
            T sum = sums[column][r] + (bias ? bias[j + column] : 0);
            if (flags & BP_GEMM_ADD_TO_C) sum += c[column];
            if (flags & BP_GEMM_RELU && sum < 0) sum = 0;
            c[column] = sum;
          }
        }
      }
    }
  }
  JOIN(activate_block)(x, first, end - first, x->n, x->edge_columns);
}
