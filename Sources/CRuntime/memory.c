// The allocator: each thread keeps the blocks that it frees, sorted by size class, and hands them
// out again. A training step asks for the same sizes over and over, so after the first step
// nearly every allocation is a pop from a list; large blocks gain most, since the system clears
// and maps their pages anew each time.
#include "CRuntime.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#ifdef __linux__
#include <sys/mman.h>
#endif

enum {
  ALIGNMENT = 64,
  // 64, 128, 192, 256, then four classes to every doubling.
  SMALLEST_DOUBLING = 8,
  LARGEST_DOUBLING = 46,
  CLASSES = 4 * (LARGEST_DOUBLING - SMALLEST_DOUBLING + 1) + 4,
  HUGE_PAGE = 2 << 20,
  // Blocks from here on lie on huge pages where the system offers them: fewer page faults, and
  // fewer misses of the address cache in large matrix products.
  HUGE_PAGES_FROM = 4 << 20,
  CAPACITY = 256 << 20,
  // After so many frees that did not fit, classes not asked for meanwhile give up their blocks.
  OVERFLOWS_PER_SWEEP = 16,
};

typedef struct block {
  struct block *next;
} block;

typedef struct {
  block *free[CLASSES];
  bool used[CLASSES];  // asked for since the last sweep
  size_t cached_bytes;
  // What this thread took, less what it gave back, in the bytes that were asked for. Plain numbers
  // in the structure that an allocation looks up anyway: shared ones would cost more than the
  // allocation. Below zero on a thread that gives back what others took.
  int64_t live_bytes;
  int64_t peak_live_bytes;
  unsigned overflows;
} cache;

static _Atomic uint64_t system_allocations;
static pthread_key_t cache_key;
static pthread_once_t cache_key_once = PTHREAD_ONCE_INIT;
static _Thread_local cache *thread_cache;
static _Thread_local bool thread_is_ending;

// MARK: Size classes

static inline size_t class_of(size_t bytes) {
  if (bytes <= 256) return bytes ? (bytes - 1) / 64 : 0;
  size_t last = bytes - 1;
  size_t doubling = 63 - (size_t)__builtin_clzll(last);
  size_t quarter = (last >> (doubling - 2)) & 3;
  return 4 + 4 * (doubling - SMALLEST_DOUBLING) + quarter;
}

static inline size_t size_of_class(size_t class) {
  if (class < 4) return 64 * (class + 1);
  size_t doubling = (class - 4) / 4 + SMALLEST_DOUBLING;
  return (5 + class % 4) << (doubling - 2);
}

// MARK: The system

/// Not inlined, nor are the other slow paths: what the cache serves then saves no registers.
static __attribute__((noinline)) void *allocate_from_system(size_t bytes) {
  atomic_fetch_add_explicit(&system_allocations, 1, memory_order_relaxed);
  bool huge = bytes >= HUGE_PAGES_FROM;
  void *memory = NULL;
  if (posix_memalign(&memory, huge ? HUGE_PAGE : ALIGNMENT, bytes) != 0) {
    fprintf(stderr, "Out of memory: no block of %zu bytes left\n", bytes);
    abort();
  }
#ifdef MADV_HUGEPAGE
  if (huge) madvise(memory, bytes, MADV_HUGEPAGE);  // a wish; without it the block works as well
#endif
  return memory;
}

// MARK: A thread's cache

static void empty_class(cache *cache, size_t class) {
  while (cache->free[class]) {
    block *first = cache->free[class];
    cache->free[class] = first->next;
    cache->cached_bytes -= size_of_class(class);
    free(first);
  }
}

static void end_cache(void *memory) {
  thread_is_ending = true;
  thread_cache = NULL;
  for (size_t class = 0; class < CLASSES; class++) empty_class(memory, class);
  free(memory);
}

static void make_cache_key(void) { pthread_key_create(&cache_key, end_cache); }

/// This thread's cache, or NULL when the thread is ending or there is no memory for one.
static __attribute__((noinline)) cache *make_cache(void) {
  if (thread_is_ending) return NULL;
  pthread_once(&cache_key_once, make_cache_key);
  cache *cache = calloc(1, sizeof *cache);
  if (cache && pthread_setspecific(cache_key, cache) != 0) {
    free(cache);
    cache = NULL;
  }
  thread_cache = cache;
  return cache;
}

