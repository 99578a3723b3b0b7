// Loops over numbers, one template a family, compiled once per instruction set and chosen at run
// time: AVX-512, AVX2 + FMA, NEON or portable C. $BACKPROP_ISA (avx512, avx2, neon, portable)
// overrides the choice. What there is stands in CKernelLists.h.
//
// Strides count elements, not bytes. A stride of 0 repeats one element (a broadcast), 1 is
// contiguous; any other value works and is slower. Output is always contiguous unless a parameter
// says otherwise, and may be the same memory as an input of stride 1 (in place). Any pointer may
// be unaligned (to less than the element's own alignment is not allowed). Kernels neither allocate
// nor start threads, except the matrix product and convolutions, which use CRuntime for both.
#ifndef BACKPROP_CKERNELS_H
#define BACKPROP_CKERNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "CKernelLists.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma clang assume_nonnull begin

typedef enum {
  BP_ISA_PORTABLE = 0,
  BP_ISA_NEON = 1,
  BP_ISA_AVX2 = 2,
  BP_ISA_AVX512 = 3,
} bp_isa;

/// The instruction set in use: the best that the processor has, or what $BACKPROP_ISA asks for, in
/// capitals or not. Any other value than those that this processor has is told of on standard error
/// and ignored.
bp_isa bp_current_isa(void);
/// Whether this build and this processor can run `isa`.
bool bp_isa_available(bp_isa isa);
/// Chooses an instruction set for the whole process; false (and no change) if not available.
/// For tests: not to be called while another thread computes.
bool bp_select_isa(bp_isa isa);
const char *bp_isa_name(bp_isa isa);

#define X(NAME, ...) BP_##NAME,
typedef enum { BP_SCALARS(X) BP_SCALAR_COUNT } bp_scalar;
typedef enum { BP_COMPARISONS(X) BP_COMPARISON_COUNT } bp_comparison;
typedef enum { BP_REDUCTIONS(X) BP_REDUCTION_COUNT } bp_reduction;
#undef X
#define X(KIND, NAME, ...) BP_##NAME,
#define Y(NAME, ...) BP_##NAME,
typedef enum { BP_UNARY_LOOPS(X) BP_NOT_LOOPS(Y) BP_UNARY_COUNT } bp_unary;
typedef enum {
  BP_BINARY_LOOPS(X) BP_BITWISE_LOOPS(Y) BP_SHIFT_LOOPS(Y) BP_BINARY_COUNT
} bp_binary;
typedef enum { BP_FORMULAS(X) BP_FORMULA_COUNT } bp_formula;
#undef X
#undef Y

typedef enum {
  BP_IDENTITY_ACTIVATION,
  BP_RELU_ACTIVATION,
  BP_SIGMOID_ACTIVATION,
  BP_TANH_ACTIVATION,
  BP_GELU_ACTIVATION,  // these three of products alone
  BP_GELU_TANH_ACTIVATION,
  BP_SILU_ACTIVATION
} bp_activation;

/// A recurrent network: what a step does with its state.
typedef enum { BP_RNN, BP_GRU, BP_LSTM } bp_recurrent_kind;
typedef struct {
  bp_recurrent_kind kind;
  bp_activation activation;  // of an RNN
  // How many numbers the state has, and how many times as many come from an input and are kept of a
  // step: 1, 1 (RNN); 3, 4 (GRU); 4, 4 (LSTM).
  size_t hidden, columns, gates;
} bp_recurrent;

/// How a kernel slides over planes of height x width with zeros all around: element (i, j) of the
/// window (y, x) lies in row y stride_height + i dilation_height - top and in column
/// x stride_width + j dilation_width - left.
typedef struct {
  ptrdiff_t height, width;
  ptrdiff_t kernel_height, kernel_width;
  ptrdiff_t out_height, out_width;  // how many windows there are
  ptrdiff_t stride_height, stride_width;
  ptrdiff_t dilation_height, dilation_width;
  ptrdiff_t top, left;
} bp_windows;

/// A convolution: the input is of shape (images, groups channels, height, width), the weight (groups
/// filters, channels, kernel height, kernel width) and the result (images, groups filters, out height,
/// out width).
typedef struct {
  bp_windows windows;
  ptrdiff_t images, groups;
  ptrdiff_t channels, filters;  // of a group, in the input and the result
} bp_convolution;

/// The positions along one axis that a window of pooling covers, and by what their sum is divided to
/// be their mean.
typedef struct {
  ptrdiff_t start, count, divisor;
} bp_span;

/// The windows of pooling on a plane: each is a span of rows and one of columns, in which elements
/// lie a step apart.
typedef struct {
  ptrdiff_t width;  // of the plane
  ptrdiff_t out_height, out_width;
  const bp_span *rows, *columns;
  ptrdiff_t row_step, column_step;
} bp_pooling;

/// The gradient with respect to what a convolution computed, as it arrives: with respect to an
/// activation of that, or to the largest number of each window of it.
typedef struct {
  const void *numbers;
  const void *_Nullable result;         // what a ReLU gave, where one follows
  const bp_pooling *_Nullable pooling;  // what pooled that, if anything did; then
  const int32_t *_Nullable positions;   // where in its plane each of the largest stood
} bp_cotangent;

/// What a position along an axis of a resized plane is made of: (1 - weight) first + weight second.
typedef struct {
  ptrdiff_t first, second;
  double weight;
} bp_tap;

