"""Makes convolutions.json: what PyTorch's convolutions, pooling and resizing compute, with gradients.

Run with: python make_convolution_fixtures.py          (needs torch, numpy)

Inputs are drawn with NumPy's legacy generator, which the tests reproduce number for number, so that
only results are stored: the shape of the result and, of it and of the gradient by each input, the
exact sum, the exact dot product with random numbers, and the first, a middle and the last element. All
is computed in double precision.

A case draws, in this order: each input, the cotangent, and the numbers for the dot products.
"""

import itertools
import json
import math
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

def pair(value, count):
    return [value] * count if isinstance(value, int) else list(value)


def convolution(axes, x, w, b, stride, padding, dilation, groups):
    function = [F.conv1d, F.conv2d][axes - 1]
    if isinstance(padding, dict):
        # F.pad begins at the last axis.
        edges = list(zip(pair(padding["before"], axes), pair(padding["after"], axes)))
        x = F.pad(x, [n for edge in reversed(edges) for n in edge])
        padding = 0
    return function(x, w, b, stride, padding, dilation, groups)


def transposed(axes, x, w, b, stride, padding, dilation, groups, output_padding):
    function = [F.conv_transpose1d, F.conv_transpose2d][axes - 1]
    return function(x, w, b, stride, padding, output_padding, groups, dilation)


