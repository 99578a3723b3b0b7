#include "CRuntime.h"

#include <sched.h>
#include <time.h>

void bp_give_way(size_t tries) {
  enum { YIELDS = 16, NAP_NANOSECONDS = 20000 };
  if (tries < YIELDS) {
    sched_yield();
  } else {
    // Whoever is waited for may be a thread that yielding does not give way to.
    nanosleep(&(struct timespec){.tv_nsec = NAP_NANOSECONDS}, NULL);
  }
}