/// Makes room by giving up blocks of sizes that are no longer asked for; whether `size` fits now.
static __attribute__((noinline)) bool make_room(cache *cache, size_t size) {
  if (size > CAPACITY) return false;
  if (++cache->overflows % OVERFLOWS_PER_SWEEP != 0) return false;
  for (size_t class = 0; class < CLASSES; class++) {
    if (!cache->used[class]) empty_class(cache, class);
    cache->used[class] = false;
  }
  return cache->cached_bytes + size <= CAPACITY;
}

// MARK: Parts of the fast paths

static inline void count_taken(cache *cache, size_t bytes) {
  cache->live_bytes += (int64_t)bytes;
  if (cache->live_bytes > cache->peak_live_bytes) cache->peak_live_bytes = cache->live_bytes;
}

static inline void count_given_back(cache *cache, size_t bytes) {
  cache->live_bytes -= (int64_t)bytes;
}

static inline void keep(cache *cache, void *memory, size_t class) {
  block *freed = memory;
  freed->next = cache->free[class];
  cache->free[class] = freed;
  cache->cached_bytes += size_of_class(class);
}

// MARK: The slow paths

/// The first block of a thread, which has no cache yet.
static __attribute__((noinline)) void *allocate_first(size_t bytes, bool counted) {
  cache *cache = make_cache();
  if (cache && counted) count_taken(cache, bytes);
  return allocate_from_system(size_of_class(class_of(bytes)));
}

static inline void deallocate(void *memory, size_t bytes, bool counted);

/// A block given back on a thread that has no cache yet, or one of a size that no cache keeps.
static __attribute__((noinline)) void deallocate_first(void *memory, size_t bytes, bool counted) {
  if (bytes > (size_t)1 << LARGEST_DOUBLING || !make_cache()) {
    free(memory);
    return;
  }
  deallocate(memory, bytes, counted);
}

/// A block given back to a cache that has no room for it, unless others make way.
static __attribute__((noinline)) void deallocate_when_full(
  cache *cache, void *memory, size_t class) {
  if (make_room(cache, size_of_class(class))) {
    keep(cache, memory, class);
  } else {
    free(memory);
  }
}

// MARK: The fast paths

static inline void *allocate(size_t bytes, bool counted) {
  if (bytes > (size_t)1 << LARGEST_DOUBLING) return allocate_from_system(bytes);
  cache *cache = thread_cache;
  if (!cache) return allocate_first(bytes, counted);
  if (counted) count_taken(cache, bytes);
  size_t class = class_of(bytes), size = size_of_class(class);
  cache->used[class] = true;
  block *first = cache->free[class];
  if (!first) return allocate_from_system(size);
  cache->free[class] = first->next;
  cache->cached_bytes -= size;
  return first;
}

static inline void deallocate(void *memory, size_t bytes, bool counted) {
  if (!memory) return;
  cache *cache = thread_cache;
  if (!cache || bytes > (size_t)1 << LARGEST_DOUBLING) {
    deallocate_first(memory, bytes, counted);
    return;
  }
  if (counted) count_given_back(cache, bytes);
  size_t class = class_of(bytes);
  if (cache->cached_bytes + size_of_class(class) > CAPACITY) {
    deallocate_when_full(cache, memory, class);
    return;
  }
  keep(cache, memory, class);
}

// MARK: Interface

void *bp_allocate(size_t bytes) { return allocate(bytes, false); }
void bp_deallocate(void *memory, size_t bytes) { deallocate(memory, bytes, false); }

void *bp_allocate_numbers(size_t bytes) { return allocate(bytes, true); }
void bp_deallocate_numbers(void *memory, size_t bytes) { deallocate(memory, bytes, true); }

bp_memory_statistics bp_memory(void) {
  return (bp_memory_statistics){
    .system_allocations = atomic_load_explicit(&system_allocations, memory_order_relaxed),
    .cached_bytes = thread_cache ? thread_cache->cached_bytes : 0,
    .live_bytes = thread_cache ? thread_cache->live_bytes : 0,
    .peak_live_bytes = thread_cache ? thread_cache->peak_live_bytes : 0,
  };
}

void bp_reset_peak_live_bytes(void) {
  if (thread_cache) thread_cache->peak_live_bytes = thread_cache->live_bytes;
}

void bp_trim_memory(void) {
  if (!thread_cache) return;
  for (size_t class = 0; class < CLASSES; class++) empty_class(thread_cache, class);
}
