// The thread pool: one parallel region at a time, whose chunks the caller and the workers claim
// from one atomic word.
//
// There is no barrier: the caller claims chunks like everyone else, and when none are left waits
// only for those that a worker has already begun. A worker that the system has put aside therefore
// delays nothing, and a region on a busy machine is at worst as slow as one thread.
#ifdef __linux__
#define _GNU_SOURCE  // sched_getaffinity, syscall
#endif
#include "CRuntime.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>
#ifdef __linux__
#include <linux/futex.h>
#include <sys/syscall.h>
#endif

enum {
  // The ticket's low bits count the chunks that are left; the others number the regions, so that a
  // claim made with an old ticket fails.
  REMAINING_BITS = 24,
  MAXIMUM_THREADS = 1024,
  // A parked thread needs about 50 µs to wake, so it pays to look for work that long first; not
  // when threads outnumber processors, where looking takes the time from those that work.
  SPIN_NANOSECONDS = 75000,
  SPIN_NANOSECONDS_CROWDED = 2000,
  LOOKS_PER_CLOCK_READING = 32,
  // A wait that lasts longer than about a microsecond may be a wait for a thread that shares this
  // processor with the one that waits, so it gives way at every further reading of the clock.
  LOOKS_BEFORE_GIVING_WAY = 128,
};
static const uint64_t REMAINING_MASK = ((uint64_t)1 << REMAINING_BITS) - 1;

static struct {
  // What the workers look at all the time. The fields of the region are atomic because a worker
  // may read them while the next region is being set up; its claim then fails, since a region only
  // ends (and the next only begins) when no chunk of it is left to claim.
  _Alignas(128) _Atomic uint64_t ticket;
  _Atomic(bp_chunk_body) body;
  _Atomic(void *) context;
  _Atomic size_t chunks;

  _Alignas(128) _Atomic uint32_t finished_by_workers;
  _Atomic uint32_t caller_is_parked;

  _Alignas(128) _Atomic uint32_t wake_signal;  // changes when parked workers should look again
  _Atomic uint32_t parked_workers;

  _Alignas(128) atomic_bool busy;
  _Atomic size_t thread_count;  // 0: not yet asked for
  _Atomic size_t workers;       // changed only under `lock`
  _Atomic size_t processors;    // 0: not yet asked for
} pool;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_once_t fork_handlers_once = PTHREAD_ONCE_INIT;

/// Whether this thread runs a chunk right now; workers do nothing else, and threads beside the pool are
/// taken for such.
static _Thread_local bool inside_region;

// MARK: Waiting

static inline void relax(void) {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

static uint64_t nanoseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

#ifdef __linux__
/// Sleeps unless `*word` differs from `expected`; may return without reason.
static void park(_Atomic uint32_t *word, uint32_t expected) {
  int saved = errno;
  syscall(SYS_futex, (uint32_t *)word, FUTEX_WAIT_PRIVATE, expected, NULL, NULL, 0);
  errno = saved;
}

static void unpark(_Atomic uint32_t *word, uint32_t threads) {
  int saved = errno;
  syscall(SYS_futex, (uint32_t *)word, FUTEX_WAKE_PRIVATE, threads, NULL, NULL, 0);
  errno = saved;
}
#else
static pthread_mutex_t parking_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t parking_condition = PTHREAD_COND_INITIALIZER;

static void park(_Atomic uint32_t *word, uint32_t expected) {
  pthread_mutex_lock(&parking_lock);
  while (atomic_load(word) == expected) pthread_cond_wait(&parking_condition, &parking_lock);
  pthread_mutex_unlock(&parking_lock);
}

static void unpark(_Atomic uint32_t *word, uint32_t threads) {
  (void)word, (void)threads;  // one condition for all words: wake all, they look for themselves
  pthread_mutex_lock(&parking_lock);
  pthread_cond_broadcast(&parking_condition);
  pthread_mutex_unlock(&parking_lock);
}
#endif

// MARK: How many threads

/// The processors that this process may keep busy: those it may run on, and no more than its share of
/// time pays for.
static size_t processors(void) {
  size_t count = atomic_load_explicit(&pool.processors, memory_order_relaxed);
  if (count) return count;
#ifdef __linux__
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) == 0) count = (size_t)CPU_COUNT(&set);
#endif
  if (count == 0) {
    long online = sysconf(_SC_NPROCESSORS_ONLN);
    count = online > 0 ? (size_t)online : 1;
  }
#ifdef __linux__
  size_t paid_for = bp_cgroup_processors("");
  if (paid_for && paid_for < count) count = paid_for;
#endif
  atomic_store_explicit(&pool.processors, count, memory_order_relaxed);
  return count;
}

static size_t default_thread_count(void) {
  const char *text = getenv("BACKPROP_THREADS");
  if (text && *text) {
    char *end;
    long wish = strtol(text, &end, 10);
    if (*end == 0 && wish >= 1) return (size_t)wish;
    fprintf(stderr, "BACKPROP_THREADS: expected a number of at least 1, found '%s'; ignored\n",
            text);
  }
  return processors();
}

