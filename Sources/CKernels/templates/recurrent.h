// One step of recurrent networks: the product with the state, then row by row, which here are the
// sequences of a batch, what follows it.
//
// What is called _vector computes up to BP_LANES numbers of a state of n, whose parts lie n apart.

// Calls vector(count, j) for numbers j ..< j + count of all `length`; the compiler knows the count
// of whole vectors.
#define BP_EACH_VECTOR(length, vector)                                     \
  size_t j = 0;                                                            \
  for (; j + BP_LANES <= (length); j += BP_LANES) vector(BP_LANES, j);     \
  if (j < (length)) vector((length)-j, j)

// x has the parts i, f, g, o that come from the input, gates those from the state.
INLINE void K(lstm_vector)(size_t count, size_t n, const T *x, T *gates, const T *c, T *h_out,
                           T *c_out) {
  V i = K(sigmoid)(K(load_count)(x, count) + K(load_count)(gates, count));
  V f = K(sigmoid)(K(load_count)(x + n, count) + K(load_count)(gates + n, count));
  V g = K(tanh)(K(load_count)(x + 2 * n, count) + K(load_count)(gates + 2 * n, count));
  V o = K(sigmoid)(K(load_count)(x + 3 * n, count) + K(load_count)(gates + 3 * n, count));
  V cell = K(fma)(f, K(load_count)(c, count), i * g);
  K(store_count)(gates, i, count);
  K(store_count)(gates + n, f, count);
  K(store_count)(gates + 2 * n, g, count);
  K(store_count)(gates + 3 * n, o, count);
  K(store_count)(c_out, cell, count);
  K(store_count)(h_out, o * K(tanh)(cell), count);
}

INLINE void K(lstm_vector_gradient)(size_t count, size_t n, const T *gates, const T *c,
                                    const T *c_out, const T *cotangent, T *dh, T *dc, T *dx) {
  V i = K(load_count)(gates, count), f = K(load_count)(gates + n, count);
  V g = K(load_count)(gates + 2 * n, count), o = K(load_count)(gates + 3 * n, count);
  V hidden = K(load_count)(dh, count) + K(load_count)(cotangent, count);
  V t = K(tanh)(K(load_count)(c_out, count));
  V cell = K(fma)(hidden * o, (1 - t) * (1 + t), K(load_count)(dc, count));
  K(store_count)(dx, cell * g * (i * (1 - i)), count);
  K(store_count)(dx + n, cell * K(load_count)(c, count) * (f * (1 - f)), count);
  K(store_count)(dx + 2 * n, cell * i * ((1 - g) * (1 + g)), count);
  K(store_count)(dx + 3 * n, hidden * t * (o * (1 - o)), count);
  K(store_count)(dc, cell * f, count);
  K(store_count)(dh, K(splat)(0), count);
}

// x has the parts r, z, n that come from the input, gates those from the state, of which the last,
// q, stays as it is: r, z, q, and n behind them.
INLINE void K(gru_vector)(size_t count, size_t n, const T *x, T *gates, const T *h, T *h_out) {
  V r = K(sigmoid)(K(load_count)(x, count) + K(load_count)(gates, count));
  V z = K(sigmoid)(K(load_count)(x + n, count) + K(load_count)(gates + n, count));
  V q = K(load_count)(gates + 2 * n, count);
  V fresh = K(tanh)(K(fma)(r, q, K(load_count)(x + 2 * n, count)));
  K(store_count)(gates, r, count);
  K(store_count)(gates + n, z, count);
  K(store_count)(gates + 3 * n, fresh, count);
  K(store_count)(h_out, K(fma)(z, K(load_count)(h, count) - fresh, fresh), count);
}

