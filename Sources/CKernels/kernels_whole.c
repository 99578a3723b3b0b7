// The kernels for flags and whole numbers: those that arithmetic is done with, and behind them those
// that are only stored.
#include "templates/prelude.h"

#define BP_VARIANT whole

// Flags are bytes of 0 and 1 without arithmetic but that of bits.
#define BP_UNARY_LIST BP_FLAG_NOT_LOOPS
#define BP_BINARY_LIST BP_BITWISE_LOOPS
#define BP_REDUCTION_LIST BP_WHOLE_EXTREMES
#define BP_HAS_ARITHMETIC 0
#define BP_HAS_PRODUCT 0

#define S b8
#define T uint8_t
#define W uint32_t
#define BP_WIDTH w8
#define BP_CODE BP_BOOL
#define BP_SMALLEST 0
#define BP_LARGEST 1
#include "templates/whole.h"

#undef BP_UNARY_LIST
#undef BP_BINARY_LIST
#undef BP_REDUCTION_LIST
#undef BP_HAS_ARITHMETIC
#define BP_UNARY_LIST BP_WHOLE_UNARY_LOOPS
#define BP_BINARY_LIST BP_WHOLE_BINARY_LOOPS
#define BP_REDUCTION_LIST BP_WHOLE_REDUCTIONS
#define BP_HAS_ARITHMETIC 1

// Sums of products would overflow a byte at once, so it has no matrix product.
#define S u8
#define T uint8_t
#define W uint32_t
#define BP_WIDTH w8
#define BP_CODE BP_UINT8
#define BP_SMALLEST 0
#define BP_LARGEST UINT8_MAX
#include "templates/whole.h"

#undef BP_HAS_PRODUCT
#define BP_HAS_PRODUCT 1

#define S i32
#define T int32_t
#define W uint32_t
#define BP_WIDTH w32
#define BP_CODE BP_INT32
#define BP_SMALLEST INT32_MIN
#define BP_LARGEST INT32_MAX
#include "templates/whole.h"

#define S i64
#define T int64_t
#define W uint64_t
#define BP_WIDTH w64
#define BP_CODE BP_INT64
#define BP_SMALLEST INT64_MIN
#define BP_LARGEST INT64_MAX
#include "templates/whole.h"

#undef BP_UNARY_LIST
#undef BP_BINARY_LIST
#undef BP_REDUCTION_LIST
#undef BP_HAS_ARITHMETIC
#undef BP_HAS_PRODUCT
#define BP_UNARY_LIST BP_NO_LOOPS
#define BP_BINARY_LIST BP_NO_LOOPS
#define BP_REDUCTION_LIST BP_NO_LOOPS
#define BP_HAS_ARITHMETIC 0
#define BP_HAS_PRODUCT 0

#define S i8
#define T int8_t
#define W uint32_t
#define BP_WIDTH w8
#define BP_CODE BP_INT8
#include "templates/whole.h"

#define S i16
#define T int16_t
#define W uint32_t
#define BP_WIDTH w16
#define BP_CODE BP_INT16
#include "templates/whole.h"

#define S u16
#define T uint16_t
#define W uint32_t
#define BP_WIDTH w16
#define BP_CODE BP_UINT16
#include "templates/whole.h"

#define S u32
#define T uint32_t
#define W uint32_t
#define BP_WIDTH w32
#define BP_CODE BP_UINT32
#include "templates/whole.h"

#define S u64
#define T uint64_t
#define W uint64_t
#define BP_WIDTH w64
#define BP_CODE BP_UINT64
#include "templates/whole.h"
