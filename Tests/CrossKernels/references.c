// The definitions: a new function has its line here.
#include "references.h"

static double clamped(double x, double low, double high) {
  return x < low ? low : x > high ? high : x;
}
static double normal_density(double x) { return exp(-x * x / 2) / sqrt(2 * M_PI); }
static double normal_part(double x) { return erfc(-x * M_SQRT1_2) / 2; }
// The argument of the logistic function in gelu by tanh.
static double gelu_argument(double x) { return sqrt(8 / M_PI) * (x + 0.044715 * x * x * x); }
static double gelu_tanh_slope(double x) {
  double w = gelu_argument(x);
  return logistic(w) * (1 + x * logistic(-w) * sqrt(8 / M_PI) * (1 + 3 * 0.044715 * x * x));
}
static double mish_slope(double x) {
  double t = tanh(log1p(exp(x)));
  return t + x * (1 - t) * (1 + t) * logistic(x);
}
// x - y floor(x / y)
static double modulo(double x, double y) {
  double rest = fmod(x, y);
  return rest == 0 ? copysign(0, y) : (rest < 0) != (y < 0) ? rest + y : rest;
}

// X(operation, bound, expression of x)
#define UNARY(X)                                                                        \
  X(NEGATE, 0, -x)                                                                      \
  X(ABSOLUTE, 0, fabs(x))                                                               \
  X(SIGN, 0, x > 0 ? 1 : x < 0 ? -1 : x)                                                \
  X(SQUARE, 0.5, x * x)                                                                 \
  X(SQUARE_ROOT, 0.5, sqrt(x))                                                          \
  X(RECIPROCAL_SQUARE_ROOT, 2.5, 1 / sqrt(x))                                           \
  X(RECIPROCAL, 0.5, 1 / x)                                                             \
  X(EXP, 2.5, exp(x))                                                                   \
  X(EXPM1, 2.5, expm1(x))                                                               \
  X(LOG, 2.5, log(x))                                                                   \
  X(LOG1P, 2.5, log1p(x))                                                               \
  X(LOG2, 2.5, log2(x))                                                                 \
  X(LOG10, 2.5, log10(x))                                                               \
  /* What these formulas lose in double adds to our error. */                           \
  X(TANH, 4.5, tanh(x))                                                                 \
  X(SIGMOID, 4.5, logistic(x))                                                          \
  X(ERF, 2.5, erf(x))                                                                   \
  X(RELU, 0, x < 0 ? 0 : x)                                                             \
  X(STEP, 0, x > 0 ? 1 : 0)                                                             \
  X(GELU, 40, x == -INFINITY ? -0.0 : x * normal_part(x))                               \
  X(GELU_TANH, 40, x == -INFINITY ? -0.0 : x * logistic(gelu_argument(x)))              \
  X(SILU, 6, x == -INFINITY ? -0.0 : x * logistic(x))                                   \
  X(MISH, 8, x == -INFINITY ? -0.0 : x * tanh(log1p(exp(x))))                           \
  X(HARD_SIGMOID, 1.5, clamped(x + 3, 0, 6) / 6)                                        \
  X(HARD_SWISH, 3, x <= -3 ? -0.0 : x * (clamped(x + 3, 0, 6) / 6))                     \
  X(LOG_SIGMOID, 4, fmin(x, 0) - log1p(exp(-fabs(x))))                                  \
  X(SIN, 1, sin(x))                                                                     \
  X(COS, 1, cos(x))                                                                     \
  X(TAN, 1.5, tan(x))                                                                   \
  X(ASIN, 2.5, asin(x))                                                                 \
  X(ACOS, 2.5, acos(x))                                                                 \
  X(ATAN, 2.5, atan(x))                                                                 \
  X(SINH, 3, sinh(x))                                                                   \
  X(COSH, 3, cosh(x))                                                                   \
  X(FLOOR, 0, floor(x))                                                                 \
  X(CEIL, 0, ceil(x))                                                                   \
  X(TRUNCATE, 0, trunc(x))                                                              \
  X(ROUND, 0, rint(x))

