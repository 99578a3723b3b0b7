"""Runs the same works in Backprop, NumPy, PyTorch and JAX in turn, and sets them side by side.

    python Benchmarks/compare.py --threads 1 2 --rounds 5 --markdown table.md --output table.json

Every round runs each work in a fresh process of each library, one after the other, so that a
machine that grows slower or faster does so for all of them. README.md says how to read the table.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / "peers"))

from threads import thread_environment  # noqa: E402 (found by the line above)

OURS = "backprop"
PEERS = ("numpy", "torch", "jax")
WORKS = (
    "peak",
    *(f"gemm-{size}" for size in (64, 128, 256, 512, 1024, 2048)),
    "two-layer",
    "mlp-adam",
    "lstm",
    "tiny",
    "lenet-adam",
    "gpt-adamw",
    "predict-1",
    "elementwise",
    "start",
)

#: The units in which less is better; in all others more is.
TIMES = ("us", "ms", "s")

#: A process that has not answered after so many seconds is given up.
TIME_LIMIT = 300.0


@dataclass(frozen=True)
class Run:
    """What one process of one library measured."""

    value: float
    low: float
    high: float
    unit: str
    #: Further fields of the process's line: variant, version, data.
    details: dict[str, str]
    #: The share of the machine's processors that other processes took meanwhile.
    disturbance: float | None


@dataclass
class Row:
    """A work at a number of threads: the runs of every library, one for each round."""

    work: str
    threads: int
    runs: dict[str, list[Run]] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)

    def summary(self, library: str) -> dict[str, object] | None:
        """Returns the median of the rounds and their least and greatest value.

        A single round has no spread of its own, so that of its repetitions takes its place.
        """
        runs = self.runs.get(library)
        if not runs:
            return None
        values = [run.value for run in runs]
        single = len(runs) == 1
        return {
            "value": statistics.median(values),
            "low": runs[0].low if single else min(values),
            "high": runs[0].high if single else max(values),
            "unit": runs[0].unit,
            "rounds": values,
            "disturbance": max((run.disturbance or 0.0) for run in runs),
            **runs[-1].details,
        }

    def ratio(self, peer: str) -> float | None:
        """Returns how many times as fast as the peer ours is: the median of the rounds' ratios."""
        pairs = list(zip(self.runs.get(OURS, []), self.runs.get(peer, [])))
        if not pairs or pairs[0][0].unit != pairs[0][1].unit:
            return None
        ratios = [
            peers.value / ours.value if ours.unit in TIMES else ours.value / peers.value
            for ours, peers in pairs
        ]
        return statistics.median(ratios)


def command(library: str, work: str, threads: int, options: argparse.Namespace) -> list[str]:
    """Returns the command that measures a work in a library."""
    arguments = ["--work", work, "--threads", str(threads), "--json"]
    if library == OURS:
        return [str(options.ours), "bench", *arguments]
    return [options.python, str(HERE / "peers" / f"{library}_peer.py"), *arguments]


def measure(library: str, work: str, threads: int, options: argparse.Namespace) -> Run | str:
    """Runs a work in a library. Returns a note in place of the run where that is not possible."""
    environment = {**os.environ, **thread_environment(threads)}
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


def processor_seconds() -> tuple[float, float] | None:
    """Returns the busy time of all processors, and of this script's finished children.

    None where the system does not tell (it is read from /proc/stat).
    """
    try:
        fields = Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:]
    except OSError:
        return None
    user, nice, system, _, _, interrupts, soft, stolen = (int(value) for value in fields[:8])
    busy = user + nice + system + interrupts + soft + stolen
    times = os.times()
    return busy / os.sysconf("SC_CLK_TCK"), times.children_user + times.children_system


def disturbance(
    before: tuple[float, float] | None, after: tuple[float, float] | None, elapsed: float
) -> float | None:
    """Returns the share of the processors' time that went to others, between 0 and 1.

    None for a process so short that the system's clock ticks are too coarse to tell.
    """
    if before is None or after is None or elapsed < 0.5:
        return None
    others = (after[0] - before[0]) - (after[1] - before[1])
    return min(1.0, max(0.0, others / (elapsed * (os.cpu_count() or 1))))


def compare(options: argparse.Namespace) -> list[Row]:
    """Runs all rounds. A work that a library cannot run is noted once and not tried again."""
    rows = [Row(work, threads) for threads in options.threads for work in options.works]
    for number in range(options.rounds):
        # Every other round goes the other way, so that no library always runs after another.
        libraries = (OURS, *PEERS)[:: -1 if number % 2 else 1]
        for row in rows:
            for library in libraries:
                if library in row.notes:
                    continue
                run = quiet_measure(library, row, options)
                if isinstance(run, str):
                    row.notes[library] = run
                    row.runs.pop(library, None)
                else:
                    row.runs.setdefault(library, []).append(run)
                report(number + 1, library, row, run)
    return rows


