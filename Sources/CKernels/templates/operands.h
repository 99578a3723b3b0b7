// An operand of any stride as contiguous blocks, for loops over contiguous memory.

typedef struct {
  const T *base;
  ptrdiff_t stride;
  T buffer[BP_BLOCK] __attribute__((aligned(64)));
} K(operand);

static void K(open_operand)(K(operand) * operand, size_t n, const T *base, ptrdiff_t stride) {
  operand->base = base;
  operand->stride = stride;
  if (stride == 0 && n > 0) {
    // Whole vectors, which the loops read back at once; the buffer has room for them.
    size_t count = n < BP_BLOCK ? (n + BP_LANES - 1) / BP_LANES * BP_LANES : BP_BLOCK;
    K(gather)(count, base, 0, operand->buffer);
  }
}

// Elements start ..< start + count, count <= BP_BLOCK.
static const T *K(operand_block)(K(operand) * operand, size_t start, size_t count) {
  if (operand->stride == 1) return operand->base + start;
  if (operand->stride != 0) {
    K(gather)(count, operand->base + (ptrdiff_t)start * operand->stride, operand->stride,
              operand->buffer);
  }
  return operand->buffer;
}
