// Matrices of weights in blocks of whole numbers, and products with them: a block is 32 weights that
// lie side by side along the input, with one scale, in the layouts of GGUF. What a row of numbers is
// multiplied with is rounded to whole numbers too, in blocks of 32, so that a product is sums of whole
// numbers, which are exact, and one multiplication by scales a block. The same bits in every
// instruction set and on any number of threads, up to the activation.
#ifndef BACKPROP_CKERNELS_QUANTIZED_H
#define BACKPROP_CKERNELS_QUANTIZED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "CKernels.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma clang assume_nonnull begin

enum {
  BP_QUANTIZED_BLOCK = 32,  ///< weights of a block
  BP_QUANTIZED_PANEL = 16,  ///< outputs whose weights lie interleaved
};

/// How the weights of a block lie in a file; d is a binary16, first.
typedef enum {
  BP_Q8_0,  ///< 34 bytes: d, and 32 whole numbers of 8 bits: weight i is d q[i]
  BP_Q4_0,  ///< 18 bytes: d, and 16 bytes; of byte i the low half is number i, the high half number
            ///< i + 16, and a weight is d (q - 8)
} bp_quantized_format;

/// The bytes of a block in a file.
size_t bp_quantized_block_bytes(bp_quantized_format format);

/// Rounds 32 numbers a block, as the reference implementation does. A block with a number that is not
/// finite becomes one of NaN.
void bp_quantize_blocks(bp_quantized_format format, size_t blocks, const float *numbers, void *out);
/// The numbers that blocks stand for.
void bp_dequantize_blocks(bp_quantized_format format, size_t blocks, const void *source, float *out);

/// The bytes that a matrix takes in the order in which products read it: for each 16 outputs, the
/// last of which may be missing, and each block their scales and then 4 weights of each in turn.
size_t bp_quantized_packed_bytes(bp_quantized_format format, size_t outputs, size_t blocks);
/// Puts a matrix of `outputs` rows of `blocks` blocks into that order.
void bp_quantized_pack(bp_quantized_format format, size_t outputs, size_t blocks, const void *rows,
                       void *packed);
/// And back: the bytes that were packed.
void bp_quantized_unpack(bp_quantized_format format, size_t outputs, size_t blocks,
                         const void *packed, void *rows);
/// The numbers that row `output` of a packed matrix stands for, those that were packed, dequantized.
void bp_quantized_row(bp_quantized_format format, size_t output, size_t blocks, const void *packed,
                      float *out);

/// The kernels that there are of the product. AVX-512 and AVX2 have no more than the instruction sets
/// of those names; VNNI is an instruction that some processors have beside them.
typedef enum {
  BP_QUANTIZED_PORTABLE,
  BP_QUANTIZED_AVX2,
  BP_QUANTIZED_AVX_VNNI,
  BP_QUANTIZED_AVX512,
  BP_QUANTIZED_AVX512_VNNI,
  BP_QUANTIZED_KIND_COUNT,
} bp_quantized_kind;

/// Whether this build and this processor can run them.
bool bp_quantized_available(bp_quantized_kind kind);
const char *bp_quantized_name(bp_quantized_kind kind);
/// The fastest that go with the instruction set in use.
bp_quantized_kind bp_quantized_current(void);

/// out = activation(x · weightᵀ + bias): m rows of 32 `blocks` numbers, each `ldx` numbers after the
/// one before it, become m rows of `outputs` numbers, `ldo` numbers apart.
///
/// Each block of 32 numbers of x is rounded to q = x / s with s = max |x| / 127, of two the even one;
/// a block that holds NaN or an infinity makes its row NaN. Then out = bias + Σ (Σ q w) s d over
/// blocks, from the first on, each rounded to a float. The activation is the function of the
/// instruction set in use.
void bp_quantized_product(bp_quantized_format format, size_t m, size_t outputs, size_t blocks,
                          const float *x, size_t ldx, const void *packed,
                          const float *_Nullable bias, bp_activation activation, float *out,
                          size_t ldo);
/// The same by some kernels, which must be available.
void bp_quantized_product_by(bp_quantized_kind kind, bp_quantized_format format, size_t m,
                             size_t outputs, size_t blocks, const float *x, size_t ldx,
                             const void *packed, const float *_Nullable bias,
                             bp_activation activation, float *out, size_t ldo);

#pragma clang assume_nonnull end
#ifdef __cplusplus
}
#endif
#endif
