"""The memory that the tensors of a training step need in PyTorch, eager, on the CPU.

    python Benchmarks/peers/torch_memory.py

The networks are those of `backprop bench --work memory-residual` and so on: the first three are
written with the same separate operations, LeNet and the GPT with layers. A line of JSON for each
work says how many bytes of tensors were live at once in the second step, above those that were live
before it.
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

import torch_models
import works

#: The forward pass of a work: computes the loss.
Loss = Callable[[], Tensor]
#: Parameters, their loss, and what updates them by their gradients.
Training = tuple[list[Tensor], Loss, Callable[[], None]]


def parameter(*shape: int) -> Tensor:
    """Returns a random parameter whose size suits products by it."""
    return (torch.randn(shape) / math.sqrt(shape[0])).requires_grad_()


def residual() -> Training:
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

    parameters = [*(each for block in blocks for each in block), weight, bias]
    return parameters, loss, descent(parameters)


def composed() -> Training:
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

    parameters = [each for block in blocks for each in block]
    return parameters, loss, descent(parameters)


def recurrent() -> Training:
    """tanh(x U + h W + b) through 1,000 times, width 128, batch 8; the mean of squares."""
    u, w, b = parameter(16, 128), parameter(128, 128), parameter(128)
    x = torch.randn(1000, 8, 16)

    def loss() -> Tensor:
        h = torch.zeros(8, 128)
        for time in range(len(x)):
            h = torch.tanh(x[time] @ u + h @ w + b)
        return h.square().mean()

    return [u, w, b], loss, descent([u, w, b])


def lenet() -> Training:
    """The network of `lenet-adam` on 64 images, with Adam that makes no arrays of its own."""
    model = torch_models.lenet()
    images, labels = torch.rand(64, 1, 28, 28), torch.arange(64) % 10
    parameters = list(model.parameters())
    optimizer = torch.optim.Adam(parameters, fused=True)
    return parameters, lambda: functional.cross_entropy(model(images), labels), optimizer.step


def gpt() -> Training:
    """The network of `baby-gpt` on 12 texts of 64 tokens, with AdamW that makes no arrays."""
    model = torch_models.GPT()
    shape = (works.GPT_BATCH, works.LENGTH)
    tokens, following = (torch.randint(works.VOCABULARY, shape) for _ in range(2))
    parameters = list(model.parameters())
    optimizer = torch.optim.AdamW(parameters, lr=1e-3, weight_decay=0.1, fused=True)

    def loss() -> Tensor:
        return functional.cross_entropy(model(tokens).flatten(0, 1), following.flatten())

    return parameters, loss, optimizer.step


WORKS: dict[str, Callable[[], Training]] = {
    "memory-residual": residual,
    "memory-composed": composed,
    "memory-recurrent": recurrent,
    "memory-lenet": lenet,
    "memory-gpt": gpt,
}


def descent(parameters: list[Tensor]) -> Callable[[], None]:
    """Returns a step of plain gradient descent."""

    def update() -> None:
        with torch.no_grad():
            for each in parameters:
                each.sub_(each.grad, alpha=0.01)

    return update


def train(loss: Loss, update: Callable[[], None]) -> None:
    """Takes a step. The graph goes with the loss, before the update."""
    loss().backward()
    update()


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


def peak_bytes(parameters: list[Tensor], loss: Loss, update: Callable[[], None]) -> int:
    """Returns the most bytes that were live at once in the second step, above those before it.

    PyTorch's allocator reports every block of a tensor to the profiler, in the bytes that were
    asked for. What a library beneath it takes for itself (MKL, for its products) is not seen.
    """
    train(loss, update)
    zero_gradients(parameters)
    with profiler.profile(use_cpu=True, profile_memory=True) as profile:
        train(loss, update)
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