/// How a plane is resized.
typedef struct {
  ptrdiff_t width;  // of the plane
  ptrdiff_t out_height, out_width;
  const bp_tap *rows, *columns;
  bool blends;  // if not, each number is that of the first
} bp_resizing;

/// The scores of a block of queries in attention, rows x columns of them: a row is a query and a column
/// a key. A mask's element (i, j) lies at i row + j column.
typedef struct {
  ptrdiff_t rows, columns;
  // How many of the first keys row 0 may look at, and how many more each row after it; below 0 there
  // are none, and there are no more than columns.
  ptrdiff_t visible, step;
  double scale;                    // by which scores are multiplied
  const void *_Nullable numbers;   // added to the scores, of their type
  ptrdiff_t number_row, number_column;
  const uint8_t *_Nullable flags;  // 0 where a key may not be looked at
  ptrdiff_t flag_row, flag_column;
} bp_attention_block;

/// Groups of numbers that are standardized each by itself, and their weights. There are `inner` groups
/// for each i; group j of them starts at i outer_step + j inner_step and has `parts` of `length` numbers
/// that lie side by side, each part part_step after the one before it.
typedef struct {
  ptrdiff_t inner, parts, length;
  ptrdiff_t outer_step, inner_step, part_step;
  bool is_each_weighted;                // the numbers of a part by as many weights, the same for all
  ptrdiff_t inner_weight, part_weight;  // if not: from the weight of j, and of a part, to the next
  bool is_centered;                     // if not, the mean is taken to be 0
  double epsilon;                       // what is added to variances
} bp_groups;

/// A number as a key that sorts as it does, and where it stands.
typedef struct {
  uint64_t key;
  int64_t position;
} bp_ranked;

/// Loops over contiguous numbers; out may be a or b.
typedef void (*bp_unary_function)(size_t n, const void *a, void *out);
typedef void (*bp_binary_function)(size_t n, const void *a, const void *b, void *out);
typedef void (*bp_reduce_function)(size_t n, const void *a, ptrdiff_t sa, void *out);

/// The kernels of one type of numbers in one instruction set.
typedef struct {
#define X(R, name, parameters, arguments) R (*name) parameters;
  BP_MOVE_KERNELS(X)
  BP_COMMON_KERNELS(X)
#undef X
  // NULL where the type has no such kernel.
#define X(R, name, parameters, arguments) R (*_Nullable name) parameters;
  BP_PRODUCT_KERNELS(X)
  BP_PACKED_KERNELS(X)
  BP_FLOAT_KERNELS(X)
#undef X
  // By operation, NULL where the type has no such loop.
  const _Nullable bp_unary_function *_Nonnull unary_loops;
  const _Nullable bp_binary_function *_Nonnull binary_loops;
  const _Nullable bp_reduce_function *_Nonnull reductions;
} bp_kernels;

/// The kernels of `scalar` in `isa`, whatever is in use; NULL where `isa` is not available. Tests
/// compare the instruction sets with it.
const bp_kernels *_Nullable bp_kernels_for(bp_isa isa, bp_scalar scalar);

/// The kernels in use by type, as soon as there is a choice, and the choice.
extern const bp_kernels *const _Nonnull *_Nullable bp_kernels_in_use;
const bp_kernels *const _Nonnull *_Nonnull bp_choose_kernels(void);

/// The kernels of `scalar` in the instruction set in use. Inline: small arrays spend as much time on
/// the way to a loop as in it.
static inline const bp_kernels *bp_kernels_of(bp_scalar scalar) {
  const bp_kernels *const *in_use = __atomic_load_n(&bp_kernels_in_use, __ATOMIC_RELAXED);
  return (in_use ? in_use : bp_choose_kernels())[scalar];
}

/// The loop of an operation, NULL where `scalar` has none.
static inline bp_unary_function _Nullable bp_unary_loop(bp_scalar scalar, bp_unary op) {
  return bp_kernels_of(scalar)->unary_loops[op];
}
static inline bp_binary_function _Nullable bp_binary_loop(bp_scalar scalar, bp_binary op) {
  return bp_kernels_of(scalar)->binary_loops[op];
}
static inline bp_reduce_function _Nullable bp_reduction_loop(bp_scalar scalar, bp_reduction op) {
  return bp_kernels_of(scalar)->reductions[op];
}

/// n contiguous numbers of one type as another. A fraction loses what follows the point when it
/// becomes whole, a number too large for a whole type becomes its nearest bound (NaN becomes 0),
/// everything but zero becomes true, and a floating-point type gets the nearest number that it has, of
/// two the even one, rounded once. The same bits in every instruction set.
void bp_convert(bp_scalar from, bp_scalar to, size_t n, const void *source, void *target);

/// 4 n 32-bit words of Philox4x32-10 (Salmon et al., 2011) for counters counter, counter + 1, …,
/// counter + n - 1 (the low 64 bits; the high 64 are `stream`) under the 64-bit `key`.
void bp_philox(uint64_t key, uint64_t stream, uint64_t counter, size_t n, uint32_t *out);
/// bp_philox in one instruction set; NULL where `isa` is not available.
typedef void (*bp_philox_function)(uint64_t key, uint64_t stream, uint64_t counter, size_t n,
                                   uint32_t *out);
bp_philox_function _Nullable bp_philox_for(bp_isa isa);

#pragma clang assume_nonnull end
#ifdef __cplusplus
}
#endif
#endif