def quiet_measure(library: str, row: Row, options: argparse.Namespace) -> Run | str:
    """Measures, and again while others disturb it too much; returns the least disturbed run."""
    best: Run | None = None
    for _ in range(1 + options.retries):
        run = measure(library, row.work, row.threads, options)
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
    place = f"round {number}, {row.threads} threads"
    print(f"{place}: {row.work:<12} {library:<9} {told}", file=sys.stderr, flush=True)


def digits(value: float) -> str:
    """Writes a value with three digits, or all of those before the point."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def processor_name() -> str:
    """Returns the processor's name where the system tells it."""
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def document(rows: list[Row], options: argparse.Namespace) -> dict[str, object]:
    """Returns everything that was measured, for a JSON file."""
    return {
        "machine": {
            "processor": processor_name(),
            "processors": os.cpu_count(),
            "system": f"{platform.system()} {platform.machine()}",
        },
        "rounds": options.rounds,
        "works": [
            {
                "work": row.work,
                "threads": row.threads,
                "results": {
                    name: row.summary(name) for name in (OURS, *PEERS) if row.runs.get(name)
                },
                "ratios": {
                    peer: round(ratio, 3)
                    for peer in PEERS
                    if (ratio := row.ratio(peer)) is not None
                },
                "notes": row.notes,
            }
            for row in rows
        ],
    }


def markdown(rows: list[Row], options: argparse.Namespace) -> str:
    """Writes a table for each number of threads, and below it what was left out."""
    parts: list[str] = []
    for threads in options.threads:
        chosen = [row for row in rows if row.threads == threads]
        unit = "thread" if threads == 1 else "threads"
        names = [OURS, *PEERS, *(f"vs {peer}" for peer in PEERS)]
        lines = [
            f"### {threads} {unit}",
            "",
            f"| work | unit | {' | '.join(names)} |",
            f"|---|---|{'---:|' * len(names)}",
            *(table_line(row) for row in chosen if row.runs),
        ]
        parts.append("\n".join(lines))
    rounds = "1 round" if options.rounds == 1 else f"{options.rounds} alternating rounds"
    footer = [
        f"Median of {rounds} (least to greatest) on {processor_name()}, "
        f"{os.cpu_count()} processors. us and ms: less is better; all else: more is better. "
        "vs: how many times as fast ours is."
    ]
    versions = {
        name: run.details["version"]
        for row in rows
        for name, runs in row.runs.items()
        for run in runs
        if "version" in run.details
    }
    if versions:
        footer.append(", ".join(f"{name} {version}" for name, version in versions.items()) + ".")
    images = sorted({run.details["data"] for run in all_runs(rows) if "data" in run.details})
    if images:
        footer.append(f"Images: {' and '.join(images)}.")
    disturbed = max((run.disturbance or 0.0 for run in all_runs(rows)), default=0.0)
    if disturbed > options.quiet:
        footer.append(
            f"Other processes took up to {disturbed:.0%} of the machine: measure again when "
            "it is quiet."
        )
    parts.append(" ".join(footer))
    notes = [
        f"- {row.work}, {row.threads} threads, {library}: {note}"
        for row in rows
        for library, note in row.notes.items()
    ]
    if notes:
        parts.append("Left out:\n\n" + "\n".join(notes))
    return "\n\n".join(parts) + "\n"


def all_runs(rows: list[Row]) -> list[Run]:
    """Returns the runs of all rows."""
    return [run for row in rows for runs in row.runs.values() for run in runs]


def table_line(row: Row) -> str:
    """Writes a row of the Markdown table."""
    units = {run.unit for runs in row.runs.values() for run in runs}
    cells = [row.work, " or ".join(sorted(units))]
    for library in (OURS, *PEERS):
        summary = row.summary(library)
        if summary is None:
            cells.append("–")
        else:
            value, low, high = (digits(float(summary[key])) for key in ("value", "low", "high"))
            cells.append(f"{value} ({low}–{high})")
    for peer in PEERS:
        ratio = row.ratio(peer)
        cells.append("–" if ratio is None else f"{ratio:.2f}×")
    return f"| {' | '.join(cells)} |"


def parsed_options() -> argparse.Namespace:
    """Reads the command line."""
    parser = argparse.ArgumentParser(
        description="Runs the same works in Backprop, NumPy, PyTorch and JAX, side by side."
    )
    parser.add_argument("--works", nargs="+", choices=WORKS, default=list(WORKS), metavar="WORK")
    parser.add_argument("--threads", nargs="+", type=int, default=[os.cpu_count() or 1])
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