INLINE void K(gru_vector_gradient)(size_t count, size_t n, const T *gates, const T *h,
                                   const T *cotangent, T *dh, T *dx, T *dproduct) {
  V r = K(load_count)(gates, count), z = K(load_count)(gates + n, count);
  V q = K(load_count)(gates + 2 * n, count), fresh = K(load_count)(gates + 3 * n, count);
  V hidden = K(load_count)(dh, count) + K(load_count)(cotangent, count);
  V dn = hidden * (1 - z) * ((1 - fresh) * (1 + fresh));
  V dz = hidden * (K(load_count)(h, count) - fresh) * (z * (1 - z));
  V dr = dn * q * (r * (1 - r));
  K(store_count)(dx, dr, count);
  K(store_count)(dx + n, dz, count);
  K(store_count)(dx + 2 * n, dn, count);
  K(store_count)(dproduct, dr, count);
  K(store_count)(dproduct + n, dz, count);
  K(store_count)(dproduct + 2 * n, dn * r, count);
  K(store_count)(dh, hidden * z, count);
}

static void K(lstm_row)(size_t length, size_t n, const T *x, T *gates, const T *c, T *h_out,
                        T *c_out) {
#define STEP(count, j) K(lstm_vector)(count, n, x + j, gates + j, c + j, h_out + j, c_out + j)
  BP_EACH_VECTOR(length, STEP);
#undef STEP
}

static void K(lstm_row_gradient)(size_t length, size_t n, const T *gates, const T *c,
                                 const T *c_out, const T *cotangent, T *dh, T *dc, T *dx) {
#define STEP(count, j)                                                                             \
  K(lstm_vector_gradient)(count, n, gates + j, c + j, c_out + j, cotangent + j, dh + j, dc + j,   \
                          dx + j)
  BP_EACH_VECTOR(length, STEP);
#undef STEP
}

static void K(gru_row)(size_t length, size_t n, const T *x, T *gates, const T *h, T *h_out) {
#define STEP(count, j) K(gru_vector)(count, n, x + j, gates + j, h + j, h_out + j)
  BP_EACH_VECTOR(length, STEP);
#undef STEP
}

static void K(gru_row_gradient)(size_t length, size_t n, const T *gates, const T *h,
                                const T *cotangent, T *dh, T *dx, T *dproduct) {
#define STEP(count, j)                                                                             \
  K(gru_vector_gradient)(count, n, gates + j, h + j, cotangent + j, dh + j, dx + j, dproduct + j)
  BP_EACH_VECTOR(length, STEP);
#undef STEP
}

static void K(rnn_row)(bp_activation activation, size_t length, const T *x, T *gates, T *h_out) {
  K(add_loop)(length, x, gates, gates);
  switch (activation) {
  case BP_RELU_ACTIVATION: K(relu_loop)(length, gates, gates); break;
  case BP_SIGMOID_ACTIVATION: K(sigmoid_loop)(length, gates, gates); break;
  case BP_TANH_ACTIVATION: K(tanh_loop)(length, gates, gates); break;
  default: break;
  }
  if (h_out != gates) memcpy(h_out, gates, length * sizeof(T));
}

static void K(rnn_row_gradient)(bp_activation activation, size_t length, const T *gates,
                                const T *cotangent, T *dh, T *dx) {
  K(add_loop)(length, dh, cotangent, dx);
  switch (activation) {
  case BP_RELU_ACTIVATION: K(relu_gradient_loop)(length, dx, gates, dx); break;
  case BP_SIGMOID_ACTIVATION: K(sigmoid_gradient_loop)(length, dx, gates, dx); break;
  case BP_TANH_ACTIVATION: K(tanh_gradient_loop)(length, dx, gates, dx); break;
  default: break;
  }
  memset(dh, 0, length * sizeof(T));
}

// MARK: The product

// A block of the state is as many numbers as a panel of the matrix product has columns. The packed
// weight has, block by block, a panel for each part: of its columns of this block, or, transposed,
// of its rows.
static size_t K(recurrent_block)(void) { return 2 * BP_OF_VARIANT(bp_gemm).lanes; }

