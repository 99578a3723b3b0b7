// What the parts of the product with quantized weights share.
#ifndef BP_QUANTIZED_H
#define BP_QUANTIZED_H

#include "../include/CKernels.h"
#include "../include/CKernelsQuantized.h"
#include "../templates/prelude.h"

#pragma clang assume_nonnull begin

enum {
  BLOCK = BP_QUANTIZED_BLOCK,
  PANEL = BP_QUANTIZED_PANEL,
  GROUP = 4,  // weights of an output that lie side by side: what one lane sums
  GROUPS = BLOCK / GROUP,
};

// A block of 16 outputs in the order of products. Weights are unsigned: `offset_of` more than they are
// worth. So the instruction that multiplies unsigned by signed bytes will do, and what is too much is
// the offset times the sum of the other side, from which sums start.
typedef struct {
  float scales[PANEL];
  uint8_t weights[GROUPS][PANEL][GROUP];
} packed_q8_0;

// Of two groups the first is in the low halves.
typedef struct {
  float scales[PANEL];
  uint8_t weights[GROUPS / 2][PANEL][GROUP];
} packed_q4_0;

static inline int offset_of(bp_quantized_format format) { return format == BP_Q8_0 ? 128 : 8; }

static inline size_t packed_block_bytes(bp_quantized_format format) {
  return format == BP_Q8_0 ? sizeof(packed_q8_0) : sizeof(packed_q4_0);
}

// A block of the rounded rows of a tile, `rows` of them: their whole numbers, then a scale for each,
// then what its sums start from. The whole numbers are bytes, or words of 16 bits where the kernel
// multiplies words; then numbers 0, 2, 1, 3 of each four.
typedef struct {
  size_t number_bytes;  // of a row's whole numbers in a block
  size_t block_bytes;   // of a block of all rows
} tile_layout;

static inline tile_layout layout_of_tile(size_t rows, bool has_words) {
  size_t number_bytes = BLOCK * (has_words ? sizeof(int16_t) : sizeof(int8_t));
  return (tile_layout){number_bytes, rows * (number_bytes + sizeof(float) + sizeof(int32_t))};
}

/// Rounds `count` of the rows of a tile of `rows`; those that are missing become zeros.
typedef void (*round_rows_function)(size_t rows, size_t count, size_t blocks, int offset, bool has_words,
                                    const float *x, size_t ldx, uint8_t *out);

/// A tile of 16 outputs: writes `count` rows and `columns` columns of it.
typedef void (*tile_function)(size_t blocks, const uint8_t *x, const void *weights, const float *bias,
                              size_t count, size_t columns, float *out, size_t ldo);

typedef struct {
  size_t rows;           // of the largest tile
  bool has_words[2];     // by format
  round_rows_function round_rows;
  const tile_function _Nonnull *_Nonnull tiles[2];  // by format and rows - 1
} quantized_kernels;

extern const quantized_kernels bp_quantized_portable, bp_quantized_avx2, bp_quantized_avx_vnni,
    bp_quantized_avx512, bp_quantized_avx512_vnni;

#pragma clang assume_nonnull end
#endif
