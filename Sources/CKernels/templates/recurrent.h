// One step of recurrent networks, what follows the matrix product with the state: row by row, which
// here are the sequences of a batch.

// x has the parts i, f, g, o that come from the input, gates those from the state.
static void K(lstm_row)(size_t n, const T *x, T *gates, const T *c, T *h_out, T *c_out) {
  for (size_t j = 0; j < n; j += BP_LANES) {
    size_t count = n - j < BP_LANES ? n - j : BP_LANES;
    V i = K(sigmoid)(K(load_count)(x + j, count) + K(load_count)(gates + j, count));
    V f = K(sigmoid)(K(load_count)(x + n + j, count) + K(load_count)(gates + n + j, count));
    V g = K(tanh)(K(load_count)(x + 2 * n + j, count) + K(load_count)(gates + 2 * n + j, count));
    V o = K(sigmoid)(K(load_count)(x + 3 * n + j, count) + K(load_count)(gates + 3 * n + j, count));
    V cell = K(fma)(f, K(load_count)(c + j, count), i * g);
    K(store_count)(gates + j, i, count);
    K(store_count)(gates + n + j, f, count);
    K(store_count)(gates + 2 * n + j, g, count);
    K(store_count)(gates + 3 * n + j, o, count);
    K(store_count)(c_out + j, cell, count);
    K(store_count)(h_out + j, o * K(tanh)(cell), count);
  }
}

static void K(lstm_row_gradient)(size_t n, const T *gates, const T *c, const T *c_out,
                                 const T *cotangent, T *dh, T *dc, T *dx) {
  for (size_t j = 0; j < n; j += BP_LANES) {
    size_t count = n - j < BP_LANES ? n - j : BP_LANES;
    V i = K(load_count)(gates + j, count), f = K(load_count)(gates + n + j, count);
    V g = K(load_count)(gates + 2 * n + j, count), o = K(load_count)(gates + 3 * n + j, count);
    V hidden = K(load_count)(dh + j, count) + K(load_count)(cotangent + j, count);
    V t = K(tanh)(K(load_count)(c_out + j, count));
    V cell = K(fma)(hidden * o, (1 - t) * (1 + t), K(load_count)(dc + j, count));
    K(store_count)(dx + j, cell * g * (i * (1 - i)), count);
    K(store_count)(dx + n + j, cell * K(load_count)(c + j, count) * (f * (1 - f)), count);
    K(store_count)(dx + 2 * n + j, cell * i * ((1 - g) * (1 + g)), count);
    K(store_count)(dx + 3 * n + j, hidden * t * (o * (1 - o)), count);
    K(store_count)(dc + j, cell * f, count);
    K(store_count)(dh + j, K(splat)(0), count);
  }
}

// x has the parts r, z, n that come from the input, gates those from the state, of which the last, q,
// stays as it is: r, z, q, and n behind them.
static void K(gru_row)(size_t n, const T *x, T *gates, const T *h, T *h_out) {
  for (size_t j = 0; j < n; j += BP_LANES) {
    size_t count = n - j < BP_LANES ? n - j : BP_LANES;
    V r = K(sigmoid)(K(load_count)(x + j, count) + K(load_count)(gates + j, count));
    V z = K(sigmoid)(K(load_count)(x + n + j, count) + K(load_count)(gates + n + j, count));
    V q = K(load_count)(gates + 2 * n + j, count);
    V fresh = K(tanh)(K(fma)(r, q, K(load_count)(x + 2 * n + j, count)));
    K(store_count)(gates + j, r, count);
    K(store_count)(gates + n + j, z, count);
    K(store_count)(gates + 3 * n + j, fresh, count);
    K(store_count)(h_out + j, K(fma)(z, K(load_count)(h + j, count) - fresh, fresh), count);
  }
}

