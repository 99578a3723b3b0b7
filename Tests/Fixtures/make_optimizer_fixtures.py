"""Makes optimizers.json: what PyTorch's optimizers do to two parameters in a thousand steps; and
averages.json: its averages of weights and buffers.

Run with: python make_optimizer_fixtures.py          (needs torch)

Starts and gradients are numbers that Tests/OptimizersTests/GivenNumbers.swift computes too, exact in
float32, so that only the update is compared. The second parameter has no gradient in the third
step, as one that the loss did not depend on. Of the weights after some of the steps, some elements
are written. PyTorch has no Lion; it stands below as in its paper.
"""

import json
from pathlib import Path

import torch
from torch.optim import swa_utils

STEPS = [1, 2, 3, 4, 8, 100, 1000]
SKIPPED = 3
SHAPES = [(3, 4), (5,)]
SAMPLED = [[0, 5, 11], [0, 4]]


class Lion(torch.optim.Optimizer):
    """Chen et al., "Symbolic Discovery of Optimization Algorithms" (2023), algorithm 2."""

    def __init__(self, parameters, lr=1e-4, betas=(0.9, 0.99), weight_decay=0.0):
        super().__init__(parameters, {"lr": lr, "betas": betas, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            beta1, beta2 = group["betas"]
            for parameter in group["params"]:
                if parameter.grad is None:
                    continue
                gradient = parameter.grad.numpy()
                mean = self.state[parameter].setdefault("mean", torch.zeros_like(parameter)).numpy()
                weight = parameter.numpy()
                update = np_sign(beta1 * mean + (1 - beta1) * gradient)
                weight -= group["lr"] * (update + group["weight_decay"] * weight)
                mean *= beta2
                mean += (1 - beta2) * gradient


def np_sign(array):
    return (array > 0).astype(array.dtype) - (array < 0).astype(array.dtype)


OWN_BETAS = {"betas": (0.8, 0.95), "eps": 1e-3}
CASES = {
    "SGD": (torch.optim.SGD, {"lr": 0.1}),
    "SGD, decay": (torch.optim.SGD, {"lr": 0.05, "weight_decay": 0.3}),
    "momentum": (torch.optim.SGD, {"lr": 0.1, "momentum": 0.9}),
    "momentum, decay": (
        torch.optim.SGD,
        {"lr": 0.05, "momentum": 0.5, "weight_decay": 0.3},
    ),
    "momentum, dampening": (
        torch.optim.SGD,
        {"lr": 0.05, "momentum": 0.9, "dampening": 0.3, "weight_decay": 0.1},
    ),
    "Nesterov": (torch.optim.SGD, {"lr": 0.1, "momentum": 0.9, "nesterov": True}),
    "Nesterov, decay": (
        torch.optim.SGD,
        {"lr": 0.05, "momentum": 0.7, "weight_decay": 0.2, "nesterov": True},
    ),
    "Adam": (torch.optim.Adam, {}),
    "Adam, settings": (torch.optim.Adam, {"lr": 0.1, "weight_decay": 0.3, **OWN_BETAS}),
    "AMSGrad": (torch.optim.Adam, {"amsgrad": True}),
    "AMSGrad, settings": (
        torch.optim.Adam,
        {"lr": 0.1, "weight_decay": 0.3, "amsgrad": True, **OWN_BETAS},
    ),
    "AdamW": (torch.optim.AdamW, {}),
    "AdamW, settings": (torch.optim.AdamW, {"lr": 0.1, "weight_decay": 0.3, **OWN_BETAS}),
    "AdamW, AMSGrad": (torch.optim.AdamW, {"lr": 0.1, "amsgrad": True, **OWN_BETAS}),
    "AdaGrad": (torch.optim.Adagrad, {}),
    "AdaGrad, settings": (
        torch.optim.Adagrad,
        {
            "lr": 0.1,
            "lr_decay": 0.01,
            "weight_decay": 0.1,
            "initial_accumulator_value": 0.5,
            "eps": 1e-3,
        },
    ),
    "RMSProp": (torch.optim.RMSprop, {}),
    "RMSProp, settings": (
        torch.optim.RMSprop,
        {"lr": 0.02, "alpha": 0.9, "weight_decay": 0.1, "eps": 1e-3},
    ),
    "RMSProp, centered": (torch.optim.RMSprop, {"centered": True, "eps": 1e-2}),
    "RMSProp, momentum": (torch.optim.RMSprop, {"lr": 0.001, "momentum": 0.9}),
    "RMSProp, centered, momentum": (
        torch.optim.RMSprop,
        {"lr": 0.001, "alpha": 0.9, "momentum": 0.8, "centered": True, "weight_decay": 0.1},
    ),
    "AdaDelta": (torch.optim.Adadelta, {}),
    "AdaDelta, settings": (
        torch.optim.Adadelta,
        {"lr": 0.5, "rho": 0.8, "eps": 1e-4, "weight_decay": 0.1},
    ),
    "NAdam": (torch.optim.NAdam, {}),
    "NAdam, settings": (
        torch.optim.NAdam,
        {"lr": 0.1, "weight_decay": 0.3, "momentum_decay": 0.1, **OWN_BETAS},
    ),
    "NAdam, decoupled": (
        torch.optim.NAdam,
        {"weight_decay": 0.3, "decoupled_weight_decay": True},
    ),
    "RAdam": (torch.optim.RAdam, {}),
    "RAdam, settings": (torch.optim.RAdam, {"lr": 0.1, "weight_decay": 0.3, **OWN_BETAS}),
    "RAdam, decoupled": (
        torch.optim.RAdam,
        {"weight_decay": 0.3, "decoupled_weight_decay": True},
    ),
    "Lion": (Lion, {}),
    "Lion, settings": (Lion, {"lr": 0.01, "betas": (0.8, 0.95), "weight_decay": 0.3}),
}


UPDATES = [1, 2, 3, 10, 100]
EXPONENTIAL = {"multi_avg_fn": swa_utils.get_ema_multi_avg_fn(0.9)}
AVERAGES = {
    "equal": {},
    "equal, buffers": {"use_buffers": True},
    "exponential": EXPONENTIAL,
    "exponential, buffers": {"use_buffers": True, **EXPONENTIAL},
}


def number(step, index):
    """A number from -1 to 1 with 20 bits, mixed from its two keys."""
    x = (step * 0x9E3779B9 + index * 0x85EBCA6B + 1) & 0xFFFFFFFF
    x ^= x >> 16
    x = x * 0x7FEB352D & 0xFFFFFFFF
    x ^= x >> 15
    x = x * 0x846CA68B & 0xFFFFFFFF
    x ^= x >> 16
    return (x >> 12) / 2**19 - 1


def arrays(step, dtype):
    """The start of the parameters, which is step 0, or the gradients of a step."""
    result, first = [], 0
    for shape in SHAPES:
        count = torch.Size(shape).numel()
        # Of three sizes, and with a mean that is not 0.
        values = [(number(step, first + i) + 0.25) * 2.0 ** (i % 3 - 1) for i in range(count)]
        result.append(torch.tensor(values, dtype=dtype).reshape(shape))
        first += count
    return result


def weights(settings, dtype):
    optimizer_type, options = settings
    # Of the type that NAdam remembers its product in.
    torch.set_default_dtype(dtype)
    parameters = [torch.nn.Parameter(value) for value in arrays(0, dtype)]
    optimizer = optimizer_type(parameters, **options)
    result = []
    for step in range(1, STEPS[-1] + 1):
        for parameter, gradient in zip(parameters, arrays(step, dtype)):
            parameter.grad = gradient
        if step == SKIPPED:
            parameters[1].grad = None
        optimizer.step()
        if step in STEPS:
            result.append(sample(parameters))
    return result


def sample(parameters):
    return [
        float(parameter.detach().flatten()[index])
        for parameter, indices in zip(parameters, SAMPLED)
        for index in indices
    ]


def averages(options, dtype):
    model = torch.nn.Module()
    for name, value in zip("ab", arrays(0, dtype)):
        model.register_parameter(name, torch.nn.Parameter(value))
    model.register_buffer("running", torch.zeros(2, dtype=dtype))
    average = swa_utils.AveragedModel(model, **options)
    result = []
    for step in range(1, UPDATES[-1] + 1):
        with torch.no_grad():
            for parameter, value in zip(model.parameters(), arrays(step, dtype)):
                parameter.copy_(value)
            model.running.copy_(torch.tensor([number(step, i) for i in (100, 101)], dtype=dtype))
        average.update_parameters(model)
        if step in UPDATES:
            of_model = average.module
            result.append(sample(of_model.parameters()) + of_model.running.tolist())
    return result


def text(value, dtype):
    return f"{value:.9g}" if dtype == torch.float32 else repr(value)


def write(name, head, cases, rows_of):
    lines = []
    for case, settings in cases.items():
        types = []
        for dtype in [torch.float64, torch.float32]:
            rows = ", ".join(
                "[" + ", ".join(text(value, dtype) for value in row) + "]"
                for row in rows_of(settings, dtype)
            )
            types.append(f'   "{str(dtype)[6:]}": [{rows}]')
        lines.append(f'  "{case}": {{\n' + ",\n".join(types) + "\n  }")
    heads = "".join(f' "{key}": {json.dumps(value)},\n' for key, value in head.items())
    path = Path(__file__).parent / name
    path.write_text("{\n" + heads + ' "cases": {\n' + ",\n".join(lines) + "\n }\n}\n")


def main():
    write("optimizers.json", {"steps": STEPS, "sampled": SAMPLED}, CASES, weights)
    write("averages.json", {"updates": UPDATES}, AVERAGES, averages)


if __name__ == "__main__":
    main()
