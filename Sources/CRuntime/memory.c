// The allocator: each thread keeps the blocks that it frees, sorted by size class, and hands them
// out again. A training step asks for the same sizes over and over, so after the first step
// nearly every allocation is a pop from a list; large blocks gain most, since the system clears
// and maps their pages anew each time.
//
// A cache has two parts. Small blocks are touched by their thread alone, so they cost no more than
// the list. All others lie behind a lock of the cache's own, so that any thread can take them from
// one that sleeps: a thread that has none of a size takes one of another's, a thread that needs
// room takes what nobody asked for lately, and all can be given back at once. The lock is free
// nearly always and costs a few nanoseconds, little beside what is done with so many bytes. One
// limit holds for all caches; a cache claims its part in whole megabytes, so the threads do not
// meet at each block.
#include "CRuntime.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/mman.h>
#endif
#ifdef __GLIBC__
#include <malloc.h>
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
  // Small blocks are those of at most 16 KiB, of which a thread keeps a megabyte to itself. What it
  // frees beyond that goes behind the lock, from where it comes back in batches.
  SMALL_CLASSES = 4 + 4 * (14 - SMALLEST_DOUBLING),
  SMALL_CAPACITY = 1 << 20,
  SMALL_BATCH = 1 << 16,
  // What a cache claims of the limit at a time.
  CLAIM = 1 << 20,
  // After so many frees that did not fit, classes not asked for meanwhile give up their blocks.
  OVERFLOWS_PER_SWEEP = 16,
  LOOKS_BEFORE_GIVING_WAY = 128,
};

/// The most that the caches of a process hold unless it says otherwise. A step takes again what the
/// one before gave back; half a dozen threads of large models fit, and a server with a hundred threads
/// does not keep a hundred times the need of one.
static const uint64_t LARGEST_DEFAULT_LIMIT = (uint64_t)1 << 30;

typedef struct block {
  struct block *next;
} block;

typedef struct cache {
  // The thread's own.
  block *small[SMALL_CLASSES];
  _Atomic size_t small_bytes;  // written by the thread alone; others read it to sum up
  // What this thread took, less what it gave back, in the bytes that were asked for. Plain numbers
  // in the structure that an allocation looks up anyway: shared ones would cost more than the
  // allocation. Below zero on a thread that gives back what others took.
  int64_t live_bytes;
  int64_t peak_live_bytes;

  // Behind the lock.
  atomic_bool locked;
  block *kept[CLASSES];
  bool used[CLASSES];  // asked for by this thread since the last sweep
  size_t kept_bytes;
  size_t claimed_bytes;  // of the limit: whole claims, at least the kept bytes

  // Behind `caches_lock`.
  struct cache *previous, *next;
} cache;

static _Atomic uint64_t system_allocations;

static _Atomic size_t limit;          // for the claims of all caches
static _Atomic size_t claimed_bytes;  // by all caches
static _Atomic unsigned overflows;

static pthread_mutex_t caches_lock = PTHREAD_MUTEX_INITIALIZER;  // taken before that of any cache
static cache *caches;

static pthread_key_t cache_key;
static pthread_once_t set_up_once = PTHREAD_ONCE_INIT;
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

static void free_blocks(block *first) {
  while (first) {
    block *next = first->next;
    free(first);
    first = next;
  }
}

/// An eighth of the memory that this process may use.
static size_t default_limit(void) {
  long pages = sysconf(_SC_PHYS_PAGES), page = sysconf(_SC_PAGESIZE);
  uint64_t memory = pages > 0 && page > 0 ? (uint64_t)pages * (uint64_t)page : UINT64_MAX;
#ifdef __linux__
  uint64_t allowed = bp_cgroup_memory("");
  if (allowed && allowed < memory) memory = allowed;
#endif
  uint64_t share = memory / 8;
  return (size_t)(share < LARGEST_DEFAULT_LIMIT ? share : LARGEST_DEFAULT_LIMIT);
}

// MARK: The lock of a cache

static inline void lock(cache *cache) {
  for (unsigned looks = 1; atomic_exchange_explicit(&cache->locked, true, memory_order_acquire);
       looks++) {
    if (looks % LOOKS_BEFORE_GIVING_WAY == 0) sched_yield();
  }
}

static inline void unlock(cache *cache) {
  atomic_store_explicit(&cache->locked, false, memory_order_release);
}

// MARK: Behind the lock

