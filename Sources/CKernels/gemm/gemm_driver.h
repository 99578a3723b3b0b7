// The matrix product for one scalar type: chooses a path, blocks, packs and splits over threads.
//
// Every path is chosen by the shapes alone, and for an element of C the order of its sums depends
// on the path alone: neither the number of threads nor the split changes a bit of the result.
//
// Define T, JOIN(name) (name with the type's suffix), KERNELS and TILE before inclusion.

typedef struct {
  const KERNELS *kernels;
  const bp_unary_function *unary_loops;  // the activations among them
  bool transpose_a, transpose_b, packs_a, packs_b;
  size_t m, n, k;
  const T *a, *b;
  T *c;
  size_t lda, ldb, ldc;
  bool accumulate;
  const T *bias;
  bp_activation activation;
  size_t k_block;                    // summed at once; C holds the sum in between
  T *packed_b;                       // panels of 2 lanes columns, each `depth` rows
  size_t first_k, depth;             // the part of k that this region sums
  size_t first_column, columns;      // the part of n that this region computes
  size_t row_chunks, column_chunks;  // the grid of chunks
  size_t panels_per_chunk;           // when packing B
  const T *edge;                     // columns of B at its right edge, done apart: column j of
  size_t edge_columns;               // edge_columns lies from edge + j edge_column on,
  size_t edge_column, edge_k;        // edge_k apart
  T *dense_edge;                     // a copy of them, where one was needed
} JOIN(product);

// MARK: Epilogue

static void JOIN(activate)(const JOIN(product) *x, size_t n, T *c) {
  switch (x->activation) {
  case BP_SIGMOID_ACTIVATION: x->unary_loops[BP_SIGMOID](n, c, c); break;
  case BP_TANH_ACTIVATION: x->unary_loops[BP_TANH](n, c, c); break;
  case BP_GELU_ACTIVATION: x->unary_loops[BP_GELU](n, c, c); break;
  case BP_GELU_TANH_ACTIVATION: x->unary_loops[BP_GELU_TANH](n, c, c); break;
  case BP_SILU_ACTIVATION: x->unary_loops[BP_SILU](n, c, c); break;
  default: break;  // the small kernels do ReLU while they store
  }
}

static void JOIN(activate_block)(const JOIN(product) *x, size_t row, size_t rows, size_t column,
                                 size_t columns) {
  if (x->activation <= BP_RELU_ACTIVATION) return;
  T *c = x->c + row * x->ldc + column;
  if (columns == x->ldc) JOIN(activate)(x, rows * columns, c);
  else for (size_t r = 0; r < rows; r++) JOIN(activate)(x, columns, c + r * x->ldc);
}

static unsigned JOIN(first_flags)(const JOIN(product) *x) {
  return (x->accumulate ? BP_GEMM_ADD_TO_C : 0) |
         (x->activation == BP_RELU_ACTIVATION ? BP_GEMM_RELU : 0);
}

#include "gemm_edge.h"

// MARK: Blocked product

static void JOIN(pack_b_chunk)(void *context, size_t chunk) {
  const JOIN(product) *x = context;
  size_t width = 2 * x->kernels->lanes, panels = ceiling(x->columns, width);
  size_t first = chunk * x->panels_per_chunk;
  size_t end = smaller(panels, first + x->panels_per_chunk);
  size_t column = x->first_column + first * width;
  size_t columns = smaller(x->first_column + x->columns, x->first_column + end * width) - column;
  const T *b = x->transpose_b ? x->b + column * x->ldb + x->first_k
                              : x->b + x->first_k * x->ldb + column;
  x->kernels->pack_b(x->transpose_b, columns, x->depth, b, x->ldb,
                     x->packed_b + first * width * x->depth, width * x->depth);
}

