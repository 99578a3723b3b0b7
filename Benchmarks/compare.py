"""Runs the same works in Backprop and in other libraries in turn, and sets them side by side.

    python Benchmarks/compare.py --threads 1 2 --rounds 5 --markdown table.md --output table.json
    python Benchmarks/compare.py --isa avx2 avx512 --output table.json

Every round runs each work in a fresh process of each library, one after the other, so that a
machine that grows slower or faster does so for all of them. README.md says how to read the table.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

from instruction_sets import environments
from machine import disturbance, instruction_sets, processor_seconds
from tables import OURS, PEERS, Row, Run, digits, document, markdown

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / "peers"))

import works  # noqa: E402 (found by the line above)
from threads import thread_environment  # noqa: E402

#: A process that has not answered after so many seconds is given up.
TIME_LIMIT = 600.0


def command(library: str, work: str, threads: int, options: argparse.Namespace) -> list[str]:
    """Returns the command that measures a work in a library."""
    arguments = ["--work", work, "--threads", str(threads), "--json"]
    if library == OURS:
        return [str(options.ours), "bench", *arguments]
    return [options.python, str(HERE / "peers" / f"{library}_peer.py"), *arguments]


def measure(
    library: str, row: Row, settings: dict[str, str], options: argparse.Namespace
) -> Run | str:
    """Runs a work in a library, with settings in its environment.

    Returns a note in place of the run where that is not possible.
    """
    work, threads = row.work, row.threads
    environment = {**os.environ, **thread_environment(threads), **settings}
    before = processor_seconds()
    start = time.perf_counter()
    try:
        process = subprocess.run(
            command(library, work, threads, options),
            capture_output=True,
            text=True,
            env=environment,
            timeout=TIME_LIMIT,
        )
    except FileNotFoundError as error:
        return f"{error.filename} is not there"
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    share = disturbance(before, processor_seconds(), time.perf_counter() - start)
    line = answer(process.stdout, work)
    if line is None:
        reasons = process.stderr.strip().splitlines()
        return reasons[-1] if reasons else f"no line for {work}"
    if "value" not in line:
        return str(line.get("skipped", f"no value for {work}"))
    value = float(line["value"])
    details = {key: str(line[key]) for key in ("variant", "version", "data") if key in line}
    low, high = float(line.get("low", value)), float(line.get("high", value))
    return Run(value, low, high, str(line["unit"]), details, share)


def answer(output: str, work: str) -> dict[str, object] | None:
    """Returns the JSON line about the work, whatever else the process printed."""
    for text in output.splitlines():
        try:
            line = json.loads(text)
        except json.JSONDecodeError:
            continue
        if isinstance(line, dict) and line.get("work") == work:
            return line
    return None


def compare(options: argparse.Namespace) -> list[Row]:
    """Runs all rounds. A work that a library cannot run is noted once and not tried again."""
    rows = [
        Row(work, threads, isa)
        for threads in options.threads
        for work in options.works
        for isa in options.isa
    ]
    for number in range(options.rounds):
        # Every other round goes the other way, so that no library always runs after another.
        libraries = (OURS, *PEERS)[:: -1 if number % 2 else 1]
        for row in rows:
            for library in libraries:
                if library in row.notes:
                    continue
                run = fastest(library, row, options)
                if isinstance(run, str):
                    row.notes[library] = run
                    row.runs.pop(library, None)
                else:
                    row.runs.setdefault(library, []).append(run)
                report(number + 1, library, row, run)
    return rows


def fastest(library: str, row: Row, options: argparse.Namespace) -> Run | str:
    """Measures in each environment that the library is to be tried in."""
    best: Run | None = None
    for name, settings in environments(row.isa, library).items():
        run = quiet_measure(library, row, settings, options)
        if isinstance(run, str):
            return run
        if name:
            parts = [run.details["variant"]] if "variant" in run.details else []
            run = replace(run, details={**run.details, "variant": ", ".join([*parts, name])})
        if best is None or run.is_better(best):
            best = run
    assert best is not None
    return best


def quiet_measure(
    library: str, row: Row, settings: dict[str, str], options: argparse.Namespace
) -> Run | str:
    """Measures, and again while others disturb it too much; returns the least disturbed run."""
    best: Run | None = None
    for _ in range(1 + options.retries):
        run = measure(library, row, settings, options)
        if isinstance(run, str):
            return run if best is None else best
        if best is None or (run.disturbance or 0.0) < (best.disturbance or 0.0):
            best = run
        if (best.disturbance or 0.0) <= options.quiet:
            break
    assert best is not None
    return best


def report(number: int, library: str, row: Row, run: Run | str) -> None:
    """Tells the person who waits what has just been measured."""
    told = run if isinstance(run, str) else f"{digits(run.value)} {run.unit}"
    place = f"round {number}, {row.threads} threads, {row.isa}"
    print(f"{place}: {row.work:<16} {library:<11} {told}", file=sys.stderr, flush=True)


def named_work(name: str) -> str:
    """Returns the name of a work, as the command line has it."""
    if name in works.SPEED or works.product(name) is not None:
        return name
    raise argparse.ArgumentTypeError(
        f"there is no work '{name}'; the works are {', '.join(works.SPEED)}, and gemm-N and "
        "gemm-MxNxK for any lengths from 1"
    )


def parsed_options() -> argparse.Namespace:
    """Reads the command line."""
    parser = argparse.ArgumentParser(
        description="Runs the same works in Backprop and in other libraries, side by side."
    )
    parser.add_argument(
        "--works", nargs="+", type=named_work, default=list(works.SPEED), metavar="WORK"
    )
    parser.add_argument("--threads", nargs="+", type=int, default=[os.cpu_count() or 1])
    parser.add_argument(
        "--isa",
        nargs="+",
        choices=instruction_sets(),
        default=instruction_sets()[:1],
        help="instruction sets to hold all to, a table for each (the widest)",
    )
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--ours", type=Path, default=Path(".build/release/backprop"))
    parser.add_argument("--python", default=sys.executable, help="Python that has the peers")
    parser.add_argument("--output", type=Path, help="JSON file to write")
    parser.add_argument("--markdown", type=Path, help="Markdown file to write")
    parser.add_argument(
        "--quiet",
        type=float,
        default=0.05,
        help="share of the machine that others may take in a run (0.05)",
    )
    parser.add_argument(
        "--retries", type=int, default=0, help="how often to repeat a run that was not quiet"
    )
    return parser.parse_args()


def main() -> None:
    """Compares, prints the table and writes the files that were asked for."""
    options = parsed_options()
    rows = compare(options)
    table = markdown(rows, options)
    print(table)
    if options.markdown is not None:
        options.markdown.write_text(table, encoding="utf-8")
    if options.output is not None:
        text = json.dumps(document(rows, options), indent=2, ensure_ascii=False)
        options.output.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
