// The families of kernels, for the scalar type and the instruction set at hand.
#include "vector.h"
//
#include "functions.h"
//
#include "elementwise.h"
//
#include "power.h"
//
#include "binary.h"
//
#include "reduce.h"
//
#include "softmax.h"
//
#include "optimizers.h"
//
#include "random.h"
//
#include "table.h"
#undef V
#undef VI
#undef VU