/// A block of rows times a block of columns, `k` deep from `p` on.
static void JOIN(block)(const JOIN(product) *x, size_t row, size_t rows, size_t column,
                        size_t columns, size_t p, size_t k, T *packed_a) {
  const KERNELS *kernels = x->kernels;
  bool last = p + k == x->k;
  unsigned flags = (p > 0 || x->accumulate ? BP_GEMM_ADD_TO_C : 0) |
                   (last && x->activation == BP_RELU_ACTIVATION ? BP_GEMM_RELU : 0);
  const T *bias = last ? x->bias : NULL;
  bool few_rows = x->m <= kernels->rows[BP_GEMM_MAX_VECTORS - 1];
  size_t lanes = kernels->lanes, end = column + columns;
  for (size_t j = column, here; j < end; j += here) {
    // Two vectors of columns at a time, as B is packed; where it is not, four for few rows, and
    // three rather than two and one.
    size_t left = vectors_for(end - j, lanes);
    size_t most = x->packs_b ? 2 : few_rows ? 4 : left == 3 ? 3 : 2;
    size_t vectors = smaller(left, most), width = vectors * lanes;
    here = smaller(width, end - j);
    size_t tail = here - (vectors - 1) * lanes;
    // Row panels of equal size, give or take one row; the first `longer` have that row more.
    // A is packed in panels for two vectors, whatever a last vector alone has room for.
    size_t panels = ceiling(rows, kernels->rows[packed_a ? 1 : vectors - 1]);
    size_t shortest = rows / panels, longer = rows % panels;
    const T *b = x->packs_b ? x->packed_b + (j - x->first_column) * x->depth +
                                  (p - x->first_k) * 2 * lanes
                            : x->b + p * x->ldb + j;
    size_t b_k = x->packs_b ? 2 * lanes : x->ldb;
    for (size_t panel = 0, start = 0, count; panel < panels; panel++, start += count) {
      count = shortest + (panel < longer);
      size_t i = row + start;
      const T *a;
      size_t a_row, a_k;
      if (packed_a) {
        a = packed_a + start * k, a_row = 1, a_k = count;
        if (j == column) {
          kernels->pack_a(x->transpose_a, count, k,
                          x->transpose_a ? x->a + p * x->lda + i : x->a + i * x->lda + p, x->lda,
                          packed_a + start * k);
        }
      } else if (x->transpose_a) {
        a = x->a + p * x->lda + i, a_row = 1, a_k = x->lda;
      } else {
        a = x->a + i * x->lda + p, a_row = x->lda, a_k = 1;
      }
      // The next panel of B comes to the second cache while this one is in use, a share with every
      // tile: all at once where the share is small, else as the tile goes.
      const char *ahead = NULL;
      size_t ahead_step = 0;
      if (x->packs_b && j + width < end) {
        size_t row = width * sizeof(T);
        ahead = (const char *)b + row * x->depth + row * k * panel / panels;
        if (panels <= PREFETCH_WITHIN_PANELS) {
          ahead_step = row / panels;
        } else {
          for (size_t e = 0; e < row * k / panels; e += CACHE_LINE) __builtin_prefetch(ahead + e, 0, 2);
        }
      }
      TILE tile = kernels->tiles[count - 1][vectors - 1];
      tile(k, a, a_row, a_k, b, b_k, x->c + i * x->ldc + j, x->ldc, tail, flags,
           bias ? bias + j : NULL, ahead, ahead_step);
    }
  }
}

static void JOIN(compute_chunk)(void *context, size_t chunk) {
  const JOIN(product) *x = context;
  size_t width = 2 * x->kernels->lanes, panels = ceiling(x->columns, width);
  size_t i = chunk / x->column_chunks, j = chunk % x->column_chunks;
  size_t row = x->m * i / x->row_chunks, rows = x->m * (i + 1) / x->row_chunks - row;
  size_t column = x->first_column + panels * j / x->column_chunks * width;
  size_t end = x->first_column +
               smaller(x->columns, panels * (j + 1) / x->column_chunks * width);
  size_t columns = end - column;
  // A block of A takes half of the second cache, while a panel of B stays in the first: the more rows it
  // has, the less often B comes from the third, whose speed other processes share.
  size_t held = bp_caches().second.bytes / 2 / (x->k_block * sizeof(T));
  size_t blocks = ceiling(rows, larger(held, x->kernels->rows[1]));
  size_t bytes = ceiling(rows, blocks) * x->k_block * sizeof(T);
  T *packed_a = x->packs_a ? bp_allocate(bytes) : NULL;
  size_t k_end = x->first_k + x->depth;
  for (size_t p = x->first_k; p < k_end; p += x->k_block) {
    size_t k = smaller(x->k_block, k_end - p);
    for (size_t block = 0; block < blocks; block++) {
      size_t start = rows * block / blocks, count = rows * (block + 1) / blocks - start;
      JOIN(block)(x, row + start, count, column, columns, p, k, packed_a);
      if (p + k == x->k) JOIN(activate_block)(x, row + start, count, column, columns);
    }
  }
  if (k_end == x->k && end == x->n) JOIN(edge)(x, row, row + rows);
  if (packed_a) bp_deallocate(packed_a, bytes);
}

