// Every kernel of every type in every instruction set that this processor has, against its definition
// in plain C: what Tests/CKernelsTests does with Swift, in a program that needs no more than a C
// compiler. Scripts/test-arm-kernels builds and runs it for this machine and, under an emulator, for
// 64-bit Arm.
//
// A kernel is tested by the function test_NAME, which is given the kernels of a type in an instruction
// set and compares what its own computes with a loop. The lists of CKernelLists.h say which there must
// be, so that this does not link with a kernel that has no test: write test_NAME into the file of its
// family (a new family is a new file, which the script finds). A new element-wise function, formula or
// reduction has a line in references.c, without which test_unary and its like fail.
#include <stdio.h>

#include "check.h"

static void run(const subject *s, const char *name, test *test_of_kernel) {
  size_t before = comparisons;
  describe("%s", name);
  test_of_kernel(s);
  release();
  describe("%s", name);
  expect(comparisons > before, "the test compared something", 0);
}

static void run_all(const subject *s) {
  size_t kernels = 0, before = comparisons;
#define X(R, name, ...)                       \
  if (s->kernels->name) {                     \
    run(s, #name, test_##name);               \
    kernels++;                                \
  }
  BP_MOVE_KERNELS(X)
  BP_COMMON_KERNELS(X)
  BP_PRODUCT_KERNELS(X)
  BP_PACKED_KERNELS(X)
  BP_FLOAT_KERNELS(X)
#undef X
#define X(...) +1
  size_t least = 0 BP_MOVE_KERNELS(X) BP_COMMON_KERNELS(X);
  size_t all = least BP_PRODUCT_KERNELS(X) BP_PACKED_KERNELS(X) BP_FLOAT_KERNELS(X);
#undef X
  bool has_product = s->scalar == BP_INT32 || s->scalar == BP_INT64;
  describe("the table");
  expect(kernels == (is_float(s) ? all : least + has_product), "the type has its kernels", kernels);
  printf("%-16s %3zu kernels, %9zu comparisons\n", subject_name, kernels, comparisons - before);
}

static void run_apart(const char *name, void (*test_of_function)(void)) {
  size_t before = comparisons;
  describe("%s", name);
  test_of_function();
  release();
  expect(comparisons > before, "the test compared something", 0);
  printf("%-29s %9zu comparisons\n", name, comparisons - before);
}

int main(void) {
  for (bp_isa isa = BP_ISA_PORTABLE; isa <= BP_ISA_AVX512; isa++) {
    if (!bp_isa_available(isa)) continue;
    // Nothing asks for what is in use but the functions that are not in a table.
    bp_select_isa(isa);
    for (bp_scalar scalar = 0; scalar < BP_SCALAR_COUNT; scalar++) {
      subject s = {.kernels = bp_kernels_for(isa, scalar), .scalar = scalar};
      // Types that are not computed with in vectors have one table for all instruction sets.
      if (isa != BP_ISA_PORTABLE && s.kernels == bp_kernels_for(BP_ISA_PORTABLE, scalar)) continue;
      char type[40];
      switch (scalar) {
#define X(NAME, suffix, T, ...)                                             \
  case BP_##NAME:                                                           \
    s.size = sizeof(T);                                                     \
    snprintf(type, sizeof type, "%s " #suffix ": ", bp_isa_name(isa));           \
    break;
        BP_SCALARS(X)
#undef X
        default: continue;
      }
      if (scalar == BP_FLOAT32) s.epsilon = 0x1p-23;
      if (scalar == BP_FLOAT64) s.epsilon = 0x1p-52;
      subject_name = type;
      run_all(&s);
      subject_name = "";
    }
  }
  run_apart("conversions", test_convert);
  run_apart("philox", test_philox);
  run_apart("quantized blocks", test_quantized_blocks);
  run_apart("quantized products", test_quantized_product);
  if (failures > 0) {
    printf("%zu of %zu comparisons failed.\n", failures, comparisons);
    return 1;
  }
  printf("All %zu comparisons passed.\n", comparisons);
  return 0;
}
