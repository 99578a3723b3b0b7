"""What was measured, and how it is written: as JSON and as tables in Markdown."""

from __future__ import annotations

import argparse
import os
import platform
import statistics
from dataclasses import dataclass, field

from machine import instruction_sets, processor_name

OURS = "backprop"
PEERS = ("numpy", "torch", "jax", "onnxruntime", "tokenizers")

#: The units in which less is better; in all others more is.
TIMES = ("us", "ms", "s")

#: How people write the instruction sets.
SET_NAMES = {"avx2": "AVX2", "avx512": "AVX-512", "neon": "NEON"}


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

    def is_better(self, other: Run) -> bool:
        """Returns whether this one was faster."""
        return self.value < other.value if self.unit in TIMES else self.value > other.value


@dataclass
class Row:
    """A work at a number of threads, with an instruction set: the runs of every library, one for
    each round."""

    work: str
    threads: int
    isa: str
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


def digits(value: float) -> str:
    """Writes a value with three digits, or all of those before the point."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def document(rows: list[Row], options: argparse.Namespace) -> dict[str, object]:
    """Returns everything that was measured, for a JSON file."""
    return {
        "machine": {
            "processor": processor_name(),
            "processors": os.cpu_count(),
            "system": f"{platform.system()} {platform.machine()}",
            "instruction_sets": instruction_sets(),
        },
        "rounds": options.rounds,
        "works": [
            {
                "work": row.work,
                "threads": row.threads,
                "isa": row.isa,
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
    """Writes a table for each number of threads and instruction set, and what must be known."""
    parts: list[str] = []
    for threads in options.threads:
        for isa in options.isa:
            chosen = [row for row in rows if row.threads == threads and row.isa == isa]
            unit = "thread" if threads == 1 else "threads"
            # A library that does none of the works has no column.
            peers = [peer for peer in PEERS if any(row.runs.get(peer) for row in chosen)]
            names = [OURS, *peers, *(f"vs {peer}" for peer in peers)]
            lines = [
                f"### {threads} {unit}, {SET_NAMES.get(isa, isa)}",
                "",
                f"| work | unit | {' | '.join(names)} |",
                f"|---|---|{'---:|' * len(names)}",
                *(table_line(row, peers) for row in chosen if row.runs),
            ]
            parts.append("\n".join(lines))
    parts.append(" ".join(remarks(rows, options)))
    notes: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        for library, note in row.notes.items():
            works = notes.setdefault((library, note), [])
            if row.work not in works:
                works.append(row.work)
    if notes:
        lines = [
            f"- {library}, {', '.join(works)}: {note}" for (library, note), works in notes.items()
        ]
        parts.append("Left out:\n\n" + "\n".join(lines))
    return "\n\n".join(parts) + "\n"


def remarks(rows: list[Row], options: argparse.Namespace) -> list[str]:
    """Returns sentences on the machine, the libraries and how far the tables can be trusted."""
    rounds = "1 round" if options.rounds == 1 else f"{options.rounds} alternating rounds"
    sentences = [
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
        told = ", ".join(f"{name} {version}" for name, version in versions.items())
        sentences.append(f"{told}.")
    images = sorted({run.details["data"] for run in all_runs(rows) if "data" in run.details})
    if images:
        sentences.append(f"Images: {' and '.join(images)}.")
    widest = instruction_sets()[0]
    if any(row.isa != widest and row.runs.get("onnxruntime") for row in rows):
        sentences.append(
            "onnxruntime cannot be held to an instruction set: it used "
            f"{SET_NAMES.get(widest, widest)} in every table."
        )
    disturbed = max((run.disturbance or 0.0 for run in all_runs(rows)), default=0.0)
    if disturbed > options.quiet:
        sentences.append(
            f"Other processes took up to {disturbed:.0%} of the machine: measure again when "
            "it is quiet."
        )
    return sentences


def all_runs(rows: list[Row]) -> list[Run]:
    """Returns the runs of all rows."""
    return [run for row in rows for runs in row.runs.values() for run in runs]


def table_line(row: Row, peers: list[str]) -> str:
    """Writes a row of the Markdown table, with columns for these libraries."""
    units = {run.unit for runs in row.runs.values() for run in runs}
    cells = [row.work, " or ".join(sorted(units))]
    for library in (OURS, *peers):
        summary = row.summary(library)
        if summary is None:
            cells.append("–")
        else:
            value, low, high = (digits(float(summary[key])) for key in ("value", "low", "high"))
            cells.append(f"{value} ({low}–{high})")
    for peer in peers:
        ratio = row.ratio(peer)
        cells.append("–" if ratio is None else f"{ratio:.2f}×")
    return f"| {' | '.join(cells)} |"
