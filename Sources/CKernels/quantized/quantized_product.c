// The product with quantized weights: which kernels, and how it is split over threads.
#include <string.h>

#include "../sizes.h"
#include "CRuntime.h"
#include "quantized.h"

enum {
  SMALL_WORK = 1 << 19,        // products of numbers that are done sooner than another thread comes
  ROUNDED_AT_ONCE = 16 << 10,  // numbers that a chunk rounds
  CHUNKS_PER_THREAD = 4,       // to even out the load when a thread is put aside or comes late
};

static const quantized_kernels *const tables[BP_QUANTIZED_KIND_COUNT] = {
    [BP_QUANTIZED_PORTABLE] = &bp_quantized_portable,
#if defined(__x86_64__)
    [BP_QUANTIZED_AVX2] = &bp_quantized_avx2,
    [BP_QUANTIZED_AVX_VNNI] = &bp_quantized_avx_vnni,
    [BP_QUANTIZED_AVX512] = &bp_quantized_avx512,
    [BP_QUANTIZED_AVX512_VNNI] = &bp_quantized_avx512_vnni,
#endif
};

bool bp_quantized_available(bp_quantized_kind kind) {
  switch (kind) {
    case BP_QUANTIZED_PORTABLE:
      return true;
#if defined(__x86_64__)
    case BP_QUANTIZED_AVX2:
      return bp_isa_available(BP_ISA_AVX2);
    case BP_QUANTIZED_AVX_VNNI:
      return bp_isa_available(BP_ISA_AVX2) && __builtin_cpu_supports("avxvnni");
    case BP_QUANTIZED_AVX512:
      return bp_isa_available(BP_ISA_AVX512);
    case BP_QUANTIZED_AVX512_VNNI:
      return bp_isa_available(BP_ISA_AVX512) && __builtin_cpu_supports("avx512vnni");
#endif
    default:
      return false;
  }
}

const char *bp_quantized_name(bp_quantized_kind kind) {
  static const char *const names[] = {"portable", "avx2", "avx-vnni", "avx512", "avx512-vnni"};
  return names[kind];
}

bp_quantized_kind bp_quantized_current(void) {
  switch (bp_current_isa()) {
    case BP_ISA_AVX512:
      return bp_quantized_available(BP_QUANTIZED_AVX512_VNNI) ? BP_QUANTIZED_AVX512_VNNI
                                                              : BP_QUANTIZED_AVX512;
    case BP_ISA_AVX2:
      // Asked for by name on a processor that has more, AVX2 is AVX2 alone.
      return bp_quantized_available(BP_QUANTIZED_AVX_VNNI) ? BP_QUANTIZED_AVX_VNNI
                                                           : BP_QUANTIZED_AVX2;
    default:
      return BP_QUANTIZED_PORTABLE;
  }
}

typedef struct {
  const quantized_kernels *kernels;
  bp_quantized_format format;
  size_t m, outputs, blocks;
  const float *x;
  size_t ldx;
  const uint8_t *packed;
  const float *bias;
  bp_unary_function activation;  // NULL for none
  float *out;
  size_t ldo;

  size_t rows, tiles, tile_bytes;  // rows of a tile, and how many tiles there are
  uint8_t *rounded;
  size_t tiles_per_rounding;
  // A chunk of the product has some tiles and some panels.
  size_t panels, tiles_per_chunk, panels_per_chunk, panel_chunks;
} work;

static void round_chunk(void *context, size_t chunk) {
  const work *w = context;
  size_t end = smaller(w->tiles, (chunk + 1) * w->tiles_per_rounding);
  for (size_t t = chunk * w->tiles_per_rounding; t < end; t++) {
    size_t first = t * w->rows;
    w->kernels->round_rows(w->rows, smaller(w->rows, w->m - first), w->blocks, offset_of(w->format),
                           w->kernels->has_words[w->format], w->x + first * w->ldx, w->ldx,
                           w->rounded + t * w->tile_bytes);
  }
}