static size_t clamped(size_t count) {
  return count < 1 ? 1 : count > MAXIMUM_THREADS ? MAXIMUM_THREADS : count;
}

size_t bp_thread_count(void) {
  size_t count = atomic_load_explicit(&pool.thread_count, memory_order_relaxed);
  if (count) return count;
  size_t chosen = clamped(default_thread_count());
  // Whoever comes first decides, so that a value set meanwhile is not overwritten.
  return atomic_compare_exchange_strong(&pool.thread_count, &count, chosen) ? chosen : count;
}

void bp_set_thread_count(size_t count) {
  atomic_store(&pool.thread_count, clamped(count));
  if (atomic_load(&pool.workers) >= clamped(count)) {
    // Surplus workers end themselves once they look.
    atomic_fetch_add(&pool.wake_signal, 1);
    unpark(&pool.wake_signal, MAXIMUM_THREADS);
  }
}

static uint64_t spin_nanoseconds(void) {
  return bp_thread_count() > processors() ? SPIN_NANOSECONDS_CROWDED : SPIN_NANOSECONDS;
}

// MARK: Workers

static inline bool has_chunks(void) {
  return atomic_load_explicit(&pool.ticket, memory_order_acquire) & REMAINING_MASK;
}

/// Claims one chunk of the current region and runs it; false if none is left.
static inline bool run_one_chunk(void) {
  uint64_t ticket = atomic_load_explicit(&pool.ticket, memory_order_acquire);
  while (ticket & REMAINING_MASK) {
    bp_chunk_body body = atomic_load_explicit(&pool.body, memory_order_relaxed);
    void *context = atomic_load_explicit(&pool.context, memory_order_relaxed);
    size_t chunks = atomic_load_explicit(&pool.chunks, memory_order_relaxed);
    if (atomic_compare_exchange_weak_explicit(&pool.ticket, &ticket, ticket - 1,
                                              memory_order_acq_rel, memory_order_acquire)) {
      body(context, chunks - (size_t)(ticket & REMAINING_MASK));
      return true;
    }
  }
  return false;
}

static bool work_appears_while_spinning(void) {
  uint64_t end = 0;
  for (unsigned looks = 1;; looks++) {
    if (has_chunks()) return true;
    relax();
    if (looks % LOOKS_PER_CLOCK_READING == 0) {
      if (looks >= LOOKS_BEFORE_GIVING_WAY) sched_yield();
      uint64_t now = nanoseconds();
      if (end == 0) end = now + spin_nanoseconds();
      if (now >= end) return false;
    }
  }
}

/// Ends the calling worker's membership if there are more workers than wanted.
static bool leaves_as_surplus(void) {
  if (atomic_load_explicit(&pool.workers, memory_order_relaxed) < bp_thread_count()) return false;
  pthread_mutex_lock(&lock);
  size_t workers = atomic_load(&pool.workers);
  bool leaves = workers >= bp_thread_count();
  if (leaves) atomic_store(&pool.workers, workers - 1);
  pthread_mutex_unlock(&lock);
  return leaves;
}

static void *work(void *unused) {
  (void)unused;
  inside_region = true;
  while (!leaves_as_surplus()) {
    if (run_one_chunk()) {
      atomic_fetch_add(&pool.finished_by_workers, 1);
      if (atomic_load(&pool.caller_is_parked)) unpark(&pool.finished_by_workers, 1);
    } else if (!work_appears_while_spinning()) {
      uint32_t signal = atomic_load(&pool.wake_signal);
      atomic_fetch_add(&pool.parked_workers, 1);
      // A region opened before the line above did not see this worker parked: look once more.
      if (!(atomic_load(&pool.ticket) & REMAINING_MASK) &&
          atomic_load(&pool.workers) < bp_thread_count()) {
        park(&pool.wake_signal, signal);
      }
      atomic_fetch_sub(&pool.parked_workers, 1);
    }
  }
  return NULL;
}

static void before_fork(void) { pthread_mutex_lock(&lock); }

static void after_fork_in_parent(void) { pthread_mutex_unlock(&lock); }

/// The child has only the thread that forked: the pool starts again without workers.
static void after_fork_in_child(void) {
  atomic_fetch_and(&pool.ticket, ~REMAINING_MASK);
  atomic_store(&pool.finished_by_workers, 0);
  atomic_store(&pool.caller_is_parked, 0);
  atomic_store(&pool.parked_workers, 0);
  atomic_store(&pool.workers, 0);
  atomic_store(&pool.busy, false);
#ifndef __linux__
  pthread_mutex_init(&parking_lock, NULL);
  pthread_cond_init(&parking_condition, NULL);
#endif
  pthread_mutex_unlock(&lock);
}

static void install_fork_handlers(void) {
  pthread_atfork(before_fork, after_fork_in_parent, after_fork_in_child);
}

