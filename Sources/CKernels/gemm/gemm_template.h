// The small kernels of the matrix product for one scalar type and one instruction set.
//
// Before each inclusion define: T (scalar type), S (its suffix), ISA (suffix of the instruction
// set), V (vector type), LANES, ROWS (of the largest tile), MASKS (what partial loads cost),
// MASK and MASK_OF(count) (what selects the first `count` lanes, 0 <= count <= LANES),
// LOAD_MASKED(p, mask), STORE_MASKED(p, mask, v), and FMA(x, y, z) = x y + z.
// EVEN and ODD are lists of lane numbers for __builtin_shufflevector; TURN(V, x) turns a square of
// vectors (square.h).

#define PASTE3(a, b, c) a##_##b##_##c
#define PASTE3_EXPANDED(a, b, c) PASTE3(a, b, c)
#define NAME(name) PASTE3_EXPANDED(name, ISA, S)
#define INLINE static inline __attribute__((always_inline))
#define UNROLL _Pragma("clang loop unroll(full)")

typedef V NAME(loose_vector) __attribute__((aligned(sizeof(T)), may_alias));
#define LOAD(p) ((V) * (const NAME(loose_vector) *)(p))
#define STORE(p, v) (*(NAME(loose_vector) *)(p) = (v))
#define SPLAT(x) ((x) - (V){0})  // x - 0 is x, even for -0 and NaN

// MARK: Tiles

INLINE V NAME(finish)(V sum, V old, unsigned flags, const T *bias, MASK mask) {
  if (flags & BP_GEMM_ADD_TO_C) sum += old;
  if (bias) sum += LOAD_MASKED(bias, mask);
  if (flags & BP_GEMM_RELU) {
    __typeof__(sum < sum) keeps = ~(sum < (V){0});  // NaN too
    sum = (V)((__typeof__(keeps))sum & keeps);
  }
  return sum;
}

/// Writes sums to a row of C; all vectors but the last are whole.
INLINE void NAME(store_plain_row)(int vectors, const V *sums, T *c, MASK mask) {
  UNROLL for (int v = 0; v < vectors - 1; v++) STORE(c + v * LANES, sums[v]);
  STORE_MASKED(c + (vectors - 1) * LANES, mask, sums[vectors - 1]);
}

/// The same after what the flags and the bias ask for.
INLINE void NAME(store_row)(int vectors, const V *sums, T *c, MASK mask, unsigned flags,
                            const T *bias) {
  const MASK whole = MASK_OF(LANES);
  UNROLL for (int v = 0; v < vectors - 1; v++) {
    V old = flags & BP_GEMM_ADD_TO_C ? LOAD(c + v * LANES) : (V){0};
    STORE(c + v * LANES,
          NAME(finish)(sums[v], old, flags, bias ? bias + v * LANES : bias, whole));
  }
  int last = vectors - 1;
  V old = flags & BP_GEMM_ADD_TO_C ? LOAD_MASKED(c + last * LANES, mask) : (V){0};
  STORE_MASKED(c + last * LANES, mask,
               NAME(finish)(sums[last], old, flags, bias ? bias + last * LANES : bias, mask));
}

INLINE void NAME(sum_tile)(int rows, int vectors, bool masked, bool prefetches, size_t k, const T *a,
                           size_t a_row, size_t a_k, const T *b, size_t b_k, MASK mask,
                           const char *ahead, size_t ahead_step, V sums[][BP_GEMM_MAX_VECTORS]) {
  // One pointer for every three rows. Their relation is hidden from the compiler, which would
  // otherwise compute each address from the one before: a chain as long as the additions.
  const T *threes[(BP_GEMM_MAX_ROWS + 2) / 3];
  UNROLL for (int r = 0; r < rows; r += 3) {
    threes[r / 3] = a + (size_t)r * a_row;
    __asm__("" : "+r"(threes[r / 3]));
  }
  for (size_t p = 0; p < k; p++) {
    V columns[BP_GEMM_MAX_VECTORS];
    UNROLL for (int v = 0; v < vectors - 1; v++) columns[v] = LOAD(b + v * LANES);
    const T *last = b + (vectors - 1) * LANES;
    columns[vectors - 1] = masked ? LOAD_MASKED(last, mask) : LOAD(last);
    UNROLL for (int r = 0; r < rows; r++) {
      V x = SPLAT(threes[r / 3][(size_t)(r % 3) * a_row]);
      UNROLL for (int v = 0; v < vectors; v++) sums[r][v] = FMA(x, columns[v], sums[r][v]);
    }
    UNROLL for (int r = 0; r < rows; r += 3) threes[r / 3] += a_k;
    b += b_k;
    if (prefetches) {
      __builtin_prefetch(ahead, 0, 2);
      ahead += ahead_step;
    }
  }
}

