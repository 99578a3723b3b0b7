// The kernels for any processor: vectors of 16 bytes, which the compiler maps to whatever there is.
#include "templates/prelude.h"

// Only written-out multiply-adds: debug and release builds compute the same bits.
#pragma clang fp contract(off)

#define BP_VECTOR_BYTES 16
#define BP_HAS_FMA 0
#define BP_AVX512 0
#define BP_AVX2 0
#define BP_VARIANT portable

#include "templates/f64.h"
//
#include "templates/f32.h"
//
#include "templates/philox.h"
