"""The works in PyTorch, eager."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import torch
from torch import Tensor, nn
from torch.nn import functional

import common
import data
from common import Clock, Measurement, Step, Work

#: Given the parameters, makes the optimizer.
Optimizer = Callable[..., torch.optim.Optimizer]


def gemm(clock: Clock, size: int) -> Measurement:
    """A square matrix product in float32."""
    torch.manual_seed(0)
    a, b, out = torch.randn(size, size), torch.randn(size, size), torch.empty(size, size)
    variants: dict[str, Step] = {
        "a @ b": lambda: a @ b,
        "mm(out=)": lambda: torch.mm(a, b, out=out),
    }
    return clock.rate(variants, "GFLOP/s", common.gflop(size))


def training_step(
    model: nn.Module, optimizer: torch.optim.Optimizer, images: Tensor, labels: Tensor, batch: int
) -> Step:
    """Returns a step that draws a batch and updates the model by it."""

    def step() -> None:
        chosen = torch.randint(0, len(labels), (batch,))
        loss = functional.cross_entropy(model(images[chosen]), labels[chosen])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

    return step


def optimizers(make: Optimizer, **settings: float) -> dict[str, Optimizer]:
    """Returns the three implementations that PyTorch has of an optimizer."""
    return {
        "default": partial(make, **settings),
        "foreach": partial(make, **settings, foreach=True),
        "fused": partial(make, **settings, fused=True),
    }


def two_layer(clock: Clock) -> Measurement:
    """784-50-10 on batches of 100, with SGD."""
    train = data.training_images()
    images, labels = torch.from_numpy(train.images), torch.from_numpy(train.labels)
    variants: dict[str, Step] = {}
    for name, optimizer in optimizers(torch.optim.SGD, lr=0.1).items():
        torch.manual_seed(0)
        model = nn.Sequential(nn.Linear(784, 50), nn.ReLU(), nn.Linear(50, 10))
        updater = optimizer(model.parameters())
        variants[name] = training_step(model, updater, images, labels, 100)
    return clock.rate(variants, "steps/s")


def mlp_adam(clock: Clock) -> Measurement:
    """784-512-256-10 on batches of 128, with Adam."""
    train = data.training_images()
    images, labels = torch.from_numpy(train.images), torch.from_numpy(train.labels)
    variants: dict[str, Step] = {}
    for name, optimizer in optimizers(torch.optim.Adam, lr=1e-3).items():
        torch.manual_seed(0)
        model = nn.Sequential(
            nn.Linear(784, 512), nn.ReLU(), nn.Linear(512, 256), nn.ReLU(), nn.Linear(256, 10)
        )
        updater = optimizer(model.parameters())
        variants[name] = training_step(model, updater, images, labels, 128)
    return clock.rate(variants, "steps/s")


class LanguageModel(nn.Module):
    """Vectors of tokens, an LSTM and a linear head."""

    def __init__(self) -> None:
        super().__init__()
        self.embedding = nn.Embedding(65, 128)
        self.lstm = nn.LSTM(128, 128, batch_first=True)
        self.head = nn.Linear(128, 65)

    def forward(self, tokens: Tensor) -> Tensor:
        return self.head(self.lstm(self.embedding(tokens))[0])


def lstm(clock: Clock) -> Measurement:
    """A language model of an LSTM on 32 texts of 64 tokens, with AdamW."""
    torch.manual_seed(0)
    tokens, following = (torch.randint(65, (32, 64)) for _ in range(2))
    variants: dict[str, Step] = {}
    for name, optimizer in optimizers(torch.optim.AdamW, lr=1e-3).items():
        torch.manual_seed(0)
        model = LanguageModel()
        updater = optimizer(model.parameters())

        def step(model: nn.Module = model, updater: torch.optim.Optimizer = updater) -> None:
            scores = model(tokens)
            loss = functional.cross_entropy(scores.flatten(0, 1), following.flatten())
            updater.zero_grad()
            loss.backward()
            updater.step()

        variants[name] = step
    return clock.rate(variants, "steps/s")


def tiny(clock: Clock) -> Measurement:
    """25-20-20-20-5 in float64 without biases, five steps of one sample an epoch."""
    images = torch.from_numpy(data.five_digits())
    samples = [(images[k : k + 1], torch.tensor([k])) for k in range(5)]
    widths = (25, 20, 20, 20, 5)
    variants: dict[str, Step] = {}
    for name, optimizer in optimizers(torch.optim.SGD, lr=0.01).items():
        torch.manual_seed(0)
        layers: list[nn.Module] = []
        for inputs, outputs in zip(widths, widths[1:]):
            layers += [nn.Linear(inputs, outputs, bias=False, dtype=torch.float64), nn.ReLU()]
        model = nn.Sequential(*layers[:-1])
        updater = optimizer(model.parameters())

        def epoch(model: nn.Module = model, updater: torch.optim.Optimizer = updater) -> None:
            for x, label in samples:
                loss = functional.cross_entropy(model(x), label)
                updater.zero_grad()
                loss.backward()
                updater.step()

        variants[name] = epoch
    return clock.rate(variants, "epochs/s")


def lenet_adam(clock: Clock) -> Measurement:
    """Two convolutions and two affine layers on batches of 64, with Adam."""
    train = data.training_images()
    pixels = torch.from_numpy(train.images).reshape(-1, 1, 28, 28)
    labels = torch.from_numpy(train.labels)
    layouts = {"": torch.contiguous_format, " channels_last": torch.channels_last}
    variants: dict[str, Step] = {}
    for layout, memory_format in layouts.items():
        for name, optimizer in optimizers(torch.optim.Adam, lr=1e-3).items():
            torch.manual_seed(0)
            model = nn.Sequential(
                nn.Conv2d(1, 16, 3, padding=1),
                nn.ReLU(),
                nn.MaxPool2d(2),
                nn.Conv2d(16, 32, 3, padding=1),
                nn.ReLU(),
                nn.MaxPool2d(2),
                nn.Flatten(),
                nn.Linear(1568, 128),
                nn.ReLU(),
                nn.Linear(128, 10),
            ).to(memory_format=memory_format)
            updater = optimizer(model.parameters())
            variants[name + layout] = training_step(model, updater, pixels, labels, 64)
    return clock.rate(variants, "steps/s")


class Block(nn.Module):
    """A block of GPT-2: attention and two linear layers, each with a norm in front."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.attention_input = nn.Linear(width, 3 * width)
        self.attention_output = nn.Linear(width, width)
        self.hidden, self.output = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

    def forward(self, x: Tensor) -> Tensor:
        batch, length, width = x.shape
        parts = self.attention_input(self.norm1(x)).split(width, 2)
        q, k, v = (part.view(batch, length, self.heads, -1).transpose(1, 2) for part in parts)
        gathered = functional.scaled_dot_product_attention(q, k, v, is_causal=True)
        x = x + self.attention_output(gathered.transpose(1, 2).reshape(batch, length, width))
        inner = functional.gelu(self.hidden(self.norm2(x)), approximate="tanh")
        return x + self.output(inner)