INLINE void NAME(tile)(int rows, int vectors, size_t k, const T *a, size_t a_row, size_t a_k,
                       const T *b, size_t b_k, T *c, size_t ldc, size_t tail, unsigned flags,
                       const T *bias, const char *ahead, size_t ahead_step) {
  const MASK mask = MASK_OF(tail);
  V sums[BP_GEMM_MAX_ROWS][BP_GEMM_MAX_VECTORS];
  UNROLL for (int r = 0; r < rows; r++) {
    __builtin_prefetch(c + (size_t)r * ldc, 1);
    if (vectors > 1) __builtin_prefetch(c + (size_t)r * ldc + (vectors - 1) * LANES, 1);
    UNROLL for (int v = 0; v < vectors; v++) sums[r][v] = (V){0};
  }
  // What is called ahead is of a packed B, whose vectors are whole.
  const bool masks = MASKS == PARTIAL_LOADS_FREE;
#define SUM_TILE(masked, prefetches)                                                               \
  NAME(sum_tile)(rows, vectors, masked, prefetches, k, a, a_row, a_k, b, b_k, mask, ahead,         \
                 ahead_step, sums)
  if (ahead_step > 0) SUM_TILE(masks, true);
#if MASKS == PARTIAL_LOADS_TAKE_A_REGISTER
  else if (tail < LANES) SUM_TILE(true, false);
#endif
  else SUM_TILE(masks, false);  // where loads are not masked, the driver has padded B
#undef SUM_TILE
  if (flags == 0 && !bias) {
    UNROLL for (int r = 0; r < rows; r++) {
      NAME(store_plain_row)(vectors, sums[r], c + (size_t)r * ldc, mask);
    }
  } else {
    UNROLL for (int r = 0; r < rows; r++) {
      NAME(store_row)(vectors, sums[r], c + (size_t)r * ldc, mask, flags, bias);
    }
  }
}

#define DEFINE_TILE(rows, vectors)                                                                 \
  static void NAME(tile_##rows##x##vectors)(                                                       \
      size_t k, const T *a, size_t a_row, size_t a_k, const T *b, size_t b_k, T *c, size_t ldc,    \
      size_t tail, unsigned flags, const T *bias, const char *ahead, size_t ahead_step) {          \
    NAME(tile)(rows, vectors, k, a, a_row, a_k, b, b_k, c, ldc, tail, flags, bias, ahead,          \
               ahead_step);                                                                        \
  }
#define DEFINE_TWO(rows) DEFINE_TILE(rows, 1) DEFINE_TILE(rows, 2)
#define DEFINE_THREE(rows) DEFINE_TWO(rows) DEFINE_TILE(rows, 3)
#define DEFINE_FOUR(rows) DEFINE_THREE(rows) DEFINE_TILE(rows, 4)
DEFINE_FOUR(1)
DEFINE_FOUR(2)
DEFINE_THREE(3)
DEFINE_TWO(4)
DEFINE_TWO(5)
DEFINE_TWO(6)
#if ROWS == 12
DEFINE_TILE(3, 4)
DEFINE_TILE(4, 3)
DEFINE_TILE(5, 3)
DEFINE_TILE(6, 3)
DEFINE_THREE(7)
DEFINE_THREE(8)
DEFINE_TWO(9)
DEFINE_TWO(10)
DEFINE_TWO(11)
DEFINE_TWO(12)
#else  // of 16 registers: any more sums and one of them lies in memory
DEFINE_TILE(7, 1)
DEFINE_TILE(8, 1)
DEFINE_TILE(9, 1)
DEFINE_TILE(10, 1)
DEFINE_TILE(11, 1)
DEFINE_TILE(12, 1)
#endif

// MARK: A row times a matrix

/// How many vectors of the next `n` columns to do together: 1, 2, 3, 4 or 8.
INLINE size_t NAME(vectors_at_once)(size_t n) {
  size_t vectors = (n + LANES - 1) / LANES;
  return vectors >= 8 ? 8 : vectors > 4 ? 4 : vectors;
}

INLINE void NAME(row_step)(int vectors, T a, const T *b, MASK mask, V *sums) {
  V x = SPLAT(a);
  UNROLL for (int v = 0; v < vectors - 1; v++) sums[v] = FMA(x, LOAD(b + v * LANES), sums[v]);
  sums[vectors - 1] = FMA(x, LOAD_MASKED(b + (vectors - 1) * LANES, mask), sums[vectors - 1]);
}

