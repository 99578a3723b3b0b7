// The kernels of the product with quantized weights, for one instruction set. Before it is included:
//
//   NAME        of the table
//   LANES       numbers of a vector
//   VECTORS     that a tile is wide; they and LANES are a divisor of 16
//   ROWS        of the largest tile
//   WORDS       whether Q8_0 is multiplied as words of 16 bits; else
//   DOT(sum, w, x)           sum + the products of 4 unsigned bytes and 4 signed ones in each lane
//   with WORDS  DOT_WORDS(w, x)  the sum of the products of 2 words in each lane, and
//   DOT_BYTES(w, x)          for Q4_0: sums of 2 products of bytes, as words
#define LOCAL(name) BP_PASTE(name, NAME)

// Sums are of rounded products: nothing may be computed more exactly in one instruction set.
#pragma clang fp contract(off)

typedef int32_t LOCAL(whole) __attribute__((vector_size(4 * LANES)));
typedef int16_t LOCAL(words) __attribute__((vector_size(4 * LANES)));
typedef float LOCAL(real) __attribute__((vector_size(4 * LANES)));
#define WHOLE LOCAL(whole)
#define WORD LOCAL(words)
#define REAL LOCAL(real)

INLINE WHOLE LOCAL(load)(const void *p) {
  WHOLE v;
  memcpy(&v, p, sizeof v);
  return v;
}
INLINE REAL LOCAL(load_real)(const float *p) {
  REAL v;
  memcpy(&v, p, sizeof v);
  return v;
}
// Four bytes, the same in each lane.
INLINE WHOLE LOCAL(repeat)(const uint8_t *p) {
  int32_t v;
  memcpy(&v, p, sizeof v);
  return (WHOLE){} + v;
}

// What the rows of a block sum to, with the outputs of VECTORS vectors that begin at lane `lane`.
INLINE void LOCAL(sum_q8)(const int rows, const uint8_t *x, const int32_t *starts,
                          const packed_q8_0 *w, size_t lane, WHOLE (*sums)[VECTORS]) {
  for (int r = 0; r < rows; r++) {
    for (int v = 0; v < VECTORS; v++) sums[r][v] = (WHOLE){} + starts[r];
  }
#if WORDS
  // Unrolled, the sums of a block would be taken in an order that keeps most of them in memory.
  _Pragma("clang loop unroll(disable)")
#else
  BP_UNROLL
#endif
  for (int g = 0; g < GROUPS; g++) {
#if WORDS
    WHOLE even[VECTORS], odd[VECTORS];
    for (int v = 0; v < VECTORS; v++) {
      WHOLE weights = LOCAL(load)(w->weights[g][lane + (size_t)v * LANES]);
      even[v] = weights & 0x00ff00ff;
      odd[v] = (weights >> 8) & 0x00ff00ff;
    }
    BP_UNROLL for (int r = 0; r < rows; r++) {
      const uint8_t *four = x + (size_t)r * 2 * BLOCK + (size_t)g * 8;
      WHOLE first = LOCAL(repeat)(four), second = LOCAL(repeat)(four + 4);
      for (int v = 0; v < VECTORS; v++) {
        sums[r][v] += DOT_WORDS(even[v], first);
        sums[r][v] += DOT_WORDS(odd[v], second);
      }
    }
#else
    WHOLE weights[VECTORS];
    for (int v = 0; v < VECTORS; v++) {
      weights[v] = LOCAL(load)(w->weights[g][lane + (size_t)v * LANES]);
    }
    BP_UNROLL for (int r = 0; r < rows; r++) {
      WHOLE four = LOCAL(repeat)(x + (size_t)r * BLOCK + (size_t)g * GROUP);
      for (int v = 0; v < VECTORS; v++) sums[r][v] = DOT(sums[r][v], weights[v], four);
    }
#endif
  }
}