/// Whether `size` bytes more fit in the claims of this cache, which grow if the limit allows.
static inline bool claim(cache *cache, size_t size) {
  size_t needed = cache->kept_bytes + size;
  if (needed <= cache->claimed_bytes) return true;
  size_t more = (needed - cache->claimed_bytes + CLAIM - 1) / CLAIM * CLAIM;
  size_t most = atomic_load_explicit(&limit, memory_order_relaxed);
  size_t claimed = atomic_load_explicit(&claimed_bytes, memory_order_relaxed);
  do {
    if (claimed > most || more > most - claimed) return false;
  } while (!atomic_compare_exchange_weak_explicit(
    &claimed_bytes, &claimed, claimed + more, memory_order_relaxed, memory_order_relaxed));
  cache->claimed_bytes += more;
  return true;
}

/// Gives up claims that are no longer needed, but for one: a block that comes and goes takes none
/// each time.
static inline void give_up_claims(cache *cache) {
  size_t unneeded = cache->claimed_bytes - cache->kept_bytes;
  if (unneeded < 2 * CLAIM) return;
  size_t less = unneeded / CLAIM * CLAIM - CLAIM;
  cache->claimed_bytes -= less;
  atomic_fetch_sub_explicit(&claimed_bytes, less, memory_order_relaxed);
}

/// Puts a block into the part behind the lock; false if the limit does not allow it.
static inline bool keep(cache *cache, block *freed, size_t class) {
  size_t size = size_of_class(class);
  if (!claim(cache, size)) return false;
  freed->next = cache->kept[class];
  cache->kept[class] = freed;
  cache->kept_bytes += size;
  return true;
}

static inline block *take(cache *cache, size_t class) {
  block *first = cache->kept[class];
  if (!first) return NULL;
  cache->kept[class] = first->next;
  cache->kept_bytes -= size_of_class(class);
  return first;
}

/// Takes the blocks of the classes that their thread did not ask for since the last time, or of all,
/// and puts them in front of those that are `taken` already.
static block *take_unused(cache *cache, bool all, block *taken) {
  for (size_t class = 0; class < CLASSES; class++) {
    if (all || !cache->used[class]) {
      for (block *first; (first = take(cache, class)); taken = first) first->next = taken;
    }
    cache->used[class] = false;
  }
  size_t claims = all ? 0 : (cache->kept_bytes + CLAIM - 1) / CLAIM * CLAIM;
  if (claims < cache->claimed_bytes) {
    atomic_fetch_sub_explicit(
      &claimed_bytes, cache->claimed_bytes - claims, memory_order_relaxed);
    cache->claimed_bytes = claims;
  }
  return taken;
}

/// Gives back what the caches of all threads hold behind their locks: what was not asked for since
/// the last time, or all. No lock of a cache may be held.
static void sweep(bool all) {
  block *taken = NULL;
  pthread_mutex_lock(&caches_lock);
  for (cache *each = caches; each; each = each->next) {
    lock(each);
    taken = take_unused(each, all, taken);
    unlock(each);
  }
  pthread_mutex_unlock(&caches_lock);
  free_blocks(taken);  // which takes its time, so no lock is held
}

/// Makes room by giving up blocks of sizes that their threads no longer ask for; whether that was
/// tried. No lock of a cache may be held.
static __attribute__((noinline)) bool make_room(size_t size) {
  if (size > atomic_load_explicit(&limit, memory_order_relaxed)) return false;
  unsigned before = atomic_fetch_add_explicit(&overflows, 1, memory_order_relaxed);
  if ((before + 1) % OVERFLOWS_PER_SWEEP != 0) return false;
  sweep(false);
  return true;
}

/// A block from behind the lock of another thread's cache, so that none comes from the system while one
/// lies idle there: what one thread takes and another gives back, as the batches that are loaded ahead,
/// comes round again. It does not count as used by the other thread, so a sweep may give up what is left
/// there. NULL where there is none. No lock of a cache may be held.
static block *take_from_others(const cache *own, size_t class) {
  block *taken = NULL;
  pthread_mutex_lock(&caches_lock);
  for (cache *each = caches; each && !taken; each = each->next) {
    if (each == own) continue;
    lock(each);
    taken = take(each, class);
    if (taken) give_up_claims(each);
    unlock(each);
  }
  pthread_mutex_unlock(&caches_lock);
  return taken;
}

/// A block of a class of which the thread has none: another thread's, or the system's.
static __attribute__((noinline)) void *allocate_elsewhere(const cache *own, size_t class) {
  block *taken = take_from_others(own, class);
  return taken ? taken : allocate_from_system(size_of_class(class));
}

