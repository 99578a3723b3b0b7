"""The memory that the tensors of a training step need in PyTorch, eager, on the CPU.

    python Benchmarks/peers/torch_memory.py

The networks are those of `backprop bench --work memory-residual` and so on, written with the same
separate operations. A line of JSON for each work says how many bytes of tensors were live at once
in the second step, above those that were live before it.
"""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Callable, Iterable, Iterator

import torch
from torch import Tensor
from torch.autograd import profiler
from torch.nn import functional

#: The forward pass of a work: computes the loss.
Loss = Callable[[], Tensor]


def parameter(*shape: int) -> Tensor:
    """Returns a random parameter whose size suits products by it."""
    return (torch.randn(shape) / math.sqrt(shape[0])).requires_grad_()


def residual() -> tuple[list[Tensor], Loss]:
    """Ten blocks h + relu(h W1 + b1) W2 + b2 of width 256, batch 512, ten classes."""
    blocks = [
        (parameter(256, 256), parameter(256), parameter(256, 256), parameter(256))
        for _ in range(10)
    ]
    weight, bias = parameter(256, 10), parameter(10)
    x, labels = torch.randn(512, 256), torch.arange(512) % 10

    def loss() -> Tensor:
        h = x
        for w1, b1, w2, b2 in blocks:
            h = h + (torch.relu(h @ w1 + b1) @ w2 + b2)
        return functional.cross_entropy(h @ weight + bias, labels)

    return [*(each for block in blocks for each in block), weight, bias], loss


def composed() -> tuple[list[Tensor], Loss]:
    """Four blocks of linear, layer norm and GELU, width 512, batch 256; the mean of squares."""
    blocks = [
        (parameter(512, 512), parameter(512), parameter(512), parameter(512)) for _ in range(4)
    ]
    x = torch.randn(256, 512)

    def normalized(h: Tensor, gain: Tensor, shift: Tensor) -> Tensor:
        centred = h - h.mean(-1, keepdim=True)
        variance = centred.square().mean(-1, keepdim=True)
        return centred / (variance + 1e-5).sqrt() * gain + shift

    def gelu(h: Tensor) -> Tensor:
        inner = math.sqrt(2 / math.pi) * (h + 0.044715 * h.pow(3))
        return 0.5 * h * (1 + torch.tanh(inner))

    def loss() -> Tensor:
        h = x
        for weight, bias, gain, shift in blocks:
            h = gelu(normalized(h @ weight + bias, gain, shift))
        return h.square().mean()

    return [each for block in blocks for each in block], loss


def recurrent() -> tuple[list[Tensor], Loss]:
    """tanh(x U + h W + b) through 1,000 times, width 128, batch 8; the mean of squares."""
    u, w, b = parameter(16, 128), parameter(128, 128), parameter(128)
    x = torch.randn(1000, 8, 16)

    def loss() -> Tensor:
        h = torch.zeros(8, 128)
        for time in range(len(x)):
            h = torch.tanh(x[time] @ u + h @ w + b)
        return h.square().mean()

    return [u, w, b], loss


WORKS: dict[str, Callable[[], tuple[list[Tensor], Loss]]] = {
    "memory-residual": residual,
    "memory-composed": composed,
    "memory-recurrent": recurrent,
}


def train(parameters: list[Tensor], loss: Loss) -> None:
    """Takes a step of gradient descent. The graph goes with the loss, before the update."""
    loss().backward()
    with torch.no_grad():
        for each in parameters:
            each.sub_(each.grad, alpha=0.01)


def zero_gradients(parameters: Iterable[Tensor]) -> None:
    """Lets go of the gradients, as `zero_grad(set_to_none=True)` does."""
    for each in parameters:
        each.grad = None


def changes(events: Iterable) -> Iterator[tuple[int, int]]:
    """Yields the time and the bytes of each block taken (above zero) or given back (below)."""
    waiting = list(events)
    while waiting:
        event = waiting.pop()
        waiting += event.children
        if event.tag == torch._C._profiler._EventType.Allocation:
            assert event.extra_fields.device.type == "cpu"
            yield event.start_time_ns, event.extra_fields.alloc_size


def peak_bytes(parameters: list[Tensor], loss: Loss) -> int:
    """Returns the most bytes that were live at once in the second step, above those before it.

    PyTorch's allocator reports every block of a tensor to the profiler, in the bytes that were
    asked for. What a library beneath it takes for itself (MKL, for its products) is not seen.
    """
    train(parameters, loss)
    zero_gradients(parameters)
    with profiler.profile(use_cpu=True, profile_memory=True) as profile:
        train(parameters, loss)
    live = peak = 0
    for _, change in sorted(changes(profile.kineto_results.experimental_event_tree())):
        live += change
        peak = max(peak, live)
    kept = sum(each.grad.nbytes for each in parameters)
    assert live == kept, f"{live} bytes are left after the step, and the gradients take {kept}"
    return peak


def main() -> None:
    """Prints a line for each of the works that the command line names."""
    parser = argparse.ArgumentParser(description="Measures the memory of PyTorch's tensors.")
    parser.add_argument("--work", nargs="+", choices=WORKS, default=list(WORKS), metavar="WORK")
    options = parser.parse_args()
    torch.manual_seed(0)
    for name in options.work:
        print(json.dumps({"work": name, "bytes": peak_bytes(*WORKS[name]())}), flush=True)


if __name__ == "__main__":
    main()