/// `vectors` vectors of columns; `chains` sums for each, so that an addition need not wait for the
/// one before.
INLINE void NAME(row_block)(int vectors, int chains, size_t k, const T *a, size_t a_k, const T *b,
                            size_t ldb, T *c, size_t tail, unsigned flags, const T *bias) {
  const MASK mask = MASK_OF(tail);
  V sums[8][8];
  UNROLL for (int u = 0; u < chains; u++) {
    UNROLL for (int v = 0; v < vectors; v++) sums[u][v] = (V){0};
  }
  size_t p = 0;
  for (; p + (size_t)chains <= k; p += (size_t)chains) {
    UNROLL for (int u = 0; u < chains; u++) {
      NAME(row_step)(vectors, *a, b, mask, sums[u]);
      a += a_k;
      b += ldb;
    }
  }
  UNROLL for (int u = 0; u < chains - 1; u++) {
    if (p + (size_t)u == k) break;
    NAME(row_step)(vectors, *a, b, mask, sums[u]);
    a += a_k;
    b += ldb;
  }
  UNROLL for (int half = chains / 2; half > 0; half /= 2) {
    UNROLL for (int u = 0; u < half; u++) {
      UNROLL for (int v = 0; v < vectors; v++) sums[u][v] += sums[u + half][v];
    }
  }
  NAME(store_row)(vectors, sums[0], c, mask, flags, bias);
}

static void NAME(row)(size_t n, size_t k, const T *a, size_t a_k, const T *b, size_t ldb, T *c,
                      unsigned flags, const T *bias) {
  while (n > 0) {
    size_t vectors = NAME(vectors_at_once)(n);
    size_t columns = n < vectors * LANES ? n : vectors * LANES;
    size_t tail = columns - (vectors - 1) * LANES;
    switch (vectors) {
    case 1: NAME(row_block)(1, 8, k, a, a_k, b, ldb, c, tail, flags, bias); break;
    case 2: NAME(row_block)(2, 4, k, a, a_k, b, ldb, c, tail, flags, bias); break;
    case 3: NAME(row_block)(3, 4, k, a, a_k, b, ldb, c, tail, flags, bias); break;
    case 4: NAME(row_block)(4, 2, k, a, a_k, b, ldb, c, tail, flags, bias); break;
    default: NAME(row_block)(8, 1, k, a, a_k, b, ldb, c, tail, flags, bias); break;
    }
    b += columns;
    c += columns;
    if (bias) bias += columns;
    n -= columns;
  }
}

// MARK: Rows times a transposed matrix

/// Sums of neighbouring lanes: x's in the lower half, y's in the upper.
INLINE V NAME(fold)(V x, V y) {
  return __builtin_shufflevector(x, y, EVEN) + __builtin_shufflevector(x, y, ODD);
}

/// Sums up the lanes of up to four sums, each of two parts, and stores them side by side.
INLINE void NAME(store_dots)(int columns, V sums[4][2], T *out, size_t count, unsigned flags,
                             const T *bias) {
  V s[4];
  UNROLL for (int j = 0; j < 4; j++) {
    s[j] = j < columns ? sums[j][0] + sums[j][1] : (V){0};
  }
  V low = NAME(fold)(s[0], s[1]), high = columns > 2 ? NAME(fold)(s[2], s[3]) : (V){0};
#if LANES == 2
  NAME(store_row)(2 - (count <= 2), (V[]){low, high}, out, MASK_OF(count - 2 * (count > 2)), flags,
                  bias);
#else
  V all = NAME(fold)(low, high);
  UNROLL for (int width = LANES; width > 4; width /= 2) all = NAME(fold)(all, all);
  NAME(store_row)(1, &all, out, MASK_OF(count), flags, bias);
#endif
}