static void JOIN(plan_chunks)(JOIN(product) *x) {
  size_t wanted = wanted_chunks(x->m, x->columns, x->depth);
  size_t panels = ceiling(x->columns, 2 * x->kernels->lanes);
  size_t row_panels = ceiling(x->m, x->kernels->rows[1]);
  x->row_chunks = x->column_chunks = 1;
  // Split the longer side until there are enough chunks, so that each reads little of A and B; and
  // until a chunk's part of C, which is read and written once every k_block, is small.
  while (x->row_chunks * x->column_chunks < wanted ||
         (x->m / x->row_chunks) * (x->columns / x->column_chunks) * sizeof(T) > CHUNK_BYTES) {
    bool rows_split = x->row_chunks * 2 <= row_panels;
    bool columns_split = x->column_chunks * 2 <= panels;
    if (!rows_split && !columns_split) break;
    bool prefers_rows = x->packs_b ? x->m * x->column_chunks >= x->columns * x->row_chunks
                                   : 4 * x->column_chunks > panels;
    if (rows_split && (prefers_rows || !columns_split)) x->row_chunks *= 2;
    else x->column_chunks *= 2;
  }
}

/// Whether to pack B where it could be read as it lies: if it is read often enough for what it costs the
/// caches of this processor there.
static bool JOIN(pays_packing_b)(const JOIN(product) *x) {
  size_t vector = x->kernels->lanes * sizeof(T), row = x->ldb * sizeof(T);
  size_t depth = smaller(x->k, x->k_block), size = x->n * x->k * sizeof(T);
  if (size < PACK_B_FROM_BYTES) return false;
  // A product of short vectors has a load for every one or two additions, and none to spare.
  bool is_short = vector < CACHE_LINE;
  bool crosses = row % vector != 0 || (uintptr_t)x->b % vector != 0;
  bp_cache_sizes caches = bp_caches();
  size_t from = PACK_B_FROM_ROWS;
  if (is_short && crosses) from = PACK_CROSSING_B_FROM_ROWS;
  else if (size > DISTANT_BYTES || lines_held(&caches.second, row) < depth)
    from = PACK_DISTANT_B_FROM_ROWS;
  else if (is_short && lines_held(&caches.first, row) < depth) from = PACK_MISSING_B_FROM_ROWS;
  return x->m >= from;
}

/// Whether to pack A: for many columns if it is large, or if the rows of a tile, half of a set's
/// lines, would push each other out of the first cache.
static bool JOIN(pays_packing_a)(const JOIN(product) *x) {
  if (x->m * x->k * sizeof(T) >= DISTANT_BYTES) return x->n >= PACK_A_FROM_COLUMNS;
  if (x->transpose_a || x->n < PACK_ALIASING_A_FROM_COLUMNS) return false;
  bp_cache first = bp_caches().first;
  size_t held = lines_held(&first, x->lda * sizeof(T)) / 2;
  return held < smaller(x->m, x->kernels->rows[1]);
}

