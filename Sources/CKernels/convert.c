// Conversions between all types.
#include "templates/prelude.h"
//
#include "templates/half.h"

// What a number is worth: itself, but of halves what half.h says.
#define X(NAME, suffix, T, KIND, ...) BP_VALUE_OF_##KIND(suffix, T)
#define BP_VALUE_OF_FLAG(suffix, T) BP_VALUE_OF_WHOLE(suffix, T)
#define BP_VALUE_OF_FLOAT(suffix, T) BP_VALUE_OF_WHOLE(suffix, T)
#define BP_VALUE_OF_WHOLE(suffix, T) \
  INLINE T value_##suffix(T x) { return x; }
#define BP_VALUE_OF_HALF(suffix, T)
#define BP_VALUE_OF_BRAIN(suffix, T)
BP_SCALARS(X)
#undef X

#define BP_IS_FLOAT 0
#define S b8
#define T uint8_t
#include "templates/convert.h"
#define S u8
#define T uint8_t
#include "templates/convert.h"
#define S i8
#define T int8_t
#include "templates/convert.h"
#define S i16
#define T int16_t
#include "templates/convert.h"
#define S u16
#define T uint16_t
#include "templates/convert.h"
#define S i32
#define T int32_t
#include "templates/convert.h"
#define S u32
#define T uint32_t
#include "templates/convert.h"
#define S i64
#define T int64_t
#include "templates/convert.h"
#define S u64
#define T uint64_t
#include "templates/convert.h"

#undef BP_IS_FLOAT
#define BP_IS_FLOAT 1
#define S f16
#define T uint16_t
#include "templates/convert.h"
#define S bf16
#define T uint16_t
#include "templates/convert.h"
#define S f32
#define T float
#include "templates/convert.h"
#define S f64
#define T double
#include "templates/convert.h"

void bp_convert(bp_scalar from, bp_scalar to, size_t n, const void *source, void *target) {
#define X(NAME, suffix, ...) [BP_##NAME] = conversions_##suffix,
  static const bp_unary_function *const conversions[BP_SCALAR_COUNT] = {BP_SCALARS(X)};
#undef X
  conversions[from][to](n, source, target);
}