/// `rows` rows of A by `columns` <= 4 columns of C, of which the first `count` are stored. A sum is
/// taken in `parts` parts; two where there are few sums, so that an addition need not wait for the
/// one before.
INLINE void NAME(dot_tile)(int rows, int columns, int parts, size_t k, const T *a, size_t lda, const T *b,
                           size_t ldb, T *c, size_t ldc, size_t count, unsigned flags,
                           const T *bias) {
  const size_t step = (size_t)parts * LANES;
  const T *right[4];  // past the last column, the first again
  UNROLL for (int j = 0; j < columns; j++) right[j] = b + ((size_t)j < count ? j : 0) * ldb;
  V sums[4][4][2];
  UNROLL for (int r = 0; r < rows; r++) {
    UNROLL for (int j = 0; j < columns; j++) sums[r][j][0] = sums[r][j][1] = (V){0};
  }
  size_t p = 0;
  for (; p + step <= k; p += step) {
    UNROLL for (int part = 0; part < parts; part++) {
      const size_t from = p + (size_t)part * LANES;
      V y[4];
      UNROLL for (int j = 0; j < columns; j++) y[j] = LOAD(right[j] + from);
      UNROLL for (int r = 0; r < rows; r++) {
        V x = LOAD(a + (size_t)r * lda + from);
        UNROLL for (int j = 0; j < columns; j++) {
          sums[r][j][part] = FMA(x, y[j], sums[r][j][part]);
        }
      }
    }
  }
  for (; p < k; p += LANES) {
    const MASK mask = MASK_OF(k - p < LANES ? k - p : LANES);
    UNROLL for (int r = 0; r < rows; r++) {
      V x = LOAD_MASKED(a + (size_t)r * lda + p, mask);
      UNROLL for (int j = 0; j < columns; j++) {
        sums[r][j][0] = FMA(x, LOAD_MASKED(right[j] + p, mask), sums[r][j][0]);
      }
    }
  }
  UNROLL for (int r = 0; r < rows; r++) {
    NAME(store_dots)(columns, sums[r], c + (size_t)r * ldc, count, flags, bias);
  }
}

/// Four sums, one after the other, with the bits of the tile. Memory gives its numbers faster in one
/// stream than in four; from a cache, the tile is faster, whose sums wait less for each other.
INLINE void NAME(dots_in_turn)(size_t k, const T *a, const T *b, size_t ldb, T *c, size_t count,
                               unsigned flags, const T *bias) {
  V sums[4][2];
  for (int j = 0; j < 4; j++) {
    const T *right = b + ((size_t)j < count ? j : 0) * ldb;
    V even = {0}, odd = {0};
    size_t p = 0;
    for (; p + 2 * LANES <= k; p += 2 * LANES) {
      even = FMA(LOAD(a + p), LOAD(right + p), even);
      odd = FMA(LOAD(a + p + LANES), LOAD(right + p + LANES), odd);
    }
    for (; p < k; p += LANES) {
      const MASK mask = MASK_OF(k - p < LANES ? k - p : LANES);
      even = FMA(LOAD_MASKED(a + p, mask), LOAD_MASKED(right + p, mask), even);
    }
    sums[j][0] = even;
    sums[j][1] = odd;
  }
  NAME(store_dots)(4, sums, c, count, flags, bias);
}

// A large B is read once, by the first row; the others find its columns in the first cache. Where registers
// are many, two rows at a time share what is loaded of B. The sums of an element are in one order with or
// without other rows.
static void NAME(dots)(size_t m, size_t n, size_t k, const T *a, size_t lda, const T *b, size_t ldb,
                       T *c, size_t ldc, unsigned flags, const T *bias) {
  enum { SHARING = ROWS == 12 ? 2 : 1 };
  const bool is_distant = n * k > BP_GEMM_DISTANT_DOTS_BYTES / sizeof(T);
  for (size_t j = 0; j < n; j += 4) {
    size_t count = n - j < 4 ? n - j : 4, i = 0;
    const T *right = b + j * ldb, *added = bias ? bias + j : bias;
    if (is_distant) {
      NAME(dots_in_turn)(k, a, right, ldb, c + j, count, flags, added);
      i = 1;
    }
    for (; i + SHARING <= m; i += SHARING) {
      NAME(dot_tile)(SHARING, 4, 2, k, a + i * lda, lda, right, ldb, c + i * ldc + j, ldc, count, flags,
                     added);
    }
    if (i < m) {
      NAME(dot_tile)(1, 4, 2, k, a + i * lda, 0, right, ldb, c + i * ldc + j, 0, count, flags, added);
    }
  }
}

INLINE void NAME(narrow_columns)(int columns, size_t m, size_t n, size_t k, const T *a, size_t lda,
                                 const T *b, size_t ldb, T *c, size_t ldc, unsigned flags,
                                 const T *bias) {
  size_t i = 0;
  for (; i + 4 <= m; i += 4) {
    NAME(dot_tile)(4, columns, 1, k, a + i * lda, lda, b, ldb, c + i * ldc, ldc, n, flags, bias);
  }
  for (; i < m; i++) {
    NAME(dot_tile)(1, columns, 1, k, a + i * lda, lda, b, ldb, c + i * ldc, ldc, n, flags, bias);
  }
}