// X(operation, bound, whether the error counts beside x, expression of x and y)
#define BINARY(X)                                                                       \
  X(ADD, 0.5, false, x + y)                                                             \
  X(SUBTRACT, 0.5, false, x - y)                                                        \
  X(MULTIPLY, 0.5, false, x * y)                                                        \
  X(DIVIDE, 0.5, false, x / y)                                                          \
  X(POWER, 1, false, pow(x, y))                                                         \
  X(MAXIMUM, 0, false, isnan(x) || isnan(y) ? NAN : fmax(x, y))                         \
  X(MINIMUM, 0, false, isnan(x) || isnan(y) ? NAN : fmin(x, y))                         \
  X(RELU_GRADIENT, 0, false, y > 0 ? x : 0)                                             \
  X(SIGMOID_GRADIENT, 3, false, x * y * (1 - y))                                        \
  X(TANH_GRADIENT, 3, false, x * ((1 - y) * (1 + y)))                                   \
  X(TAN_GRADIENT, 3, false, x * (1 + y * y))                                            \
  X(RECIPROCAL_GRADIENT, 2, false, -x * y * y)                                          \
  X(RECIPROCAL_SQUARE_ROOT_GRADIENT, 3, false, x * y * y * y * -0.5)                    \
  X(EXPM1_GRADIENT, 4, false, x * exp(y))                                               \
  X(LOG1P_GRADIENT, 2, false, x / (1 + y))                                              \
  X(ASIN_GRADIENT, 4, false, x / sqrt((1 - y) * (1 + y)))                               \
  X(ACOS_GRADIENT, 4, false, -x / sqrt((1 - y) * (1 + y)))                              \
  X(ATAN_GRADIENT, 3, false, x / (1 + y * y))                                           \
  X(GELU_GRADIENT, 4, true, x * (normal_part(y) + y * normal_density(y)))               \
  X(GELU_TANH_GRADIENT, 4, true, x * gelu_tanh_slope(y))                                \
  X(SILU_GRADIENT, 4, true, x * (logistic(y) * (1 + y * logistic(-y))))                 \
  X(MISH_GRADIENT, 4, true, x * mish_slope(y))                                          \
  X(HARD_SIGMOID_GRADIENT, 0.5, false, fabs(y) < 3 ? x / 6 : 0)                         \
  X(HARD_SWISH_GRADIENT, 2, true, x * (y <= -3 ? 0 : y >= 3 ? 1 : y / 3 + 0.5))         \
  X(LOG_SIGMOID_GRADIENT, 6, false, x * logistic(-y))                                   \
  X(FLOOR_DIVIDE, 0, false, floor(x / y))                                               \
  X(REMAINDER, 0.5, false, modulo(x, y))                                                \
  X(WEIGHTED_LOGARITHM, 0.5, false, x == 0 && y == -INFINITY ? 0 : x * y)

// All settings are powers of two or short sums of them, so that both types hold them.
static const settings none[] = {{0, 0}};
static const settings betas[] = {{1, 20}, {2, 4}, {0.25, 0.5}};
static const settings slopes[] = {{1, 1}, {1.5, 1}, {2, 1.25}};
static const settings bounds[] = {{-1, 2}, {-INFINITY, 0.5}, {0.25, INFINITY}, {2, -2}};
static const settings below[] = {{0.25, 0}, {-2, 0}};
static const settings factors[] = {{1, 0}, {0.375, 0}, {-0.5, 0}};
static const settings turns[] = {{1, 1}, {0.5, 2}, {0.375, 0.25}};
static const settings offsets[] = {{1, 0.125}, {0.375, 0.125}};

