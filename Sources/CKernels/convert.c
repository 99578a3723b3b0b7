// Conversions between all types.
#include "templates/prelude.h"

#define BP_IS_FLOAT 0
#define S b8
#define T uint8_t
#include "templates/convert.h"
#define S u8
#define T uint8_t
#include "templates/convert.h"
#define S i32
#define T int32_t
#include "templates/convert.h"
#define S i64
#define T int64_t
#include "templates/convert.h"

#undef BP_IS_FLOAT
#define BP_IS_FLOAT 1
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