static void NAME(narrow)(size_t m, size_t n, size_t k, const T *a, size_t lda, const T *b,
                         size_t ldb, T *c, size_t ldc, unsigned flags, const T *bias) {
  if (n <= 2) NAME(narrow_columns)(2, m, n, k, a, lda, b, ldb, c, ldc, flags, bias);
  else NAME(narrow_columns)(4, m, n, k, a, lda, b, ldb, c, ldc, flags, bias);
}

// MARK: A column times a row

INLINE void NAME(outer_block)(int vectors, size_t m, const T *a, size_t a_row, const T *b, T *c,
                              size_t ldc, size_t tail, unsigned flags, const T *bias) {
  const MASK mask = MASK_OF(tail);
  V columns[8], products[8];
  UNROLL for (int v = 0; v < vectors - 1; v++) columns[v] = LOAD(b + v * LANES);
  columns[vectors - 1] = LOAD_MASKED(b + (vectors - 1) * LANES, mask);
  bool plain = flags == 0 && !bias;
  for (size_t i = 0; i < m; i++) {
    V x = SPLAT(*a);
    UNROLL for (int v = 0; v < vectors; v++) products[v] = x * columns[v];
    if (plain) NAME(store_plain_row)(vectors, products, c, mask);
    else NAME(store_row)(vectors, products, c, mask, flags, bias);
    a += a_row;
    c += ldc;
  }
}

static void NAME(outer)(size_t m, size_t n, const T *a, size_t a_row, const T *b, T *c, size_t ldc,
                        unsigned flags, const T *bias) {
  while (n > 0) {
    size_t vectors = NAME(vectors_at_once)(n);
    size_t columns = n < vectors * LANES ? n : vectors * LANES;
    size_t tail = columns - (vectors - 1) * LANES;
    switch (vectors) {
    case 1: NAME(outer_block)(1, m, a, a_row, b, c, ldc, tail, flags, bias); break;
    case 2: NAME(outer_block)(2, m, a, a_row, b, c, ldc, tail, flags, bias); break;
    case 3: NAME(outer_block)(3, m, a, a_row, b, c, ldc, tail, flags, bias); break;
    case 4: NAME(outer_block)(4, m, a, a_row, b, c, ldc, tail, flags, bias); break;
    default: NAME(outer_block)(8, m, a, a_row, b, c, ldc, tail, flags, bias); break;
    }
    b += columns;
    c += columns;
    if (bias) bias += columns;
    n -= columns;
  }
}

#include "gemm_packing.h"

// MARK: The table

#define ONE(rows) NAME(tile_##rows##x1)
#define TWO(rows) ONE(rows), NAME(tile_##rows##x2)
#define THREE(rows) TWO(rows), NAME(tile_##rows##x3)
#define FOUR(rows) THREE(rows), NAME(tile_##rows##x4)
const PASTE3_EXPANDED(bp_gemm, kernels, S) NAME(bp_gemm) = {
  .lanes = LANES,
  .masks = MASKS != PARTIAL_LOADS_SLOW,
#if ROWS == 12
  .rows = {12, 12, 8, 3},
  .tiles = {{FOUR(1)}, {FOUR(2)}, {FOUR(3)}, {THREE(4)}, {THREE(5)}, {THREE(6)},
            {THREE(7)}, {THREE(8)}, {TWO(9)}, {TWO(10)}, {TWO(11)}, {TWO(12)}},
#else
  .rows = {12, 6, 3, 2},
  .tiles = {{FOUR(1)}, {FOUR(2)}, {THREE(3)}, {TWO(4)}, {TWO(5)}, {TWO(6)},
            {ONE(7)}, {ONE(8)}, {ONE(9)}, {ONE(10)}, {ONE(11)}, {ONE(12)}},
#endif
  .pack_a = NAME(pack_a),
  .pack_b = NAME(pack_b),
  .row = NAME(row),
  .dots = NAME(dots),
  .narrow = NAME(narrow),
  .outer = NAME(outer),
};

#undef ONE
#undef TWO
#undef THREE
#undef FOUR
#undef DEFINE_TILE
#undef DEFINE_TWO
#undef DEFINE_THREE
#undef DEFINE_FOUR
#undef PASTE3
#undef PASTE3_EXPANDED
#undef NAME
#undef INLINE
#undef UNROLL
#undef LOAD
#undef STORE
#undef SPLAT
#undef T
#undef S
#undef ISA
#undef V
#undef LANES
#undef ROWS
#undef MASKS
#undef MASK
#undef MASK_OF
#undef LOAD_MASKED
#undef STORE_MASKED
#undef FMA
#undef EVEN
#undef ODD
#undef TURN