// X(formula, operands, settings, bound, whether terms cancel, expression of x, y, z, p and q)
#define FORMULAS(X)                                                                                \
  X(SOFTPLUS, 1, betas, 4, false, x * p > q ? x : softplus(x * p) / p)                             \
  X(SOFTPLUS_GRADIENT, 2, betas, 6, false, y * p > q ? x : x * logistic(y * p))                    \
  X(ELU, 1, slopes, 3, false, x > 0 ? x * q : p * expm1(x))                                        \
  X(ELU_GRADIENT, 2, slopes, 4, false, y > 0 ? x * q : x * p * exp(y))                             \
  X(CLIP, 1, bounds, 0, false, isnan(x) ? x : fmin(fmax(x, p), q))                                 \
  X(CLIP_GRADIENT, 2, bounds, 0, false, y >= p && y <= q ? x : 0)                                  \
  X(LEAKY_RELU, 1, below, 0.5, false, x > 0 ? x : x * p)                                           \
  X(LEAKY_RELU_GRADIENT, 2, below, 0.5, false, y > 0 ? x : x * p)                                  \
  X(PRELU, 2, none, 0.5, false, x > 0 ? x : x * y)                                                 \
  X(PRELU_GRADIENT, 3, none, 0.5, false, y > 0 ? x : x * z)                                        \
  X(PRELU_SLOPE_GRADIENT, 2, none, 0.5, false, y > 0 ? 0 : x * y)                                  \
  X(SQUARED_ERROR, 2, factors, 1.5, false, p * (x - y) * (x - y))                                  \
  X(SQUARED_ERROR_GRADIENT, 2, factors, 1.5, false, 2 * p * (x - y))                               \
  X(ABSOLUTE_ERROR, 2, none, 0.5, false, fabs(x - y))                                              \
  X(ABSOLUTE_ERROR_GRADIENT, 2, factors, 0.5, false, x > y ? p : x < y ? -p : 0)                   \
  X(HUBER, 2, turns, 3, false,                                                                     \
    p * (fabs(x - y) <= q ? (x - y) * (x - y) / 2 : q * (fabs(x - y) - q / 2)))                    \
  X(HUBER_GRADIENT, 2, turns, 1.5, false, p * clamped(x - y, -q, q))                               \
  X(BINARY_CROSS_ENTROPY, 2, none, 6, true, (1 - y) * softplus(x) + y * softplus(-x))              \
  X(BINARY_CROSS_ENTROPY_GRADIENT, 2, factors, 6, true,                                            \
    p * ((1 - y) * logistic(x) - y * logistic(-x)))                                                \
  X(WEIGHTED_BINARY_CROSS_ENTROPY, 3, none, 6, true, (1 - y) * softplus(x) + y * z * softplus(-x)) \
  X(WEIGHTED_BINARY_CROSS_ENTROPY_GRADIENT, 3, factors, 6, true,                                   \
    p * ((1 - y) * logistic(x) - y * z * logistic(-x)))                                            \
  X(KL_DIVERGENCE, 2, none, 4, true, y == 0 ? 0 : y * (log(y) - x))                                \
  X(KL_DIVERGENCE_GRADIENT, 2, factors, 1, false, -p * y)                                          \
  X(LOG_KL_DIVERGENCE, 2, none, 4, true, exp(y) * (y - x))                                         \
  X(LOG_KL_DIVERGENCE_GRADIENT, 2, factors, 3, false, -p * exp(y))                                 \
  X(POISSON, 2, offsets, 4, true, y == 0 ? x : x - y * log(x + q))                                 \
  X(POISSON_GRADIENT, 2, offsets, 4, true, p * (1 - y / (x + q)))                                  \
  X(LOG_POISSON, 2, none, 4, true, exp(x) - y * x)                                                 \
  X(LOG_POISSON_GRADIENT, 2, factors, 4, true, p * (exp(x) - y))                                   \
  X(HINGE, 2, turns, 1, true, fmax(0, q - x * y))                                                  \
  X(HINGE_GRADIENT, 2, turns, 0, false, q - x * y >= 0 ? -p * y : 0)

// Of the smallest number by -1, the quotient wraps to itself.
static uint64_t quotient(int64_t x, int64_t y) {
  if (y == 0) return 0;
  if (y == -1) return 0 - (uint64_t)x;
  return (uint64_t)(x / y - (x % y != 0 && (x < 0) != (y < 0)));
}
static uint64_t whole_power(int64_t x, int64_t y) {
  uint64_t product = 1;
  for (int64_t i = 0; i < y; i++) product *= (uint64_t)x;
  return product;
}

