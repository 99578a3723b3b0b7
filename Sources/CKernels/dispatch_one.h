// The public functions: each calls the kernel of the instruction set in use. Included once per
// scalar type.
#define BP_PUBLIC(name) BP_PASTE(bp_##name, S)

void BP_PUBLIC(unary)(bp_unary op, size_t n, const T *a, ptrdiff_t sa, T *out) {
  K(current)()->unary(op, n, a, sa, out);
}

void BP_PUBLIC(binary)(bp_binary op, size_t n, const T *a, ptrdiff_t sa, const T *b, ptrdiff_t sb,
                       T *out) {
  K(current)()->binary(op, n, a, sa, b, sb, out);
}

void BP_PUBLIC(compare)(bp_comparison op, size_t n, const T *a, ptrdiff_t sa, const T *b,
                        ptrdiff_t sb, uint8_t *out) {
  K(current)()->compare(op, n, a, sa, b, sb, out);
}

void BP_PUBLIC(select)(size_t n, const uint8_t *condition, ptrdiff_t sc, const T *a, ptrdiff_t sa,
                       const T *b, ptrdiff_t sb, T *out) {
  K(current)()->select(n, condition, sc, a, sa, b, sb, out);
}

void BP_PUBLIC(fill)(size_t n, T value, T *out) {
  K(current)()->fill(n, value, out);
}

void BP_PUBLIC(copy)(size_t n, const T *a, ptrdiff_t sa, T *out) {
  K(current)()->copy(n, a, sa, out);
}

T BP_PUBLIC(reduce)(bp_reduction op, size_t n, const T *a, ptrdiff_t sa) {
  return K(current)()->reduce(op, n, a, sa);
}

void BP_PUBLIC(reduce_rows)(bp_reduction op, size_t rows, size_t columns, const T *a,
                            ptrdiff_t row_stride, T *out) {
  K(current)()->reduce_rows(op, rows, columns, a, row_stride, out);
}

size_t BP_PUBLIC(argmax)(size_t n, const T *a, ptrdiff_t sa) {
  return K(current)()->argmax(n, a, sa);
}

size_t BP_PUBLIC(argmin)(size_t n, const T *a, ptrdiff_t sa) {
  return K(current)()->argmin(n, a, sa);
}

T BP_PUBLIC(dot)(size_t n, const T *a, ptrdiff_t sa, const T *b, ptrdiff_t sb) {
  return K(current)()->dot(n, a, sa, b, sb);
}

bool BP_PUBLIC(all_finite)(size_t n, const T *a) {
  return K(current)()->all_finite(n, a);
}

void BP_PUBLIC(softmax)(size_t rows, size_t columns, const T *a, T *out) {
  K(current)()->softmax(rows, columns, a, out);
}

void BP_PUBLIC(log_softmax)(size_t rows, size_t columns, const T *a, T *out) {
  K(current)()->log_softmax(rows, columns, a, out);
}

void BP_PUBLIC(softmax_gradient)(size_t rows, size_t columns, const T *cotangent, const T *output,
                                 T *out) {
  K(current)()->softmax_gradient(rows, columns, cotangent, output, out);
}

void BP_PUBLIC(log_softmax_gradient)(size_t rows, size_t columns, const T *cotangent,
                                     const T *output, T *out) {
  K(current)()->log_softmax_gradient(rows, columns, cotangent, output, out);
}

void BP_PUBLIC(cross_entropy)(size_t rows, size_t columns, const T *a, const int32_t *labels,
                              T *losses, T *probabilities) {
  K(current)()->cross_entropy(rows, columns, a, labels, losses, probabilities);
}

void BP_PUBLIC(cross_entropy_gradient)(size_t rows, size_t columns, const T *probabilities,
                                       const int32_t *labels, const T *scale, ptrdiff_t ss,
                                       T *out) {
  K(current)()->cross_entropy_gradient(rows, columns, probabilities, labels, scale, ss, out);
}

void BP_PUBLIC(sgd)(size_t n, const T *w, const T *g, T rate, T decay, T *out) {
  K(current)()->sgd(n, w, g, rate, decay, out);
}

void BP_PUBLIC(momentum)(size_t n, const T *w, const T *g, T *v, T rate, T momentum, T decay,
                         bool nesterov, T *out) {
  K(current)()->momentum(n, w, g, v, rate, momentum, decay, nesterov, out);
}

void BP_PUBLIC(adam)(size_t n, const T *w, const T *g, T *m, T *v, T rate, T beta1, T beta2,
                     T epsilon, T correction1, T correction2, T decay, T decoupled, T *out) {
  K(current)()->adam(n, w, g, m, v, rate, beta1, beta2, epsilon, correction1, correction2, decay,
                     decoupled, out);
}

void BP_PUBLIC(scale_bytes)(size_t n, const uint8_t *bytes, T scale, T *out) {
  K(current)()->scale_bytes(n, bytes, scale, out);
}

void BP_PUBLIC(uniform)(size_t n, const uint32_t *words, T *out) {
  K(current)()->uniform(n, words, out);
}

size_t BP_PUBLIC(peak_flops)(size_t rounds, T *sink) {
  return K(current)()->peak_flops(rounds, sink);
}

#undef BP_PUBLIC
