// Memory, numbers and comparisons: see check.h.
#include "check.h"

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#if __has_feature(address_sanitizer)
#include <sanitizer/asan_interface.h>
#define IS_UNDER_SANITIZER 1
#else
#define IS_UNDER_SANITIZER 0
#define ASAN_POISON_MEMORY_REGION(start, count) (void)(start)
#define ASAN_UNPOISON_MEMORY_REGION(start, count) (void)(start)
#endif

size_t comparisons, failures;

enum { MOST_TOLD = 20 };
const char *subject_name = "";
static char current_case[400] = "the start";

void describe(const char *format, ...) {
  size_t length = strlen(subject_name);
  memcpy(current_case, subject_name, length);
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(current_case + length, sizeof current_case - length, format, arguments);
  va_end(arguments);
}

// Whether there is more to be told of one comparison.
static bool fails(bool holds) {
  comparisons++;
  if (holds) return false;
  return ++failures <= MOST_TOLD;
}

void expect(bool holds, const char *what, size_t index) {
  if (fails(holds)) printf("FAILED: %s: %s [%zu]\n", current_case, what, index);
}

static void tell(double found, double expected, const char *what, size_t index) {
  printf("FAILED: %s: %s [%zu] is %.17g, expected %.17g\n", current_case, what, index, found,
         expected);
}

void expect_near(double found, double expected, double tolerance, const char *what, size_t index) {
  // Equal infinities have no difference.
  bool holds = found == expected || fabs(found - expected) <= tolerance;
  if (fails(holds)) tell(found, expected, what, index);
}

double ulp(const subject *s, double x) {
  bool is_single = s->scalar == BP_FLOAT32;
  int exponent, digits = is_single ? 24 : 53, least = is_single ? -149 : -1074;
  frexp(x, &exponent);
  return ldexp(1, exponent - digits > least ? exponent - digits : least);
}

void expect_ulps(const subject *s, double found, double exact, double bound, const char *what,
                 size_t index) {
  double nearest = rounded(s, exact);
  bool holds;
  if (isnan(nearest)) {
    holds = isnan(found);
  } else if (found == nearest) {
    holds = found != 0 || signbit(found) == signbit(nearest);
  } else {
    holds = isfinite(found) && isfinite(nearest) &&
            fabs(found - exact) <= bound * ulp(s, nearest);
  }
  if (fails(holds)) tell(found, exact, what, index);
}

void expect_same(const subject *s, size_t n, const void *found, const void *expected,
                 const char *what) {
  for (size_t i = 0; i < n; i++) {
    bool holds = memcmp(at(s, found, (ptrdiff_t)i), at(s, expected, (ptrdiff_t)i), s->size) == 0;
    if (!holds) {
      double x = number(s, found, (ptrdiff_t)i), y = number(s, expected, (ptrdiff_t)i);
      holds = isnan(x) && isnan(y);
      if (fails(holds)) tell(x, y, what, i);
    } else {
      comparisons++;
    }
  }
}

// MARK: Memory

// Pieces of memory that are taken in turn, each with a page behind it that cannot be touched and
// bytes before what is used of it that nobody may change.
enum { PIECES = 32, GUARD_BYTES = 64, GUARD = 0xa5 };
static const size_t PIECE_BYTES = (size_t)16 << 20;
static char *pieces[PIECES], *starts[PIECES];
static size_t used;

static void stop(int signal) {
  // Not printf: this may have come in the middle of one.
  const char text[] = "FAILED: a wrong address was used: ";
  (void)!write(STDOUT_FILENO, text, sizeof text - 1);
  (void)!write(STDOUT_FILENO, current_case, strlen(current_case));
  (void)!write(STDOUT_FILENO, "\n", 1);
  _exit(128 + signal);
}