INLINE void LOCAL(sum_q4)(const int rows, const uint8_t *x, const int32_t *starts,
                          const packed_q4_0 *w, size_t lane, WHOLE (*sums)[VECTORS]) {
#if WORDS
  // A block's 16 products that meet in a word are below 2^15: 16 x 15 x 127 = 30480.
  WORD words[ROWS][VECTORS];
#define SUM words[r][v]
#define ADD_DOT(weights, four) words[r][v] += DOT_BYTES(weights, four)
#define START (WORD){}
#else
#define SUM sums[r][v]
#define ADD_DOT(weights, four) sums[r][v] = DOT(sums[r][v], weights, four)
#define START (WHOLE){} + starts[r]
#endif
  for (int r = 0; r < rows; r++) {
    for (int v = 0; v < VECTORS; v++) SUM = START;
  }
  BP_UNROLL for (int pair = 0; pair < GROUPS / 2; pair++) {
    WHOLE first[VECTORS], second[VECTORS];
    for (int v = 0; v < VECTORS; v++) {
      WHOLE both = LOCAL(load)(w->weights[pair][lane + (size_t)v * LANES]);
      first[v] = both & 0x0f0f0f0f;
      second[v] = (both >> 4) & 0x0f0f0f0f;
    }
    BP_UNROLL for (int r = 0; r < rows; r++) {
      const uint8_t *eight = x + (size_t)r * BLOCK + (size_t)pair * 2 * GROUP;
      WHOLE low = LOCAL(repeat)(eight), high = LOCAL(repeat)(eight + GROUP);
      for (int v = 0; v < VECTORS; v++) {
        ADD_DOT(first[v], low);
        ADD_DOT(second[v], high);
      }
    }
  }
#if WORDS
  for (int r = 0; r < rows; r++) {
    for (int v = 0; v < VECTORS; v++) {
      sums[r][v] = DOT_WORDS((WHOLE)words[r][v], (WHOLE){} + 0x00010001) + starts[r];
    }
  }
#endif
#undef SUM
#undef ADD_DOT
#undef START
}

INLINE void LOCAL(tile)(const bp_quantized_format format, const int rows, size_t blocks,
                        const uint8_t *x, const void *weights, const float *bias, size_t count,
                        size_t columns, float *out, size_t ldo) {
  const tile_layout layout = layout_of_tile((size_t)rows, WORDS && format == BP_Q8_0);
  for (size_t lane = 0; lane < PANEL && lane < columns; lane += VECTORS * LANES) {
    REAL results[ROWS][VECTORS];
    for (int r = 0; r < rows; r++) {
      for (int v = 0; v < VECTORS; v++) {
        results[r][v] = LOCAL(load_real)(bias + lane + (size_t)v * LANES);
      }
    }
    for (size_t b = 0; b < blocks; b++) {
      const uint8_t *block = x + b * layout.block_bytes;
      const float *scales = (const float *)(block + (size_t)rows * layout.number_bytes);
      const int32_t *starts = (const int32_t *)(scales + rows);
      WHOLE sums[ROWS][VECTORS];
      const float *weight_scales;
      if (format == BP_Q8_0) {
        const packed_q8_0 *w = (const packed_q8_0 *)weights + b;
        LOCAL(sum_q8)(rows, block, starts, w, lane, sums);
        weight_scales = w->scales + lane;
      } else {
        const packed_q4_0 *w = (const packed_q4_0 *)weights + b;
        LOCAL(sum_q4)(rows, block, starts, w, lane, sums);
        weight_scales = w->scales + lane;
      }
      BP_UNROLL for (int v = 0; v < VECTORS; v++) {
        REAL scale = LOCAL(load_real)(weight_scales + (size_t)v * LANES);
        BP_UNROLL for (int r = 0; r < rows; r++) {
          REAL part = __builtin_convertvector(sums[r][v], REAL) * scales[r];
          results[r][v] += part * scale;
        }
      }
    }
    size_t width = columns - lane < VECTORS * LANES ? columns - lane : VECTORS * LANES;
    for (int r = 0; r < rows && (size_t)r < count; r++) {
      memcpy(out + (size_t)r * ldo + lane, results[r], width * sizeof(float));
    }
  }
}

#define DEFINE_TILE(rows)                                                                          \
  static void BP_PASTE(tile_q8_##rows, NAME)(                                                      \
      size_t blocks, const uint8_t *x, const void *weights, const float *bias, size_t count,       \
      size_t columns, float *out, size_t ldo) {                                                    \
    LOCAL(tile)(BP_Q8_0, rows, blocks, x, weights, bias, count, columns, out, ldo);                \
  }                                                                                                \
  static void BP_PASTE(tile_q4_##rows, NAME)(                                                      \
      size_t blocks, const uint8_t *x, const void *weights, const float *bias, size_t count,       \
      size_t columns, float *out, size_t ldo) {                                                    \
    LOCAL(tile)(BP_Q4_0, rows, blocks, x, weights, bias, count, columns, out, ldo);                \
  }