/// Starts a thread that nobody waits for; false if the system gives none.
static bool start_thread(void *(*body)(void *context), void *context) {
  // Signals belong to the program's own threads.
  sigset_t all, previous;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &previous);
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  pthread_t thread;
  bool started = pthread_create(&thread, &attributes, body, context) == 0;
  pthread_attr_destroy(&attributes);
  pthread_sigmask(SIG_SETMASK, &previous, NULL);
  return started;
}

/// Brings the pool to `wanted` workers; keeps what it has if the system gives no more.
static void start_workers(size_t wanted) {
  pthread_once(&fork_handlers_once, install_fork_handlers);
  pthread_mutex_lock(&lock);
  for (size_t workers = atomic_load(&pool.workers); workers < wanted; workers++) {
    // Counted before it starts, because it compares the number of workers with the wanted one.
    atomic_store(&pool.workers, workers + 1);
    if (!start_thread(work, NULL)) {
      atomic_store(&pool.workers, workers);
      break;
    }
  }
  pthread_mutex_unlock(&lock);
}

// MARK: Regions

static void run_serially(size_t chunks, bp_chunk_body body, void *context) {
  for (size_t chunk = 0; chunk < chunks; chunk++) body(context, chunk);
}

static void wait_for_workers(uint32_t claimed) {
  uint64_t end = 0;
  for (unsigned looks = 1;; looks++) {
    if (atomic_load_explicit(&pool.finished_by_workers, memory_order_acquire) == claimed) return;
    relax();
    if (looks % LOOKS_PER_CLOCK_READING == 0) {
      if (looks >= LOOKS_BEFORE_GIVING_WAY) sched_yield();
      uint64_t now = nanoseconds();
      if (end == 0) end = now + spin_nanoseconds();
      if (now >= end) break;
    }
  }
  atomic_store(&pool.caller_is_parked, 1);
  for (;;) {
    uint32_t finished = atomic_load(&pool.finished_by_workers);
    if (finished == claimed) break;
    park(&pool.finished_by_workers, finished);
  }
  atomic_store(&pool.caller_is_parked, 0);
}

static void run_region(size_t chunks, bp_chunk_body body, void *context, size_t helpers) {
  if (atomic_load_explicit(&pool.workers, memory_order_relaxed) < helpers) start_workers(helpers);

  atomic_store_explicit(&pool.body, body, memory_order_relaxed);
  atomic_store_explicit(&pool.context, context, memory_order_relaxed);
  atomic_store_explicit(&pool.chunks, chunks, memory_order_relaxed);
  atomic_store_explicit(&pool.finished_by_workers, 0, memory_order_relaxed);
  uint64_t ticket = atomic_load_explicit(&pool.ticket, memory_order_relaxed);
  atomic_store(&pool.ticket, ticket + ((uint64_t)1 << REMAINING_BITS) + chunks);
  if (atomic_load(&pool.parked_workers)) {
    atomic_fetch_add(&pool.wake_signal, 1);
    unpark(&pool.wake_signal, (uint32_t)helpers);
  }

  inside_region = true;
  size_t own = 0;
  while (run_one_chunk()) own++;
  inside_region = false;
  wait_for_workers((uint32_t)(chunks - own));
}

/// Several chunks that are claimed as one.
typedef struct {
  bp_chunk_body body;
  void *context;
  size_t chunks, per_group;
} chunk_groups;

static void run_group(void *context, size_t group) {
  const chunk_groups *groups = context;
  size_t first = group * groups->per_group, left = groups->chunks - first;
  size_t count = left < groups->per_group ? left : groups->per_group;
  for (size_t i = 0; i < count; i++) groups->body(groups->context, first + i);
}

void bp_parallel(size_t chunks, bp_chunk_body body, void *context) {
  size_t threads = chunks > 1 && !inside_region ? bp_thread_count() : 1;
  if (threads == 1 || atomic_exchange_explicit(&pool.busy, true, memory_order_acquire)) {
    run_serially(chunks, body, context);
    return;
  }
  size_t helpers = (threads < chunks ? threads : chunks) - 1;
  if (chunks <= REMAINING_MASK) {
    run_region(chunks, body, context, helpers);
  } else {
    size_t per_group = chunks / (REMAINING_MASK + 1) + 1;
    chunk_groups groups = {body, context, chunks, per_group};
    run_region((chunks - 1) / per_group + 1, run_group, &groups, helpers);
  }
  atomic_store_explicit(&pool.busy, false, memory_order_release);
}

// MARK: Threads beside the pool

typedef struct {
  void (*body)(void *context);
  void *context;
} beside;

static void *run_beside(void *memory) {
  beside own = *(beside *)memory;
  free(memory);
  inside_region = true;
  own.body(own.context);
  return NULL;
}

bool bp_start_thread(void (*body)(void *context), void *context) {
  beside *own = malloc(sizeof *own);
  if (!own) return false;
  *own = (beside){body, context};
  bool started = start_thread(run_beside, own);
  if (!started) free(own);
  return started;
}