static void make_pieces(void) {
  size_t page = (size_t)sysconf(_SC_PAGESIZE);
  for (size_t i = 0; i < PIECES; i++) {
    char *start = mmap(NULL, PIECE_BYTES + page, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (start == MAP_FAILED || mprotect(start + PIECE_BYTES, page, PROT_NONE) != 0) {
      perror("memory for operands");
      exit(1);
    }
    pieces[i] = start;
  }
  if (!IS_UNDER_SANITIZER) {
    signal(SIGSEGV, stop);
    signal(SIGBUS, stop);
  }
  setvbuf(stdout, NULL, _IOLBF, 0);
}

void *memory(size_t bytes) {
  if (!pieces[0]) make_pieces();
  if (used == PIECES || bytes + GUARD_BYTES > PIECE_BYTES) {
    printf("FAILED: %s: more memory than there is\n", current_case);
    exit(1);
  }
  char *start = pieces[used] + PIECE_BYTES - bytes;
  memset(start - GUARD_BYTES, GUARD, GUARD_BYTES);
  // What a kernel leaves out is no number that could be right.
  memset(start, 0x5b, bytes);
  ASAN_POISON_MEMORY_REGION(start - GUARD_BYTES, GUARD_BYTES);
  starts[used++] = start;
  return start;
}

void release(void) {
  while (used > 0) {
    const char *start = starts[--used];
    ASAN_UNPOISON_MEMORY_REGION(start - GUARD_BYTES, GUARD_BYTES);
    for (size_t i = 1; i <= GUARD_BYTES; i++) {
      if ((unsigned char)start[-(ptrdiff_t)i] != GUARD) {
        expect(false, "something was written before an operand", used);
        break;
      }
    }
  }
}

// MARK: Numbers

uint64_t random_word(uint64_t *state) {
  *state = *state * 6364136223846793005u + 1442695040888963407u;
  return *state;
}

static void random_number(const subject *s, void *a, ptrdiff_t i, double scale, uint64_t *state) {
  uint64_t word = random_word(state);
  if (is_float(s)) {
    put(s, a, i, ((double)(word >> 47) / 65536 - 1) * scale);
  } else if (s->scalar == BP_BOOL) {
    put_whole(s, a, i, word >> 63);
  } else {
    // Of all sizes.
    put_whole(s, a, i, (uint64_t)((int64_t)word >> (word >> 20) % 64));
  }
}

static void odd_number(const subject *s, void *a, ptrdiff_t i, uint64_t *state) {
  static const double odd[] = {0, -0.0, 1, -1, 2, -2, 3, -3, 4, INFINITY, -INFINITY, NAN};
  static const uint64_t odd_whole[] = {0, 1, 2, 3, 7, 100, UINT8_MAX, INT16_MAX, INT32_MAX,
                                       INT64_MAX, INT64_MAX - 1, UINT64_MAX};
  size_t which = random_below(state, COUNT(odd));
  if (is_float(s)) {
    put(s, a, i, odd[which]);
  } else if (s->scalar == BP_FLOAT16 || s->scalar == BP_BFLOAT16) {
    put_whole(s, a, i, half_of_value(s->scalar == BP_BFLOAT16, odd[which]));
  } else if (s->scalar == BP_BOOL) {
    put_whole(s, a, i, which & 1);
  } else {
    uint64_t x = odd_whole[which];
    put_whole(s, a, i, random_below(state, 2) ? x : 0 - x);
  }
}

static void *some_operand(const subject *s, size_t n, ptrdiff_t stride, double scale, uint64_t seed,
                          bool is_odd) {
  size_t apart = (size_t)(stride < 0 ? -stride : stride);
  size_t length = n == 0 ? 0 : (n - 1) * apart + 1;
  char *start = result(s, length);
  uint64_t state = seed * 7919 + 1;
  for (size_t i = 0; i < length; i++) {
    if (is_odd) {
      odd_number(s, start, (ptrdiff_t)i, &state);
    } else {
      random_number(s, start, (ptrdiff_t)i, scale, &state);
    }
  }
  return stride < 0 && length > 0 ? start + (length - 1) * s->size : start;
}

void *operand(const subject *s, size_t n, ptrdiff_t stride, double scale, uint64_t seed) {
  return some_operand(s, n, stride, scale, seed, false);
}

void *odd_operand(const subject *s, size_t n, ptrdiff_t stride, uint64_t seed) {
  return some_operand(s, n, stride, 0, seed, true);
}

void *copy_of(const subject *s, size_t n, const void *a) {
  void *copy = result(s, n);
  memcpy(copy, a, n * s->size);
  return copy;
}

order compared(const subject *s, const void *a, ptrdiff_t i, const void *b, ptrdiff_t j) {
  switch (s->scalar) {
#define X(NAME, suffix, T, KIND, ...)                                            \
  case BP_##NAME: {                                                              \
    __auto_type x = ORDERED_##KIND(((const T *)a)[i]);                           \
    __auto_type y = ORDERED_##KIND(((const T *)b)[j]);                           \
    return x < y ? BELOW : x > y ? ABOVE : x == y ? EQUAL : UNORDERED;           \
  }
#define ORDERED_FLAG(x) (x)
#define ORDERED_WHOLE(x) (x)
#define ORDERED_FLOAT(x) (x)
#define ORDERED_HALF(x) VALUE_OF_HALF(x)
#define ORDERED_BRAIN(x) VALUE_OF_BRAIN(x)
    BP_SCALARS(X)
#undef X
    default: abort();
  }
}

order ranked(const subject *s, const void *a, ptrdiff_t i, const void *b, ptrdiff_t j) {
  order found = compared(s, a, i, b, j);
  if (found != UNORDERED) return found;
  bool is_left = compared(s, a, i, a, i) == UNORDERED;
  bool is_right = compared(s, b, j, b, j) == UNORDERED;
  return is_left && is_right ? EQUAL : is_left ? ABOVE : BELOW;
}

double logistic(double x) { return x >= 0 ? 1 / (1 + exp(-x)) : exp(x) / (1 + exp(x)); }
double softplus(double x) { return fmax(x, 0) + log1p(exp(-fabs(x))); }
