"""How many threads the libraries use."""

from __future__ import annotations


def thread_environment(threads: int) -> dict[str, str]:
    """Returns the environment variables that hold every library to `threads` threads.

    The libraries read them once, while they are loaded. `NPROC` is the one that XLA's CPU
    client sizes its pool by; `XLA_FLAGS` has no effect on that pool. `RAYON_NUM_THREADS` is that
    of `tokenizers`.
    """
    names = (
        "OMP_NUM_THREADS",
        "OPENBLAS_NUM_THREADS",
        "MKL_NUM_THREADS",
        "VECLIB_MAXIMUM_THREADS",
        "NPROC",
        "RAYON_NUM_THREADS",
    )
    return {name: str(threads) for name in names}