// X(operation, expression of x, and whether it is a flag)
#define WHOLE_UNARY(X)                                \
  X(NEGATE, 0 - (uint64_t)x)                          \
  X(ABSOLUTE, x < 0 ? 0 - (uint64_t)x : (uint64_t)x)  \
  X(SIGN, (uint64_t)((x > 0) - (x < 0)))              \
  X(SQUARE, (uint64_t)x * (uint64_t)x)                \
  X(BIT_NOT, is_flag ? x == 0 : ~(uint64_t)x)

// X(operation, expression of x and y)
#define WHOLE_BINARY(X)                                                                \
  X(ADD, (uint64_t)x + (uint64_t)y)                                                    \
  X(SUBTRACT, (uint64_t)x - (uint64_t)y)                                               \
  X(MULTIPLY, (uint64_t)x * (uint64_t)y)                                               \
  X(POWER, whole_power(x, y))                                                          \
  X(MAXIMUM, (uint64_t)(x > y ? x : y))                                                \
  X(MINIMUM, (uint64_t)(x < y ? x : y))                                                \
  X(FLOOR_DIVIDE, quotient(x, y))                                                      \
  X(REMAINDER, y == 0 ? 0 : (uint64_t)x - quotient(x, y) * (uint64_t)y)                \
  X(BIT_AND, (uint64_t)(x & y))                                                        \
  X(BIT_OR, (uint64_t)(x | y))                                                         \
  X(BIT_XOR, (uint64_t)(x ^ y))                                                        \
  X(SHIFT_LEFT, y >= 0 && y < bits ? (uint64_t)x << y : 0)                             \
  X(SHIFT_RIGHT, (uint64_t)(y >= 0 && y < bits ? x >> y : x < 0 ? -1 : 0))

#define X(NAME, bound, ...) \
  static double unary_##NAME(double x) { return __VA_ARGS__; }
UNARY(X)
#undef X
#define X(NAME, bound, beside, ...) \
  static double binary_##NAME(double x, double y) { return __VA_ARGS__; }
BINARY(X)
#undef X
#define X(NAME, operands, settings, bound, cancels, ...)                                         \
  static double formula_##NAME(double x, double y, double z, double p, double q) {               \
    (void)x, (void)y, (void)z, (void)p, (void)q;                                                 \
    return __VA_ARGS__;                                                                          \
  }
FORMULAS(X)
#undef X
#define X(NAME, ...)                                           \
  static uint64_t whole_unary_##NAME(int64_t x, bool is_flag) { \
    (void)is_flag;                                             \
    return __VA_ARGS__;                                        \
  }
WHOLE_UNARY(X)
#undef X
#define X(NAME, ...)                                                    \
  static uint64_t whole_binary_##NAME(int64_t x, int64_t y, int bits) { \
    (void)bits;                                                         \
    return __VA_ARGS__;                                                 \
  }
WHOLE_BINARY(X)
#undef X

#define X(NAME, bound, ...) [BP_##NAME] = {#NAME, bound, unary_##NAME},
const unary_reference unary_references[BP_UNARY_COUNT] = {UNARY(X)};
#undef X
#define X(NAME, bound, beside, ...) [BP_##NAME] = {#NAME, bound, beside, binary_##NAME},
const binary_reference binary_references[BP_BINARY_COUNT] = {BINARY(X)};
#undef X
#define X(NAME, operands, settings, bound, cancels, ...) \
  [BP_##NAME] = {#NAME, operands, settings, COUNT(settings), bound, cancels, formula_##NAME},
const formula_reference formula_references[BP_FORMULA_COUNT] = {FORMULAS(X)};
#undef X
#define X(NAME, ...) [BP_##NAME] = whole_unary_##NAME,
const whole_unary_reference whole_unary_references[BP_UNARY_COUNT] = {WHOLE_UNARY(X)};
#undef X
#define X(NAME, ...) [BP_##NAME] = whole_binary_##NAME,
const whole_binary_reference whole_binary_references[BP_BINARY_COUNT] = {WHOLE_BINARY(X)};
#undef X
