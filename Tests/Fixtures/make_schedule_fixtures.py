"""Makes schedules.json: the learning rates of PyTorch's schedulers in fifty steps.

Run with: python make_schedule_fixtures.py          (needs torch)

The rate starts from 1, so what is written are factors.
"""

import json
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


def main():
    # SequentialLR calls its parts in a way that PyTorch itself warns of.
    warnings.simplefilter("ignore")
    fixture = {name: rates(make) for name, make in CASES.items()}
    path = Path(__file__).parent / "schedules.json"
    path.write_text(json.dumps(fixture, indent=1) + "\n")


if __name__ == "__main__":
    main()
