"""Makes operations.json: what PyTorch computes in float64 for the cases of operation_cases.json, which
a test writes (Tests/AutodiffTests/Table): values, and gradients by a random cotangent.

Run with: python make_operation_fixtures.py          (needs torch and numpy)

Inputs come from numpy.random.RandomState, seeded by a hash of the case's name, and are numbers of
float32, so that both types compute with the same. Beside the numbers stands what errors are measured
by: of each value of a sum √n Σ|t| for its n terms t = x ∂y/∂x, and of the gradient by each input the
largest Σ|g ∂y/∂x|, over the outputs y and their cotangents g.
"""

import base64
import json
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional as F

torch.set_default_dtype(torch.float64)
FOLDER = Path(__file__).parent


def fnv1a(text):
    hash = 2166136261
    for byte in text.encode():
        hash = (hash ^ byte) * 16777619 % 2**32
    return hash


def hashed(arrays):
    """A hash of numbers, by which the test knows that it computes with the same."""
    hash = 0xCBF29CE484222325
    for array in arrays:
        for word in np.ascontiguousarray(array, "<f8").reshape(-1).view("<u8"):
            hash = (hash ^ int(word)) * 0x100000001B3 % 2**64
    return format(hash, "x")


def drawn(text, seed):
    """The input that `text` says, such as `3,5 numbers -1 1 repeated`, and whether it is of floats."""
    lengths, _, rest = text.partition(" ")
    kind, low, high, *options = rest.split()
    shape = [int(n) for n in lengths.split(",") if n]
    own = [1] + shape[1:] if options == ["repeated"] else shape
    uniform = np.random.RandomState(fnv1a(seed)).random_sample(int(np.prod(own))).reshape(own)
    low, high = float(low), float(high)
    if kind == "numbers":
        values = (low + (high - low) * uniform).astype(np.float32).astype(np.float64)
    else:
        values = np.floor(low + uniform * (high - low + 1))
    return np.broadcast_to(values, shape).copy(), kind


# What PyTorch has no function for.

def dims_of(a, dims):
    return sorted(d % a.dim() for d in dims)


def reduced(function, a, dims, keep):
    for d in reversed(dims_of(a, dims)):
        a = function(a, d, keep)
    return a


def product(a, dims, keep):
    return reduced(torch.prod, a, dims, keep)


def recurrence(a, b, axis, backwards):
    steps, before = [], None
    for i in reversed(range(a.shape[axis])) if backwards else range(a.shape[axis]):
        y = b.select(axis, i)
        before = y if before is None else y + a.select(axis, i) * before
        steps.append(before)
    if not steps:
        return b * 1
    return torch.stack(steps[::-1] if backwards else steps, axis)


def reduce(losses, reduction):
    return {"mean": losses.mean, "sum": losses.sum, "none": lambda: losses * 1}[reduction]()


def slice_rows(a):
    return torch.arange(a.shape[0])[:, None]


NAMES = {"torch": torch, "F": F} | {
    f.__name__: f for f in (reduced, product, recurrence, reduce, slice_rows)}


def base64_of(array, type="<f8"):
    return base64.b64encode(np.ascontiguousarray(array, type).tobytes()).decode()


def answer(case, line):
    name = case["name"]
    inputs = [drawn(text, f"{name}/{i}") for i, text in enumerate(case["inputs"])]
    tensors, variables = [], []
    for values, kind in inputs:
        if kind in ("numbers", "steps"):
            tensors.append(torch.tensor(values, requires_grad=case["differentiable"]))
            variables.append(tensors[-1])
        else:
            tensors.append(torch.tensor(values.astype(bool if kind == "flags" else np.int64)))
    y = eval(case["python"], NAMES, dict(zip("abcd", tensors)))
    result = {
        "line": fnv1a(line), "inputs": hashed([values for values, _ in inputs]),
        "shape": list(y.shape), "value": base64_of(y.detach().double().numpy()),
    }
    if not case["differentiable"]:
        return result
    cotangent, _ = drawn(
        f"{','.join(map(str, y.shape))} numbers -1.0 1.0", f"{name}/cotangent")
    flat = y.reshape(-1)
    # ∂y/∂x, one row for each y.
    jacobians = [np.zeros((flat.numel(), x.numel())) for x in variables]
    if y.requires_grad:
        for row in range(flat.numel()):
            found = torch.autograd.grad(flat[row], variables, retain_graph=True, allow_unused=True)
            for jacobian, g in zip(jacobians, found):
                if g is not None:
                    jacobian[row] = g.detach().reshape(-1).numpy()
    g = cotangent.reshape(-1)
    found = (
        torch.autograd.grad(y, variables, torch.tensor(cotangent), allow_unused=True)
        if y.requires_grad else [None] * len(variables))
    result["gradients"] = [
        base64_of(np.zeros(x.shape) if d is None else d.detach().numpy()) for x, d in zip(variables, found)]
    result["gradientScales"] = [
        float(f"{(np.abs(g) @ np.abs(j)).max(initial=0):.4g}") for j in jacobians]
    if case["sums"]:
        scale = np.abs(flat.detach().numpy())
        count = np.ones(flat.numel())
        for x, j in zip(variables, jacobians):
            terms = np.abs(j * x.detach().reshape(1, -1).numpy())
            scale = np.maximum(scale, terms.sum(axis=1))
            count = np.maximum(count, (j != 0).sum(axis=1))
        result["scale"] = base64_of(np.sqrt(count) * scale, "<f4")
    return result


def main():
    text = (FOLDER / "operation_cases.json").read_text()
    lines = [line.rstrip(",") for line in text.splitlines()[1:-1]]
    answers, failures = [], []
    for line in lines:
        case = json.loads(line)
        try:
            found = answer(case, line)
        except Exception as error:
            failures.append(f"{case['name']}: {case['python']}: {error}")
            continue
        numbers = [found["value"], found.get("scale", ""), *found.get("gradients", [])]
        found["checksum"] = fnv1a("".join(numbers))
        answers.append(f"{json.dumps(case['name'])}: {json.dumps(found)}")
    if failures:
        raise SystemExit("\n".join(failures))
    path = FOLDER / "operations.json"
    path.write_text('{"cases": {\n' + ",\n".join(answers) + "\n}}\n")
    print(f"{path}: {len(answers)} cases, {path.stat().st_size} bytes")


main()