// MARK: Small blocks

static inline void set_small_bytes(cache *cache, size_t bytes) {
  atomic_store_explicit(&cache->small_bytes, bytes, memory_order_relaxed);
}

static inline size_t small_bytes(cache *cache) {
  return atomic_load_explicit(&cache->small_bytes, memory_order_relaxed);
}

/// Empties the thread's own part: into the part behind the lock, or back to the system. Whether all
/// was kept.
static bool empty_small(cache *cache, bool keeping) {
  block *refused = NULL;
  lock(cache);
  for (size_t class = 0; class < SMALL_CLASSES; class++) {
    for (block *first; (first = cache->small[class]);) {
      cache->small[class] = first->next;
      if (keeping && keep(cache, first, class)) continue;
      first->next = refused;
      refused = first;
    }
  }
  unlock(cache);
  set_small_bytes(cache, 0);
  free_blocks(refused);
  return refused == NULL;
}

// MARK: A thread's cache

static void end_cache(void *memory) {
  cache *cache = memory;
  thread_is_ending = true;
  thread_cache = NULL;
  empty_small(cache, false);
  pthread_mutex_lock(&caches_lock);
  if (cache->previous) cache->previous->next = cache->next;
  if (cache->next) cache->next->previous = cache->previous;
  if (caches == cache) caches = cache->next;
  pthread_mutex_unlock(&caches_lock);
  free_blocks(take_unused(cache, true, NULL));  // which nobody else sees any more
  free(cache);
}

/// A child has the caches of all threads, though only one of these; what lies in them can still be
/// given back, if no lock was held at the moment of the fork.
static void before_fork(void) {
  pthread_mutex_lock(&caches_lock);
  for (cache *each = caches; each; each = each->next) lock(each);
}

static void after_fork(void) {
  for (cache *each = caches; each; each = each->next) unlock(each);
  pthread_mutex_unlock(&caches_lock);
}

static void set_up(void) {
  pthread_key_create(&cache_key, end_cache);
  pthread_atfork(before_fork, after_fork, after_fork);
  atomic_store(&limit, default_limit());
}

/// This thread's cache, or NULL when the thread is ending or there is no memory for one.
static __attribute__((noinline)) cache *make_cache(void) {
  if (thread_is_ending) return NULL;
  pthread_once(&set_up_once, set_up);
  cache *cache = calloc(1, sizeof *cache);
  if (!cache) return NULL;
  if (pthread_setspecific(cache_key, cache) != 0) {
    free(cache);
    return NULL;
  }
  pthread_mutex_lock(&caches_lock);
  cache->next = caches;
  if (caches) caches->previous = cache;
  caches = cache;
  pthread_mutex_unlock(&caches_lock);
  thread_cache = cache;
  return cache;
}

// MARK: Counting

static inline void count_taken(cache *cache, size_t bytes) {
  cache->live_bytes += (int64_t)bytes;
  if (cache->live_bytes > cache->peak_live_bytes) cache->peak_live_bytes = cache->live_bytes;
}

