"""Makes optimizers.json: what PyTorch's optimizers do to two parameters in eight steps.

Run with: python make_optimizer_fixtures.py          (needs torch)

The gradients of a step are given, so that only the update is compared. The second parameter has no
gradient in the third step, as one that the loss did not depend on.
"""

import json
from pathlib import Path

import torch

STEPS = 8
SKIPPED = 2

CASES = [
    ("SGD", {"lr": 0.1}),
    ("SGD", {"lr": 0.05, "weight_decay": 0.3}),
    ("SGD", {"lr": 0.1, "momentum": 0.9}),
    ("SGD", {"lr": 0.05, "momentum": 0.5, "weight_decay": 0.3}),
    ("SGD", {"lr": 0.1, "momentum": 0.9, "nesterov": True}),
    ("SGD", {"lr": 0.05, "momentum": 0.7, "weight_decay": 0.2, "nesterov": True}),
    ("Adam", {"lr": 0.01}),
    ("Adam", {"lr": 0.1, "betas": (0.8, 0.95), "eps": 1e-3, "weight_decay": 0.3}),
    ("AdamW", {"lr": 0.01}),
    ("AdamW", {"lr": 0.1, "betas": (0.8, 0.95), "eps": 1e-3, "weight_decay": 0.3}),
]


def main():
    generator = torch.Generator().manual_seed(11)
    shapes = [(3, 4), (5,)]

    def draw(shape):
        return torch.randn(shape, dtype=torch.float64, generator=generator)

    start = [draw(shape) for shape in shapes]
    gradients = [[draw(shape) for shape in shapes] for _ in range(STEPS)]
    gradients[SKIPPED][1] = None

    cases = []
    for name, options in CASES:
        parameters = [torch.nn.Parameter(value.clone()) for value in start]
        optimizer = getattr(torch.optim, name)(parameters, **options)
        steps = []
        for step in gradients:
            for parameter, gradient in zip(parameters, step):
                parameter.grad = None if gradient is None else gradient.clone()
            optimizer.step()
            steps.append([parameter.detach().flatten().tolist() for parameter in parameters])
        cases.append({"optimizer": name, "options": options, "steps": steps})

    fixture = {
        "shapes": shapes,
        "start": [value.flatten().tolist() for value in start],
        "gradients": [
            [None if g is None else g.flatten().tolist() for g in step] for step in gradients
        ],
        "cases": cases,
    }
    path = Path(__file__).parent / "optimizers.json"
    path.write_text(json.dumps(fixture, indent=1) + "\n")


if __name__ == "__main__":
    main()