static size_t K(recurrent_packed_count)(const bp_recurrent *cell) {
  size_t width = K(recurrent_block)(), n = cell->hidden;
  return (n + width - 1) / width * width * cell->columns * n;
}

static void K(recurrent_pack)(const bp_recurrent *cell, bool transposed, size_t first,
                              size_t length, const T *weight, T *out) {
  size_t width = K(recurrent_block)(), n = cell->hidden, parts = cell->columns;
  for (size_t j = first; j < first + length; j += width) {
    size_t count = first + length - j < width ? first + length - j : width;
    for (size_t part = 0; part < parts; part++) {
      const T *start = weight + part * n + (transposed ? j * parts * n : j);
      BP_OF_VARIANT(bp_gemm).pack_b(transposed, count, n, start, parts * n,
                                    out + (j * parts + part * width) * n, width * n);
    }
  }
}

// out (+)= a panel + bias, of rows that lie a_row and out_row apart; out's have `count` numbers. A
// number's sum does not depend on how many rows there are.
static void K(panel_product)(size_t rows, size_t count, size_t depth, const T *a, size_t a_row,
                             const T *panel, T *out, size_t out_row, bool accumulates,
                             const T *bias) {
  const K(bp_gemm_kernels) *kernels = &BP_OF_VARIANT(bp_gemm);
  size_t lanes = kernels->lanes, vectors = count > lanes ? 2 : 1, most = kernels->rows[1];
  size_t tiles = (rows + most - 1) / most;
  for (size_t tile = 0; tile < tiles; tile++) {
    size_t start = rows * tile / tiles, here = rows * (tile + 1) / tiles - start;
    kernels->tiles[here - 1][vectors - 1](
        depth, a + start * a_row, a_row, 1, panel, 2 * lanes, out + start * out_row, out_row,
        count - (vectors - 1) * lanes, accumulates ? BP_GEMM_ADD_TO_C : 0, bias,
        NULL, 0);
  }
}

// Has a share of n numbers come to the second cache, while products are computed. A step reads and
// writes a few numbers of each row at a time, and would wait for each if they were not there.
static void K(prefetch_share)(size_t share, size_t shares, size_t n, const T *a) {
  size_t end = n * (share + 1) / shares;
  for (size_t i = n * share / shares; i < end; i += 64 / sizeof(T)) __builtin_prefetch(a + i, 0, 2);
}

// MARK: Steps

static void K(recurrent_step)(const bp_recurrent *cell, size_t rows, size_t first, size_t length,
                              const T *packed, const T *bias, const int32_t *lengths, int32_t step,
                              const int32_t *positions, const T *x, T *gates, const T *h,
                              const T *c, T *h_out, T *c_out, const T *next_x,
                              const T *next_gates) {
  size_t n = cell->hidden, parts = cell->columns, x_row = parts * n, gates_row = cell->gates * n;
  size_t width = packed ? K(recurrent_block)() : length;
  size_t shares = (length + width - 1) / width * parts, share = 0;
  for (size_t j = first; j < first + length; j += width) {
    size_t count = first + length - j < width ? first + length - j : width;
    for (size_t part = 0; packed && part < parts; part++, share++) {
      size_t column = part * n + j;
      if (next_x) K(prefetch_share)(share, shares, rows * x_row, next_x);
      if (next_gates) K(prefetch_share)(share, shares, rows * gates_row, next_gates);
      K(panel_product)(rows, count, n, h, n, packed + (j * parts + part * width) * n,
                       gates + column, gates_row, false, bias ? bias + column : NULL);
    }
    for (size_t row = 0; row < rows; row++) {
      const T *x_here = x + (positions ? (size_t)positions[row] : row) * x_row + j;
      T *gates_here = gates + row * gates_row + j;
      size_t place = row * n + j;
      if (lengths && step >= lengths[row]) {
        for (size_t gate = 0; gate < cell->gates; gate++) {
          memset(gates_here + gate * n, 0, count * sizeof(T));
        }
        memmove(h_out + place, h + place, count * sizeof(T));
        if (cell->kind == BP_LSTM) memmove(c_out + place, c + place, count * sizeof(T));
        continue;
      }
      switch (cell->kind) {
      case BP_RNN: K(rnn_row)(cell->activation, count, x_here, gates_here, h_out + place); break;
      case BP_GRU: K(gru_row)(count, n, x_here, gates_here, h + place, h_out + place); break;
      case BP_LSTM:
        K(lstm_row)(count, n, x_here, gates_here, c + place, h_out + place, c_out + place);
        break;
      }
    }
  }
}