static void JOIN(blocked)(JOIN(product) *x) {
  const KERNELS *kernels = x->kernels;
  size_t width = 2 * kernels->lanes, size = x->n * x->k;
  bool ragged = !kernels->masks && x->n & (kernels->lanes - 1);
  x->k_block = ceiling(x->k, ceiling(x->k, K_BLOCK));
  x->packs_b = x->transpose_b || ragged || JOIN(pays_packing_b)(x);
  x->packs_a = x->packs_b && JOIN(pays_packing_a)(x);
  if (!x->packs_b && x->k <= K_BLOCK && is_small(x->m, x->n, x->k)) {
    JOIN(block)(x, 0, x->m, 0, x->n, 0, x->k, NULL);
    JOIN(activate_block)(x, 0, x->m, 0, x->n);
    JOIN(edge)(x, 0, x->m);
    return;
  }
  if (!x->packs_b) {
    x->depth = x->k;
    x->columns = x->n;
    JOIN(plan_chunks)(x);
    bp_parallel(x->row_chunks * x->column_chunks, JOIN(compute_chunk), x);
    return;
  }
  size_t limit = PACKED_B_BYTES / sizeof(T);
  size_t columns = size <= limit ? x->n : smaller(x->n, COLUMN_BLOCK);
  size_t depth = smaller(x->k, larger(1, limit / columns / x->k_block) * x->k_block);
  size_t bytes = ceiling(columns, width) * width * depth * sizeof(T);
  x->packed_b = bp_allocate(bytes);
  for (x->first_column = 0; x->first_column < x->n; x->first_column += columns) {
    x->columns = smaller(columns, x->n - x->first_column);
    for (x->first_k = 0; x->first_k < x->k; x->first_k += depth) {
      x->depth = smaller(depth, x->k - x->first_k);
      JOIN(plan_chunks)(x);
      size_t chunks = x->row_chunks * x->column_chunks, panels = ceiling(x->columns, width);
      x->panels_per_chunk = ceiling(panels, chunks);
      bp_parallel(ceiling(panels, x->panels_per_chunk), JOIN(pack_b_chunk), x);
      bp_parallel(chunks, JOIN(compute_chunk), x);
    }
  }
  bp_deallocate(x->packed_b, bytes);
}

// MARK: One row or one column

/// Columns j ..< j + columns of a product whose left side is few rows, each of which has the bits that it
/// has alone.
static void JOIN(row_columns)(const JOIN(product) *x, size_t j, size_t columns) {
  unsigned flags = JOIN(first_flags)(x);
  const T *bias = x->bias ? x->bias + j : NULL;
  T *c = x->c + j;
  if (x->transpose_b) {
    x->kernels->dots(x->m, columns, x->k, x->a, x->lda, x->b + j * x->ldb, x->ldb, c, x->ldc, flags,
                     bias);
  } else {  // of one row
    x->kernels->row(columns, x->k, x->a, x->transpose_a ? x->lda : 1, x->b + j, x->ldb, c, flags,
                    bias);
  }
  for (size_t i = 0; i < x->m; i++) JOIN(activate)(x, columns, c + i * x->ldc);
}

/// By how many columns rows are divided: eight vectors, or fewer where there would be fewer than four
/// parts. Where vectors are read from afar, two threads read twice as fast.
static size_t JOIN(row_unit)(const JOIN(product) *x) {
  size_t vectors = 8;
  while (vectors > 2 && x->n < 4 * vectors * x->kernels->lanes) vectors /= 2;
  return vectors * x->kernels->lanes;
}

static void JOIN(rows_chunk)(void *context, size_t chunk) {
  const JOIN(product) *x = context;
  size_t unit = JOIN(row_unit)(x), units = ceiling(x->n, unit);
  size_t j = units * chunk / x->column_chunks * unit;
  size_t end = smaller(x->n, units * (chunk + 1) / x->column_chunks * unit);
  for (; j < end; j += unit) JOIN(row_columns)(x, j, smaller(unit, end - j));
}

static void JOIN(rows)(JOIN(product) *x) {
  if (is_small(x->m, x->n, x->k)) {
    JOIN(row_columns)(x, 0, x->n);
    return;
  }
  size_t units = ceiling(x->n, JOIN(row_unit)(x));
  x->column_chunks = smaller(units, wanted_chunks(x->m, x->n, x->k));
  bp_parallel(x->column_chunks, JOIN(rows_chunk), x);
}

