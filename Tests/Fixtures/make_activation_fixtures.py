"""Makes activations.json: element-wise functions of PyTorch, and their gradients, in float64.

Run with: python make_activation_fixtures.py          (needs torch and numpy)

The inputs are 3 * np.random.RandomState(7).randn(16) and then those of SPECIAL, at which functions
bend; the gradients are those of the sum. Two-valued functions take positive right sides from the same
stream.
"""

import json
from pathlib import Path

import numpy
import torch
from torch.nn import functional as F

COUNT = 16
SPECIAL = [-40.0, -20.5, -3.0, -1.0, -0.5, 0.0, 0.5, 1.0, 3.0, 20.5, 40.0]

FUNCTIONS = {
    "expm1": torch.expm1,
    "sinh": torch.sinh,
    "cosh": torch.cosh,
    "tan": torch.tan,
    "atan": torch.atan,
    "ceil": torch.ceil,
    "trunc": torch.trunc,
    "round": torch.round,
    "gelu": F.gelu,
    "gelu tanh": lambda x: F.gelu(x, approximate="tanh"),
    "silu": F.silu,
    "mish": F.mish,
    "softplus": F.softplus,
    "softplus 2 5": lambda x: F.softplus(x, beta=2, threshold=5),
    "softplus 0.3 40": lambda x: F.softplus(x, beta=0.3, threshold=40),
    "logsigmoid": F.logsigmoid,
    "elu": F.elu,
    "elu 0.7": lambda x: F.elu(x, alpha=0.7),
    "selu": F.selu,
    "leaky_relu": F.leaky_relu,
    "leaky_relu 0.2": lambda x: F.leaky_relu(x, negative_slope=0.2),
    "hardswish": F.hardswish,
    # Its own gradient takes a sixth in float32.
    "hardsigmoid": lambda x: F.relu6(x + 3) / 6,
    "clamp -1 3": lambda x: x.clamp(-1, 3),
    "clamp min": lambda x: x.clamp(min=-0.5),
    "clamp max": lambda x: x.clamp(max=0.5),
    "clamp 1 -1": lambda x: x.clamp(1, -1),
}

# Of exp(x / 10), which is positive, and of x / 50, which is less than 1 in size.
POSITIVE = {
    "rsqrt": torch.rsqrt,
    "reciprocal": torch.reciprocal,
    "log1p": torch.log1p,
    "log2": torch.log2,
    "log10": torch.log10,
}
SMALL = {"asin": torch.asin, "acos": torch.acos}

BINARY = {
    "remainder": torch.remainder,
    "floor_divide": lambda a, b: torch.floor_divide(a.detach(), b.detach()),
}


def text(tensor):
    return " ".join(repr(float(v)) for v in tensor.detach().flatten())


def gradients(value, inputs):
    if not value.requires_grad:
        return [""] * len(inputs)
    found = torch.autograd.grad(value.sum(), inputs, allow_unused=True)
    return ["" if g is None else text(g) for g in found]


def main():
    random = numpy.random.RandomState(7)
    numbers = numpy.concatenate([3 * random.randn(COUNT), SPECIAL])
    right = 0.5 + random.random_sample(len(numbers)) * 2
    cases = {}
    for functions, inputs in (
        (FUNCTIONS, numbers), (POSITIVE, numpy.exp(numbers / 10)), (SMALL, numbers / 50),
    ):
        for name, function in functions.items():
            x = torch.tensor(inputs, requires_grad=True)
            y = function(x)
            cases[name] = {"value": text(y), "gradients": gradients(y, [x])}
    for name, function in BINARY.items():
        for sign in (1, -1):
            a = torch.tensor(numbers, requires_grad=True)
            b = torch.tensor(sign * right, requires_grad=True)
            y = function(a, b)
            cases[name + (" negative" if sign < 0 else "")] = {
                "value": text(y), "gradients": gradients(y, [a, b])}
    for name, slopes, shape in (
        ("prelu one", numpy.array([0.3]), (27,)),
        ("prelu channels", numpy.array([0.3, -0.2, 1.5]), (3, 3, 3)),
    ):
        x = torch.tensor(numbers.reshape(shape), requires_grad=True)
        a = torch.tensor(slopes, requires_grad=True)
        y = F.prelu(x, a)
        cases[name] = {"value": text(y), "gradients": gradients(y, [x, a])}
    path = Path(__file__).with_name("activations.json")
    with open(path, "w") as file:
        json.dump(cases, file, indent=1)
        file.write("\n")


main()
