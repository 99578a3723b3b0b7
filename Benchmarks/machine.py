"""What this machine is, and how busy others keep it."""

from __future__ import annotations

import os
import platform
from pathlib import Path


def processor_facts() -> dict[str, str]:
    """Returns what the system tells of the first processor; nothing where it does not."""
    try:
        text = Path("/proc/cpuinfo").read_text().split("\n\n", 1)[0]
    except OSError:
        return {}
    lines = (line.split(":", 1) for line in text.splitlines() if ":" in line)
    return {name.strip(): value.strip() for name, value in lines}


def processor_name() -> str:
    """Returns the processor's name, and family and model where the system tells them.

    A virtual machine's name may be no more than the maker's; family and model tell the generation.
    """
    facts = processor_facts()
    name = facts.get("model name") or platform.processor() or platform.machine()
    if "cpu family" in facts and "model" in facts:
        name += f" (family {facts['cpu family']}, model {facts['model']})"
    return name


def instruction_sets() -> list[str]:
    """Returns the instruction sets that `--isa` can name here, the widest first."""
    flags = set(processor_facts().get("flags", "").split())
    # Those that our kernels need (Sources/CKernels/isa.c).
    avx512 = {"avx512f", "avx512bw", "avx512dq", "avx512vl"}
    sets = [
        name for name, needed in (("avx512", avx512), ("avx2", {"avx2", "fma"})) if needed <= flags
    ]
    is_arm = platform.machine() in ("arm64", "aarch64")
    return sets or ["neon" if is_arm else "native"]


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