static inline void count_given_back(cache *cache, size_t bytes) {
  cache->live_bytes -= (int64_t)bytes;
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

/// A small block when the thread has none of its own left: it takes a batch from behind the lock.
static __attribute__((noinline)) void *refill_small(cache *cache, size_t class) {
  size_t size = size_of_class(class), bytes = small_bytes(cache), batch = 0;
  lock(cache);
  cache->used[class] = true;
  block *first = take(cache, class);
  while (first && batch + size <= SMALL_BATCH && bytes + batch + size <= SMALL_CAPACITY) {
    block *another = take(cache, class);
    if (!another) break;
    another->next = cache->small[class];
    cache->small[class] = another;
    batch += size;
  }
  give_up_claims(cache);
  unlock(cache);
  set_small_bytes(cache, bytes + batch);
  return first ? first : allocate_elsewhere(cache, class);
}

static __attribute__((noinline)) void *allocate_large(cache *cache, size_t class) {
  lock(cache);
  cache->used[class] = true;
  block *first = take(cache, class);
  if (first) give_up_claims(cache);
  unlock(cache);
  return first ? first : allocate_elsewhere(cache, class);
}

static __attribute__((noinline)) void deallocate_large(cache *cache, void *memory, size_t class) {
  lock(cache);
  bool kept = keep(cache, memory, class);
  unlock(cache);
  if (kept) return;
  if (make_room(size_of_class(class))) {
    lock(cache);
    kept = keep(cache, memory, class);
    unlock(cache);
  }
  if (!kept) free(memory);
}

/// A small block given back to a thread that has enough of its own.
static __attribute__((noinline)) void deallocate_when_full(
  cache *cache, void *memory, size_t class) {
  if (!empty_small(cache, true)) make_room(SMALL_CAPACITY);  // for the next time
  block *freed = memory;
  freed->next = NULL;
  cache->small[class] = freed;
  set_small_bytes(cache, size_of_class(class));
}

// MARK: The fast paths

/// Put into its callers, which know whether to count; the compiler finds it too long by itself.
#define FAST_PATH static inline __attribute__((always_inline))

FAST_PATH void *allocate(size_t bytes, bool counted) {
  if (bytes > (size_t)1 << LARGEST_DOUBLING) return allocate_from_system(bytes);
  cache *cache = thread_cache;
  if (!cache) return allocate_first(bytes, counted);
  if (counted) count_taken(cache, bytes);
  size_t class = class_of(bytes);
  if (class >= SMALL_CLASSES) return allocate_large(cache, class);
  block *first = cache->small[class];
  if (!first) return refill_small(cache, class);
  cache->small[class] = first->next;
  set_small_bytes(cache, small_bytes(cache) - size_of_class(class));
  return first;
}

FAST_PATH void deallocate(void *memory, size_t bytes, bool counted) {
  if (!memory) return;
  cache *cache = thread_cache;
  if (!cache || bytes > (size_t)1 << LARGEST_DOUBLING) {
    deallocate_first(memory, bytes, counted);
    return;
  }
  if (counted) count_given_back(cache, bytes);
  size_t class = class_of(bytes);
  if (class >= SMALL_CLASSES) {
    deallocate_large(cache, memory, class);
    return;
  }
  size_t cached = small_bytes(cache) + size_of_class(class);
  if (cached > SMALL_CAPACITY) {
    deallocate_when_full(cache, memory, class);
    return;
  }
  block *freed = memory;
  freed->next = cache->small[class];
  cache->small[class] = freed;
  set_small_bytes(cache, cached);
}

// MARK: Interface

void *bp_allocate(size_t bytes) { return allocate(bytes, false); }
void bp_deallocate(void *memory, size_t bytes) { deallocate(memory, bytes, false); }

void *bp_allocate_numbers(size_t bytes) { return allocate(bytes, true); }
void bp_deallocate_numbers(void *memory, size_t bytes) { deallocate(memory, bytes, true); }

static size_t bytes_in(cache *cache) {
  lock(cache);
  size_t kept = cache->kept_bytes;
  unlock(cache);
  return small_bytes(cache) + kept;
}

bp_memory_statistics bp_memory(void) {
  return (bp_memory_statistics){
    .system_allocations = atomic_load_explicit(&system_allocations, memory_order_relaxed),
    .cached_bytes = thread_cache ? bytes_in(thread_cache) : 0,
    .live_bytes = thread_cache ? thread_cache->live_bytes : 0,
    .peak_live_bytes = thread_cache ? thread_cache->peak_live_bytes : 0,
  };
}

void bp_reset_peak_live_bytes(void) {
  if (thread_cache) thread_cache->peak_live_bytes = thread_cache->live_bytes;
}

void bp_trim_memory(void) {
  cache *cache = thread_cache;
  if (!cache) return;
  empty_small(cache, false);
  lock(cache);
  block *taken = take_unused(cache, true, NULL);
  unlock(cache);
  free_blocks(taken);
}

size_t bp_cached_bytes(void) {
  size_t bytes = 0;
  pthread_mutex_lock(&caches_lock);
  for (cache *each = caches; each; each = each->next) bytes += bytes_in(each);
  pthread_mutex_unlock(&caches_lock);
  return bytes;
}

void bp_release_cached(void) {
  if (thread_cache) empty_small(thread_cache, false);
  sweep(true);
#ifdef __GLIBC__
  malloc_trim(0);  // free() gives only part of it back to the system
#endif
}

size_t bp_cache_limit(void) {
  pthread_once(&set_up_once, set_up);
  return atomic_load(&limit);
}

void bp_set_cache_limit(size_t bytes) {
  pthread_once(&set_up_once, set_up);
  atomic_store(&limit, bytes);
  if (atomic_load(&claimed_bytes) > bytes) bp_release_cached();
}
