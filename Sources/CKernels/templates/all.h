// The families of kernels, for the floating-point type and the instruction set at hand.
#define BP_IS_FLOAT 1
#define BP_HAS_PRODUCT 1
#include "vector.h"
//
#include "functions.h"
//
#include "more_functions.h"
//
#include "activations.h"
//
#include "elementwise.h"
//
#include "power.h"
//
#include "division.h"
//
#include "binary.h"
//
#include "operands.h"
//
#include "moves.h"
//
#include "formulas.h"
//
#include "offsets.h"
//
#include "reduce.h"
//
#include "scan.h"
//
#include "sort.h"
//
#include "softmax.h"
//
#include "attention.h"
//
#include "standardize.h"
//
#include "optimizers.h"
//
#include "random.h"
//
#include "pooling.h"
//
#include "../convolution/lanes.h"
//
#include "../convolution/tiles.h"
//
#include "../convolution/narrow.h"
//
#include "../convolution/planes.h"
//
#include "../convolution/plan.h"
//
#include "../convolution/sums.h"
//
#include "../convolution/weight_sums.h"
//
#include "resize.h"
//
#include "recurrent.h"

#define BP_UNARY_ENTRIES BP_UNARY_LOOPS(BP_KIND_X)
#define BP_BINARY_ENTRIES BP_BINARY_LOOPS(BP_KIND_X)
#define BP_REDUCTION_ENTRIES BP_REDUCTIONS(X)
#include "by_operation.h"
#include "table.h"
#undef BP_IS_FLOAT
#undef BP_HAS_PRODUCT
#undef BP_EXCHANGES
#undef V
#undef VI
#undef VU
