"""Makes schedules.json: the learning rates of PyTorch's schedulers in fifty steps, and plateaus.json:
those of its ReduceLROnPlateau for given values of a metric.

Run with: python make_schedule_fixtures.py          (needs torch)

The rate starts from 1, so what is written are factors.
"""

import json
import math
import warnings
from pathlib import Path

import torch
from torch.optim import lr_scheduler as schedulers

STEPS = 50

# By the names that the test gives them.
CASES = {
    "constant": lambda o: schedulers.ConstantLR(o, factor=0.25, total_iters=12),
    "steps": lambda o: schedulers.StepLR(o, step_size=8, gamma=0.3),
    "milestones": lambda o: schedulers.MultiStepLR(o, milestones=[5, 6, 30], gamma=0.5),
    "exponential": lambda o: schedulers.ExponentialLR(o, gamma=0.93),
    "linear": lambda o: schedulers.LinearLR(o, start_factor=0.2, end_factor=0.9, total_iters=20),
    "polynomial": lambda o: schedulers.PolynomialLR(o, total_iters=40, power=2.0),
    "cosine": lambda o: schedulers.CosineAnnealingLR(o, T_max=50, eta_min=0.05),
    "sequential": lambda o: schedulers.SequentialLR(
        o,
        [schedulers.ExponentialLR(o, gamma=0.9), schedulers.StepLR(o, step_size=7, gamma=0.5)],
        milestones=[15],
    ),
    "warmed up": lambda o: schedulers.SequentialLR(
        o,
        [
            schedulers.LinearLR(o, start_factor=0.01, total_iters=10),
            schedulers.CosineAnnealingLR(o, T_max=40),
        ],
        milestones=[10],
    ),
    "chained": lambda o: schedulers.ChainedScheduler(
        [
            schedulers.LinearLR(o, start_factor=0.1, total_iters=10),
            schedulers.ExponentialLR(o, gamma=0.95),
        ],
        optimizer=o,
    ),
    "restarts": lambda o: schedulers.CosineAnnealingWarmRestarts(o, T_0=12, eta_min=0.05),
    "growing restarts": lambda o: schedulers.CosineAnnealingWarmRestarts(o, T_0=5, T_mult=2),
    "one cycle": lambda o: schedulers.OneCycleLR(o, 1.0, total_steps=51, cycle_momentum=False),
    "one cycle, settings": lambda o: schedulers.OneCycleLR(
        o,
        1.0,
        total_steps=60,
        pct_start=0.25,
        anneal_strategy="linear",
        div_factor=10.0,
        final_div_factor=100.0,
        cycle_momentum=False,
    ),
    "one cycle of three phases": lambda o: schedulers.OneCycleLR(
        o, 1.0, total_steps=51, pct_start=0.4, three_phase=True, cycle_momentum=False
    ),
    "cyclic": lambda o: schedulers.CyclicLR(o, 0.1, 1.0, step_size_up=7, cycle_momentum=False),
    "halving cycles": lambda o: schedulers.CyclicLR(
        o, 0.1, 1.0, step_size_up=4, step_size_down=8, mode="triangular2", cycle_momentum=False
    ),
    "decaying cycles": lambda o: schedulers.CyclicLR(
        o, 0.2, 1.0, step_size_up=6, mode="exp_range", gamma=0.95, cycle_momentum=False
    ),
}

# What falls and then stays, up and down on its way.
FALLING = [2 * math.exp(-epoch / 8) + 0.05 * (epoch * 7 % 5) for epoch in range(STEPS)]
PLATEAUS = {
    "default": ({}, FALLING + [FALLING[-1]] * 30),
    # Without the least reduction of 1e-8, which ours has not.
    "impatient": ({"factor": 0.5, "patience": 0, "eps": 0}, FALLING),
    "cooling down": ({"factor": 0.5, "patience": 1, "cooldown": 4}, FALLING),
    "absolute": (
        {"factor": 0.3, "patience": 2, "threshold": 0.1, "threshold_mode": "abs", "min_lr": 0.02},
        FALLING,
    ),
    "largest": (
        {"mode": "max", "factor": 0.7, "patience": 1, "threshold": 0.01},
        [1 / value for value in FALLING],
    ),
    "largest, absolute": (
        {"mode": "max", "factor": 0.7, "patience": 1, "threshold": 0.2, "threshold_mode": "abs"},
        [-value for value in FALLING],
    ),
}


def rates(make):
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0)
    scheduler = make(optimizer)
    result = []
    for _ in range(STEPS):
        result.append(float(optimizer.param_groups[0]["lr"]))
        optimizer.step()
        scheduler.step()
    return result


def plateau(options, values):
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0)
    scheduler = schedulers.ReduceLROnPlateau(optimizer, **options)
    result = []
    for value in values:
        scheduler.step(value)
        result.append(float(optimizer.param_groups[0]["lr"]))
    return {"values": values, "rates": result}


def write(name, fixture):
    (Path(__file__).parent / name).write_text(json.dumps(fixture, indent=1) + "\n")


def main():
    # SequentialLR calls its parts in a way that PyTorch itself warns of.
    warnings.simplefilter("ignore")
    write("schedules.json", {name: rates(make) for name, make in CASES.items()})
    write("plateaus.json", {name: plateau(*case) for name, case in PLATEAUS.items()})


if __name__ == "__main__":
    main()