/// A product without sums.
static void JOIN(outer)(const JOIN(product) *x) {
  x->kernels->outer(x->m, x->n, x->a, x->transpose_a ? 1 : x->lda, x->b, x->c, x->ldc,
                    JOIN(first_flags)(x), x->bias);
  JOIN(activate_block)(x, 0, x->m, 0, x->n);
}

/// A B where B has one column, as the row Bᵀ Aᵀ.
static void JOIN(column)(const JOIN(product) *x) {
  JOIN(product) y = *x;
  T *b = NULL, *c = NULL;
  y.a = x->b, y.lda = x->ldb, y.transpose_a = !x->transpose_b;
  y.b = x->a, y.ldb = x->lda, y.transpose_b = !x->transpose_a;
  y.m = 1, y.n = x->m;
  y.bias = NULL, y.activation = BP_IDENTITY_ACTIVATION;
  if (y.transpose_a && y.transpose_b && y.lda > 1) {  // the dot products want the column dense
    b = bp_allocate(x->k * sizeof(T));
    for (size_t p = 0; p < x->k; p++) b[p] = x->b[p * x->ldb];
    y.a = b, y.lda = 1;
  }
  if (x->ldc > 1) {
    c = bp_allocate(x->m * sizeof(T));
    y.c = c;
    y.accumulate = false;
  }
  JOIN(rows)(&y);
  T bias = x->bias ? *x->bias : 0;
  if (c || x->bias || x->activation) {
    for (size_t i = 0; i < x->m; i++) {
      T sum = y.c[i] + bias + (c && x->accumulate ? x->c[i * x->ldc] : 0);
      if (x->activation == BP_RELU_ACTIVATION && sum < 0) sum = 0;
      JOIN(activate)(x, 1, &sum);
      x->c[i * x->ldc] = sum;
    }
  }
  if (b) bp_deallocate(b, x->k * sizeof(T));
  if (c) bp_deallocate(c, x->m * sizeof(T));
}

static void JOIN(empty_sum)(const JOIN(product) *x) {
  if (x->accumulate) return;
  for (size_t i = 0; i < x->m; i++) {
    T *c = x->c + i * x->ldc;
    for (size_t j = 0; j < x->n; j++) {
      c[j] = x->bias ? x->bias[j] : 0;
      if (x->activation == BP_RELU_ACTIVATION && c[j] < 0) c[j] = 0;
    }
    JOIN(activate)(x, x->n, c);
  }
}

// MARK: Interface

// Inlined where the kernels are named, so that many arguments are passed on but once.
static inline __attribute__((always_inline)) void JOIN(product_on)(
  const KERNELS *kernels, const bp_unary_function *unary_loops, bool transpose_a, bool transpose_b,
  size_t m, size_t n, size_t k, const T *a, size_t lda, const T *b, size_t ldb, T *c, size_t ldc,
  bool accumulate, const T *bias, bp_activation activation) {
  if (m == 0 || n == 0) return;
  JOIN(product) x = {
    .kernels = kernels, .unary_loops = unary_loops, .transpose_a = transpose_a,
    .transpose_b = transpose_b,
    .m = m, .n = n, .k = k, .a = a, .lda = lda, .b = b, .ldb = ldb, .c = c, .ldc = ldc,
    .accumulate = accumulate, .bias = bias, .activation = activation,
  };
  if (k == 0) JOIN(empty_sum)(&x);
  else if (n == 1 && m > 1) JOIN(column)(&x);
  else if (m == 1 && (!transpose_b || !transpose_a || lda == 1)) JOIN(rows)(&x);
  else if (m <= DOTS_ROWS && transpose_b && !transpose_a) JOIN(rows)(&x);
  else if (k == 1 && (!transpose_b || ldb == 1) && is_small(m, n, k)) JOIN(outer)(&x);
  else {
    JOIN(begin_edge)(&x);
    JOIN(blocked)(&x);
    JOIN(end_edge)(&x);
  }
}

#include "gemm_packed.h"

#undef T
#undef JOIN
#undef KERNELS
#undef TILE