static void K(gru_row_gradient)(size_t n, const T *gates, const T *h, const T *cotangent, T *dh,
                                T *dx, T *dproduct) {
  for (size_t j = 0; j < n; j += BP_LANES) {
    size_t count = n - j < BP_LANES ? n - j : BP_LANES;
    V r = K(load_count)(gates + j, count), z = K(load_count)(gates + n + j, count);
    V q = K(load_count)(gates + 2 * n + j, count), fresh = K(load_count)(gates + 3 * n + j, count);
    V hidden = K(load_count)(dh + j, count) + K(load_count)(cotangent + j, count);
    V dn = hidden * (1 - z) * ((1 - fresh) * (1 + fresh));
    V dz = hidden * (K(load_count)(h + j, count) - fresh) * (z * (1 - z));
    V dr = dn * q * (r * (1 - r));
    K(store_count)(dx + j, dr, count);
    K(store_count)(dx + n + j, dz, count);
    K(store_count)(dx + 2 * n + j, dn, count);
    K(store_count)(dproduct + j, dr, count);
    K(store_count)(dproduct + n + j, dz, count);
    K(store_count)(dproduct + 2 * n + j, dn * r, count);
    K(store_count)(dh + j, hidden * z, count);
  }
}

static void K(rnn_row)(bp_activation activation, size_t n, const T *x, T *gates, T *h_out) {
  K(add_loop)(n, x, gates, gates);
  switch (activation) {
  case BP_RELU_ACTIVATION: K(relu_loop)(n, gates, gates); break;
  case BP_SIGMOID_ACTIVATION: K(sigmoid_loop)(n, gates, gates); break;
  case BP_TANH_ACTIVATION: K(tanh_loop)(n, gates, gates); break;
  default: break;
  }
  if (h_out != gates) memcpy(h_out, gates, n * sizeof(T));
}

static void K(rnn_row_gradient)(bp_activation activation, size_t n, const T *gates,
                                const T *cotangent, T *dh, T *dx) {
  K(add_loop)(n, dh, cotangent, dx);
  switch (activation) {
  case BP_RELU_ACTIVATION: K(relu_gradient_loop)(n, dx, gates, dx); break;
  case BP_SIGMOID_ACTIVATION: K(sigmoid_gradient_loop)(n, dx, gates, dx); break;
  case BP_TANH_ACTIVATION: K(tanh_gradient_loop)(n, dx, gates, dx); break;
  default: break;
  }
  memset(dh, 0, n * sizeof(T));
}

static void K(recurrent_step)(const bp_recurrent *cell, size_t rows, const int32_t *lengths,
                              int32_t step, const T *x, T *gates, const T *h, const T *c, T *h_out,
                              T *c_out) {
  size_t n = cell->hidden;
  for (size_t row = 0; row < rows; row++) {
    if (lengths && step >= lengths[row]) {
      memset(gates, 0, cell->gates * n * sizeof(T));
      memmove(h_out, h, n * sizeof(T));
      if (cell->kind == BP_LSTM) memmove(c_out, c, n * sizeof(T));
    } else {
      switch (cell->kind) {
      case BP_RNN: K(rnn_row)(cell->activation, n, x, gates, h_out); break;
      case BP_GRU: K(gru_row)(n, x, gates, h, h_out); break;
      case BP_LSTM: K(lstm_row)(n, x, gates, c, h_out, c_out); break;
      }
    }
    x += cell->columns * n, gates += cell->gates * n, h += n, h_out += n;
    if (cell->kind == BP_LSTM) c += n, c_out += n;
  }
}

static void K(recurrent_step_gradient)(const bp_recurrent *cell, size_t rows,
                                       const int32_t *lengths, int32_t step, const T *gates,
                                       const T *h, const T *c, const T *c_out, const T *cotangent,
                                       T *dh, T *dc, T *dx, T *dproduct) {
  size_t n = cell->hidden, columns = cell->columns * n;
  for (size_t row = 0; row < rows; row++) {
    if (lengths && step >= lengths[row]) {
      K(add_loop)(n, dh, cotangent, dh);
      memset(dx, 0, columns * sizeof(T));
      if (dproduct != dx) memset(dproduct, 0, columns * sizeof(T));
    } else {
      switch (cell->kind) {
      case BP_RNN: K(rnn_row_gradient)(cell->activation, n, gates, cotangent, dh, dx); break;
      case BP_GRU: K(gru_row_gradient)(n, gates, h, cotangent, dh, dx, dproduct); break;
      case BP_LSTM: K(lstm_row_gradient)(n, gates, c, c_out, cotangent, dh, dc, dx); break;
      }
    }
    gates += cell->gates * n, h += n, cotangent += n, dh += n, dx += columns, dproduct += columns;
    if (cell->kind == BP_LSTM) c += n, c_out += n, dc += n;
  }
}