class GPT(nn.Module):
    """GPT-2's form, with the table of tokens for the output."""

    def __init__(self, vocabulary: int, context: int, width: int, layers: int, heads: int) -> None:
        super().__init__()
        self.tokens, self.places = nn.Embedding(vocabulary, width), nn.Embedding(context, width)
        self.blocks = nn.Sequential(*(Block(width, heads) for _ in range(layers)))
        self.norm = nn.LayerNorm(width)
        for parameter in self.parameters():
            if parameter.dim() == 2:
                nn.init.normal_(parameter, std=0.02)

    def forward(self, tokens: Tensor) -> Tensor:
        x = self.tokens(tokens) + self.places(torch.arange(tokens.shape[1]))
        return functional.linear(self.norm(self.blocks(x)), self.tokens.weight)


def gpt_adamw(clock: Clock) -> Measurement:
    """GPT-2's form, 4 layers of 128, on 12 texts of 64 out of 65 tokens, with AdamW."""
    vocabulary, length, batch = 65, 64, 12
    torch.manual_seed(0)
    text = torch.randint(vocabulary, (1_000_000,))
    reach = torch.arange(length + 1)
    variants: dict[str, Step] = {}
    for name, optimizer in optimizers(torch.optim.AdamW, lr=1e-3, weight_decay=0.1).items():
        torch.manual_seed(0)
        model = GPT(vocabulary, length, 128, 4, 4)
        updater = optimizer(model.parameters())

        def step(model: nn.Module = model, updater: torch.optim.Optimizer = updater) -> None:
            starts = torch.randint(len(text) - length, (batch, 1))
            tokens = text[starts + reach]
            scores = model(tokens[:, :-1])
            loss = functional.cross_entropy(scores.flatten(0, 1), tokens[:, 1:].flatten())
            updater.zero_grad()
            loss.backward()
            updater.step()

        variants[name] = step
    return clock.rate(variants, "steps/s")


def predict_one(clock: Clock) -> Measurement:
    """The ten scores of one image by 784-50-100-10 with sigmoids."""
    torch.manual_seed(0)
    model = nn.Sequential(
        nn.Linear(784, 50), nn.Sigmoid(), nn.Linear(50, 100), nn.Sigmoid(), nn.Linear(100, 10)
    ).eval()
    x = torch.from_numpy(data.training_images().images[:1])
    with torch.inference_mode():
        return clock.latency({"": lambda: model(x)})


def elementwise(clock: Clock) -> Measurement:
    """tanh(relu(a * b + c) * 0.5 - a), an array for every operation."""
    torch.manual_seed(0)
    a, b, c = (torch.randn(common.ELEMENTS) for _ in range(3))

    def chain() -> Tensor:
        t1 = a * b
        t2 = t1 + c
        t3 = torch.relu(t2)
        t4 = t3 * 0.5
        t5 = t4 - a
        return torch.tanh(t5)

    return clock.rate({"": chain}, "GB/s", common.ELEMENTWISE_GIGABYTES)


WORKS: dict[str, Work] = {
    **{f"gemm-{size}": partial(gemm, size=size) for size in common.GEMM_SIZES},
    "two-layer": two_layer,
    "mlp-adam": mlp_adam,
    "lstm": lstm,
    "tiny": tiny,
    "lenet-adam": lenet_adam,
    "gpt-adamw": gpt_adamw,
    "predict-1": predict_one,
    "elementwise": elementwise,
    "start": lambda clock: common.import_time("torch", clock.repetitions),
}

if __name__ == "__main__":
    common.main("torch", torch.__version__, WORKS, set_threads=torch.set_num_threads)