def convolution_cases():
    for axes in (1, 2):
        shape, kernel = ((3, 4, 11), [3]) if axes == 1 else ((2, 4, 7, 9), [3, 2])
        strides = [1, 2, 3] if axes == 1 else [1, 2, [2, 3]]
        dilations = [1, 3] if axes == 1 else [1, [2, 1], 3]
        paddings = [0, 2, {"before": 1, "after": 2}, "same"]
        if axes == 2:
            paddings[1:3] = [[1, 2], {"before": [0, 2], "after": [3, 1]}]
        for groups, stride, dilation, padding in itertools.product(
            (1, 2, 4), strides, dilations, paddings
        ):
            if padding == "same" and stride != 1:
                continue
            yield {
                "op": "conv", "axes": axes, "stride": stride, "padding": padding,
                "dilation": dilation, "groups": groups,
                "inputs": [list(shape), [8, 4 // groups, *kernel], [8]],
            }
        # A kernel of one number, and wide ones.
        for kernel in ([1], [5]) if axes == 1 else ([1, 1], [5, 4], [1, 3]):
            yield {
                "op": "conv", "axes": axes, "stride": 1, "padding": 0, "dilation": 1, "groups": 1,
                "inputs": [list(shape), [3, 4, *kernel]],
            }


def large_cases():
    """Of so many numbers that they are computed in several parts."""
    settings = {"stride": 1, "padding": 0, "dilation": 1, "groups": 1}
    for op, axes, options, inputs in [
        ("conv", 2, {"padding": [2, 1]}, [[19, 3, 40, 37], [4, 3, 5, 5], [4]]),
        ("conv", 2, {"stride": 2, "groups": 3}, [[18, 3, 33, 70], [6, 1, 3, 4], [6]]),
        ("conv", 2, {}, [[19, 5, 9, 8], [3, 5, 1, 1], [3]]),
        ("conv", 2, {"padding": 1}, [[1, 120, 7, 13], [9, 120, 3, 3], [9]]),
        ("conv", 2, {"padding": "same"}, [[2, 230, 6, 5], [260, 230, 3, 3]]),
        ("conv", 1, {"dilation": 2}, [[2, 4, 3000], [3, 4, 7], [3]]),
        ("convTranspose", 1, {"stride": 2, "outputPadding": 1}, [[2, 3, 2900], [3, 4, 9], [4]]),
        ("convTranspose", 2, {"outputPadding": 0}, [[17, 4, 30, 35], [4, 3, 5, 5], [3]]),
    ]:
        yield {"op": op, "axes": axes, **settings, **options, "inputs": inputs}


def transposed_cases():
    for axes in (1, 2):
        shape, kernel = ((3, 4, 6), [3]) if axes == 1 else ((2, 4, 4, 5), [3, 2])
        strides = [1, 3] if axes == 1 else [1, 2, [2, 3]]
        dilations = [1, 2] if axes == 1 else [1, [2, 1]]
        paddings = [0, 2] if axes == 1 else [0, [1, 2]]
        for groups, stride, dilation, padding, added in itertools.product(
            (1, 2, 4), strides, dilations, paddings, (0, 1)
        ):
            most = [
                max(s, d) - 1 for s, d in zip(pair(stride, axes), pair(dilation, axes))
            ]
            output_padding = [min(added, m) for m in most]
            if added and not any(output_padding):
                continue
            yield {
                "op": "convTranspose", "axes": axes, "stride": stride, "padding": padding,
                "dilation": dilation, "groups": groups, "outputPadding": output_padding,
                "inputs": [list(shape), [4, 8 // groups, *kernel], [8]],
            }


def pooling_cases():
    for axes in (1, 2):
        shape = [2, 3, 11] if axes == 1 else [2, 3, 8, 11]
        kernels = [2, 3, 5] if axes == 1 else [2, [3, 2], [4, 5]]
        strides = [None, 1, 3] if axes == 1 else [None, 1, [3, 2]]
        for kernel, stride, is_padded, ceil in itertools.product(
            kernels, strides, (False, True), (False, True)
        ):
            halves = [k // 2 for k in pair(kernel, axes)]
            padding = halves if is_padded else 0
            for dilation in (1, 2):
                yield {
                    "op": "maxPool", "axes": axes, "kernel": kernel, "stride": stride,
                    "padding": padding, "ceilMode": ceil, "dilation": dilation,
                    "inputs": [shape],
                }
            for included in (True, False):
                if included or is_padded:
                    yield {
                        "op": "averagePool", "axes": axes, "kernel": kernel, "stride": stride,
                        "padding": padding, "ceilMode": ceil, "countIncludePad": included,
                        "inputs": [shape],
                    }
        for to in [1, 4, 11, 13] if axes == 1 else [1, [4, 3], [8, 11], [3, 17]]:
            for op in ("adaptiveMaxPool", "adaptiveAveragePool"):
                yield {"op": op, "axes": axes, "to": to, "inputs": [shape]}


def resizing_cases():
    for axes in (1, 2):
        shape = [2, 3, 7] if axes == 1 else [2, 3, 5, 7]
        targets = [1, 3, 7, 14, 16] if axes == 1 else [1, [5, 7], [10, 14], [3, 11], [12, 2]]
        factors = [0.5, 1.3, 2, 2.6] if axes == 1 else [0.7, 2, [1.1, 3.3], [2.5, 0.4]]
        for mode in ("nearest", "linear", "alignCorners"):
            for to in targets:
                yield {"op": "interpolate", "axes": axes, "to": to, "mode": mode, "inputs": [shape]}
            for factor in factors:
                yield {
                    "op": "interpolate", "axes": axes, "factor": factor, "mode": mode,
                    "inputs": [shape],
                }


def compute(case, inputs):
    axes = case["axes"]
    x = inputs[0]
    op = case["op"]
    if op in ("conv", "convTranspose"):
        w, b = inputs[1], inputs[2] if len(inputs) == 3 else None
        settings = [case[key] for key in ("stride", "padding", "dilation", "groups")]
        if op == "conv":
            return convolution(axes, x, w, b, *settings)
        return transposed(axes, x, w, b, *settings, case["outputPadding"])
    if op == "maxPool":
        function = [F.max_pool1d, F.max_pool2d][axes - 1]
        return function(
            x, case["kernel"], case["stride"], case["padding"], case["dilation"],
            case["ceilMode"])
    if op == "averagePool":
        function = [F.avg_pool1d, F.avg_pool2d][axes - 1]
        return function(
            x, case["kernel"], case["stride"], case["padding"], case["ceilMode"],
            case["countIncludePad"])
    if op == "adaptiveMaxPool":
        return [F.adaptive_max_pool1d, F.adaptive_max_pool2d][axes - 1](x, case["to"])
    if op == "adaptiveAveragePool":
        return [F.adaptive_avg_pool1d, F.adaptive_avg_pool2d][axes - 1](x, case["to"])
    mode = "nearest" if case["mode"] == "nearest" else ["linear", "bilinear"][axes - 1]
    align = None if mode == "nearest" else case["mode"] == "alignCorners"
    factor = case.get("factor")
    if isinstance(factor, list):
        factor = tuple(factor)
    return F.interpolate(x, case.get("to"), factor, mode, align)


def summary(array, weights):
    flat = array.detach().numpy().ravel()
    elements = [float(flat[place]) for place in (0, flat.size // 2, -1)]
    return [math.fsum(flat), math.fsum(flat * weights), *elements]


def run(case, seed):
    random = np.random.RandomState(seed)

    def draw(shape):
        return torch.from_numpy(random.randn(math.prod(shape)).reshape(shape))

    inputs = [draw(shape).requires_grad_() for shape in case["inputs"]]
    result = compute(case, inputs)
    cotangent = draw(tuple(result.shape))
    gradients = torch.autograd.grad(result, inputs, cotangent)
    arrays = [result, *gradients]
    return {
        "seed": seed,
        **{key: value for key, value in case.items() if value is not None},
        "shape": list(result.shape),
        "results": [summary(array, random.randn(array.numel())) for array in arrays],
    }


def main():
    torch.set_default_dtype(torch.float64)
    cases = itertools.chain(
        convolution_cases(), transposed_cases(), pooling_cases(), resizing_cases(), large_cases()
    )
    lines = [json.dumps(run(case, 100 + index)) for index, case in enumerate(cases)]
    path = Path(__file__).parent / "convolutions.json"
    path.write_text("[\n" + ",\n".join(lines) + "\n]\n")


if __name__ == "__main__":
    main()
