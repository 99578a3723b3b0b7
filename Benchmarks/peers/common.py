"""What every peer shares: options, thread settings, timing and JSON lines."""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial

import data
import works
from threads import thread_environment
from works import Product

#: One iteration of a work. What it returns may still be on its way (see `Clock.wait`).
Step = Callable[[], object]


@dataclass(frozen=True)
class Measurement:
    """A median with its spread over the repetitions."""

    value: float
    low: float
    high: float
    unit: str
    #: Which way of writing the work was the fastest, where more than one was tried.
    variant: str | None = None

    @classmethod
    def of(cls, values: list[float], unit: str, variant: str | None = None) -> Measurement:
        """Sums up repeated values by their median, least and greatest."""
        return cls(statistics.median(values), min(values), max(values), unit, variant)


@dataclass(frozen=True)
class Clock:
    """Times a step: warms it up, then repeats runs of about `seconds` each."""

    repetitions: int = 7
    seconds: float = 0.3
    #: Blocks until the value of a step is there; for libraries that compute asynchronously.
    wait: Callable[[object], object] = field(default=lambda value: value)

    def rate(self, variants: Mapping[str, Step], unit: str, amount: float = 1.0) -> Measurement:
        """Measures the fastest of several ways to write the same work.

        The rate is `amount` times the iterations per second: 1 for steps per second, the
        floating-point operations of an iteration divided by 1e9 for GFLOP/s.
        """
        counts = {name: self._calibrated(step) for name, step in variants.items()}
        name = max(variants, key=lambda name: self._rate(variants[name], counts[name], trials=3))
        step = variants[name]
        # The count is fitted again: the first steps of a process are slower than its later ones.
        count = self._calibrated(step)
        rates = [amount * self._rate(step, count) for _ in range(self.repetitions)]
        return Measurement.of(rates, unit, name if len(variants) > 1 else None)

    def latency(self, variants: Mapping[str, Step]) -> Measurement:
        """Measures the median time of a single call, in microseconds, of the fastest variant."""
        for step in variants.values():
            self._calibrated(step)
        name = min(variants, key=lambda name: self._median_call(variants[name]))
        calls = [self._median_call(variants[name]) for _ in range(self.repetitions)]
        return Measurement.of(calls, "us", name if len(variants) > 1 else None)

    def _elapsed(self, step: Step, count: int) -> float:
        value: object = None
        start = time.perf_counter()
        for _ in range(count):
            value = step()
        self.wait(value)
        return time.perf_counter() - start

    def _rate(self, step: Step, count: int, trials: int = 1) -> float:
        return max(count / self._elapsed(step, count) for _ in range(trials))

    def _calibrated(self, step: Step) -> int:
        """Warms up, and returns how many iterations fill a repetition."""
        self._elapsed(step, 3)
        count = 1
        while (elapsed := self._elapsed(step, count)) < self.seconds / 4:
            count *= 2
        return max(1, round(count * self.seconds / elapsed))

    def _median_call(self, step: Step) -> float:
        times: list[float] = []
        end = time.perf_counter() + self.seconds
        while (start := time.perf_counter()) < end:
            self.wait(step())
            times.append(time.perf_counter() - start)
        return 1e6 * statistics.median(times)


def import_time(module: str, repetitions: int = 7) -> Measurement:
    """Measures a whole process that only imports `module`, in milliseconds."""
    times: list[float] = []
    for repetition in range(repetitions + 1):
        start = time.perf_counter()
        subprocess.run([sys.executable, "-c", f"import {module}"], check=True)
        # The first run reads the library from disk and is left out.
        if repetition > 0:
            times.append(1e3 * (time.perf_counter() - start))
    return Measurement.of(times, "ms")


#: A work: measures itself with the clock it is given.
Work = Callable[[Clock], Measurement]


#: A matrix product of any lengths as a work.
ProductWork = Callable[[Clock, Product], Measurement]


def main(
    library: str,
    version: str,
    own_works: Mapping[str, Work],
    gemm: ProductWork | None = None,
    wait: Callable[[object], object] = lambda value: value,
    set_threads: Callable[[int], None] = lambda count: None,
) -> None:
    """Runs the works that the command line names and prints one line for each.

    A work that the library does not have is answered with a line that says so, not with an
    error, so that a comparison can go on without it. `gemm` measures any product of matrices.
    """
    names = [name for name in works.SPEED if find(name, own_works, gemm) is not None]
    parser = argparse.ArgumentParser(description=f"Measures {library} at the benchmark's works.")
    parser.add_argument("--work", nargs="+", default=names, help="names of works")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--repetitions", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=0.3, help="length of a repetition")
    parser.add_argument("--json", action="store_true", help="print JSON lines")
    options = parser.parse_args()

    environment = thread_environment(options.threads)
    if any(os.environ.get(name) != value for name, value in environment.items()):
        # The library is loaded already and has read its settings: start over with them set.
        os.execve(sys.executable, [sys.executable, *sys.argv], {**os.environ, **environment})
    set_threads(options.threads)

    clock = Clock(options.repetitions, options.seconds, wait)
    for name in options.work:
        line: dict[str, object] = {"work": name, "threads": options.threads}
        line |= {"library": library, "version": version}
        work = find(name, own_works, gemm)
        if work is not None:
            line |= _fields(work(clock))
            if name in works.ON_IMAGES:
                line["data"] = data.source()
        else:
            line["skipped"] = f"{library} has no such work"
        print(json.dumps(line) if options.json else _sentence(line), flush=True)


def find(name: str, own_works: Mapping[str, Work], gemm: ProductWork | None) -> Work | None:
    """Returns the work of this name, or the product of matrices that it means."""
    product = works.product(name)
    if product is not None and gemm is not None:
        return partial(gemm, product=product)
    return own_works.get(name)


def _fields(measurement: Measurement) -> dict[str, object]:
    """Returns the fields of a JSON line, with values to five significant digits."""
    fields: dict[str, object] = {"unit": measurement.unit}
    for name in ("value", "low", "high"):
        fields[name] = float(f"{getattr(measurement, name):.5g}")
    if measurement.variant is not None:
        fields["variant"] = measurement.variant
    return fields


def _sentence(line: Mapping[str, object]) -> str:
    """Returns a line for a person to read."""
    if "skipped" in line:
        return str(line["skipped"])
    variant = f"  [{line['variant']}]" if "variant" in line else ""
    spread = f"({line['low']} to {line['high']})"
    return f"{line['work']:<16} {line['value']} {line['unit']} {spread}{variant}"