#if ROWS == 12
#define EACH_COUNT(X) X(1) X(2) X(3) X(4) X(5) X(6) X(7) X(8) X(9) X(10) X(11) X(12)
#elif ROWS == 6
#define EACH_COUNT(X) X(1) X(2) X(3) X(4) X(5) X(6)
#else
#define EACH_COUNT(X) X(1) X(2) X(3) X(4)
#endif
EACH_COUNT(DEFINE_TILE)

// The largest size is that of the bits without the sign, so that NaN is larger than all numbers.
static void LOCAL(round_rows)(size_t rows, size_t count, size_t blocks, int offset, bool has_words,
                              const float *x, size_t ldx, uint8_t *out) {
  // A number of this size has no fraction left, and its last bits are the whole number.
  const float magic = 0x1.8p23f;
  const int32_t infinity = 0x7f800000, least = 0x0d800000;  // 2^-100, below which all is 0
  tile_layout layout = layout_of_tile(rows, has_words);
  for (size_t r = 0; r < count; r++) {
    for (size_t b = 0; b < blocks; b++) {
      uint8_t *block = out + b * layout.block_bytes;
      const float *numbers = x + r * ldx + b * BLOCK;
      int32_t bits[BLOCK], largest = 0, sum = 0;
      memcpy(bits, numbers, sizeof bits);
      for (int i = 0; i < BLOCK; i++) {
        int32_t size = bits[i] & 0x7fffffff;
        largest = size > largest ? size : largest;
      }
      float size, scale = 0, inverse = 0;
      memcpy(&size, &largest, sizeof size);
      if (largest >= infinity) {
        scale = __builtin_nanf("");
      } else if (largest >= least) {
        scale = size / 127, inverse = 127 / size;
      }
      int32_t whole[BLOCK];
      for (int i = 0; i < BLOCK; i++) {
        // What is not finite must not be multiplied by 0.
        float rounded = (largest >= infinity ? 0 : numbers[i] * inverse) + magic;
        memcpy(&bits[i], &rounded, sizeof rounded);
        whole[i] = bits[i] - 0x4b400000;
        sum += whole[i];
      }
      if (has_words) {
        int16_t *words = (int16_t *)(block + r * layout.number_bytes);
        for (int i = 0; i < BLOCK; i += 4) {
          words[i] = (int16_t)whole[i], words[i + 1] = (int16_t)whole[i + 2];
          words[i + 2] = (int16_t)whole[i + 1], words[i + 3] = (int16_t)whole[i + 3];
        }
      } else {
        int8_t *bytes = (int8_t *)(block + r * layout.number_bytes);
        for (int i = 0; i < BLOCK; i++) bytes[i] = (int8_t)whole[i];
      }
      float *scales = (float *)(block + rows * layout.number_bytes);
      scales[r] = scale;
      ((int32_t *)(scales + rows))[r] = -offset * sum;
    }
  }
  for (size_t b = 0; b < blocks && count < rows; b++) {
    uint8_t *block = out + b * layout.block_bytes;
    float *scales = (float *)(block + rows * layout.number_bytes);
    memset(block + count * layout.number_bytes, 0, (rows - count) * layout.number_bytes);
    memset(scales + count, 0, (rows - count) * sizeof *scales);
    memset(scales + rows + count, 0, (rows - count) * sizeof *scales);
  }
}

#define Q8_TILE(rows) BP_PASTE(tile_q8_##rows, NAME),
#define Q4_TILE(rows) BP_PASTE(tile_q4_##rows, NAME),
static const tile_function LOCAL(q8_tiles)[] = {EACH_COUNT(Q8_TILE)};
static const tile_function LOCAL(q4_tiles)[] = {EACH_COUNT(Q4_TILE)};
const quantized_kernels BP_PASTE(bp_quantized, NAME) = {
    .rows = ROWS,
    .has_words = {[BP_Q8_0] = WORDS, [BP_Q4_0] = false},
    .round_rows = LOCAL(round_rows),
    .tiles = {[BP_Q8_0] = LOCAL(q8_tiles), [BP_Q4_0] = LOCAL(q4_tiles)},
};
