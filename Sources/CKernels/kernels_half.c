// The kernels for half-precision numbers, which are only stored.
#include "templates/prelude.h"
//
#include "templates/half.h"

#define BP_VARIANT half
#define BP_IS_HALF 1

#define BP_UNARY_LIST BP_NO_LOOPS
#define BP_BINARY_LIST BP_NO_LOOPS
#define BP_REDUCTION_LIST BP_NO_LOOPS
#define BP_HAS_ARITHMETIC 0
#define BP_HAS_PRODUCT 0

#define S f16
#define T uint16_t
#define W uint32_t
#define BP_WIDTH w16
#define BP_CODE BP_FLOAT16
#include "templates/whole.h"

#define S bf16
#define T uint16_t
#define W uint32_t
#define BP_WIDTH w16
#define BP_CODE BP_BFLOAT16
#include "templates/whole.h"