static void product_chunk(void *context, size_t chunk) {
  const work *w = context;
  size_t tile_start = chunk / w->panel_chunks * w->tiles_per_chunk;
  size_t tile_end = smaller(w->tiles, tile_start + w->tiles_per_chunk);
  size_t panel_start = chunk % w->panel_chunks * w->panels_per_chunk;
  size_t panel_end = smaller(w->panels, panel_start + w->panels_per_chunk);
  size_t panel_bytes = w->blocks * packed_block_bytes(w->format);
  tile_function tile = w->kernels->tiles[w->format][w->rows - 1];
  for (size_t p = panel_start; p < panel_end; p++) {
    size_t first_output = p * PANEL, columns = smaller(PANEL, w->outputs - first_output);
    float bias[PANEL] = {0};
    if (w->bias) memcpy(bias, w->bias + first_output, columns * sizeof *bias);
    for (size_t t = tile_start; t < tile_end; t++) {
      size_t first_row = t * w->rows;
      tile(w->blocks, w->rounded + t * w->tile_bytes, w->packed + p * panel_bytes, bias,
           smaller(w->rows, w->m - first_row), columns, w->out + first_row * w->ldo + first_output,
           w->ldo);
    }
  }
  if (!w->activation) return;
  size_t first_output = panel_start * PANEL;
  size_t columns = smaller(w->outputs, panel_end * PANEL) - first_output;
  for (size_t r = tile_start * w->rows; r < smaller(w->m, tile_end * w->rows); r++) {
    float *row = w->out + r * w->ldo + first_output;
    w->activation(columns, row, row);
  }
}

static bp_unary_function function_of(bp_activation activation) {
  switch (activation) {
    case BP_RELU_ACTIVATION:
      return bp_unary_loop(BP_FLOAT32, BP_RELU);
    case BP_SIGMOID_ACTIVATION:
      return bp_unary_loop(BP_FLOAT32, BP_SIGMOID);
    case BP_TANH_ACTIVATION:
      return bp_unary_loop(BP_FLOAT32, BP_TANH);
    case BP_GELU_ACTIVATION:
      return bp_unary_loop(BP_FLOAT32, BP_GELU);
    case BP_GELU_TANH_ACTIVATION:
      return bp_unary_loop(BP_FLOAT32, BP_GELU_TANH);
    case BP_SILU_ACTIVATION:
      return bp_unary_loop(BP_FLOAT32, BP_SILU);
    default:
      return NULL;
  }
}

// Tiles of a chunk, so that their rounded rows stay in the second cache while panels pass, and panels,
// so that there are enough chunks.
static void split_into_chunks(work *w, size_t threads) {
  size_t held = bp_caches().second.bytes / 2;
  w->tiles_per_chunk = smaller(w->tiles, larger(1, held / larger(w->tile_bytes, 1)));
  size_t tile_chunks = ceiling(w->tiles, w->tiles_per_chunk);
  size_t wanted = threads == 1 ? 1 : CHUNKS_PER_THREAD * threads;
  w->panels_per_chunk = ceiling(w->panels, smaller(w->panels, ceiling(wanted, tile_chunks)));
  w->panel_chunks = ceiling(w->panels, w->panels_per_chunk);
  if (w->panel_chunks * tile_chunks < wanted) {
    w->tiles_per_chunk = ceiling(w->tiles, smaller(w->tiles, ceiling(wanted, w->panel_chunks)));
  }
}

void bp_quantized_product_by(bp_quantized_kind kind, bp_quantized_format format, size_t m,
                             size_t outputs, size_t blocks, const float *x, size_t ldx,
                             const void *packed, const float *bias, bp_activation activation,
                             float *out, size_t ldo) {
  if (m == 0 || outputs == 0) return;
  const quantized_kernels *kernels = tables[kind];
  work w = {
      .kernels = kernels, .format = format, .m = m, .outputs = outputs, .blocks = blocks, .x = x,
      .ldx = ldx, .packed = packed, .bias = bias, .activation = function_of(activation),
      .out = out, .ldo = ldo,
  };
  // Tiles of one height: no short one at the end.
  w.tiles = ceiling(m, kernels->rows);
  w.rows = ceiling(m, w.tiles);
  w.tiles = ceiling(m, w.rows);
  w.tile_bytes = blocks * layout_of_tile(w.rows, kernels->has_words[format]).block_bytes;
  w.panels = ceiling(outputs, PANEL);
  size_t bytes = w.tiles * w.tile_bytes;
  w.rounded = bp_allocate(bytes);

  bool is_small = (double)m * (double)outputs * (double)blocks * BLOCK < SMALL_WORK;
  split_into_chunks(&w, is_small ? 1 : bp_thread_count());
  w.tiles_per_rounding = larger(1, ROUNDED_AT_ONCE / larger(1, w.rows * blocks * BLOCK));
  bp_parallel(ceiling(w.tiles, w.tiles_per_rounding), round_chunk, &w);
  bp_parallel(ceiling(w.tiles, w.tiles_per_chunk) * w.panel_chunks, product_chunk, &w);
  bp_deallocate(w.rounded, bytes);
}

void bp_quantized_product(bp_quantized_format format, size_t m, size_t outputs, size_t blocks,
                          const float *x, size_t ldx, const void *packed, const float *bias,
                          bp_activation activation, float *out, size_t ldo) {
  bp_quantized_product_by(bp_quantized_current(), format, m, outputs, blocks, x, ldx, packed, bias,
                          activation, out, ldo);
}