static void K(recurrent_step_gradient)(const bp_recurrent *cell, size_t rows, size_t first,
                                       size_t length, const T *packed, const T *later,
                                       const int32_t *lengths, int32_t step, const T *gates,
                                       const T *h, const T *c, const T *c_out, const T *cotangent,
                                       T *dh, T *dc, T *dx, T *dproduct, ptrdiff_t next) {
  size_t n = cell->hidden, parts = cell->columns, x_row = parts * n, gates_row = cell->gates * n;
  size_t width = packed ? K(recurrent_block)() : length;
  size_t shares = (length + width - 1) / width * parts, share = 0;
  for (size_t j = first; j < first + length; j += width) {
    size_t count = first + length - j < width ? first + length - j : width;
    for (size_t part = 0; packed && later && part < parts; part++, share++) {
      if (next) {
        K(prefetch_share)(share, shares, rows * gates_row, gates + next * (ptrdiff_t)gates_row);
        K(prefetch_share)(share, shares, rows * x_row, dx + next * (ptrdiff_t)x_row);
        K(prefetch_share)(share, shares, rows * n, cotangent + next * (ptrdiff_t)n);
        const T *before = cell->kind == BP_LSTM ? c : h;
        K(prefetch_share)(share, shares, rows * n, before + next * (ptrdiff_t)n);
      }
      K(panel_product)(rows, count, n, later + part * n, x_row,
                       packed + (j * parts + part * width) * n, dh + j, n, true, NULL);
    }
    for (size_t row = 0; row < rows; row++) {
      const T *gates_here = gates + row * gates_row + j;
      T *dx_here = dx + row * x_row + j, *dproduct_here = dproduct + row * x_row + j;
      size_t place = row * n + j;
      T *dh_here = dh + place;
      const T *cotangent_here = cotangent + place;
      if (lengths && step >= lengths[row]) {
        K(add_loop)(count, dh_here, cotangent_here, dh_here);
        for (size_t part = 0; part < parts; part++) {
          memset(dx_here + part * n, 0, count * sizeof(T));
          memset(dproduct_here + part * n, 0, count * sizeof(T));
        }
        continue;
      }
      switch (cell->kind) {
      case BP_RNN:
        K(rnn_row_gradient)(cell->activation, count, gates_here, cotangent_here, dh_here, dx_here);
        break;
      case BP_GRU:
        K(gru_row_gradient)(count, n, gates_here, h + place, cotangent_here, dh_here, dx_here,
                            dproduct_here);
        break;
      case BP_LSTM:
        K(lstm_row_gradient)(count, n, gates_here, c + place, c_out + place, cotangent_here,
                             dh_here, dc + place, dx_here);
        break;
      }
    }
  }
}

// dh += later U
static void K(recurrent_state_gradient)(const bp_recurrent *cell, size_t rows, const T *packed,
                                        const T *later, T *dh) {
  size_t n = cell->hidden, parts = cell->columns, width = K(recurrent_block)();
  for (size_t j = 0; j < n; j += width) {
    for (size_t part = 0; part < parts; part++) {
      K(panel_product)(rows, n - j < width ? n - j : width, n, later + part * n, parts * n,
                       packed + (j * parts + part * width) * n, dh + j, n, true, NULL);
    }
  }
}
