"""The works in PyTorch, eager."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.attention import SDPBackend, sdpa_kernel

import common
import data
import torch_decoders
import torch_encoder
import torch_models
import works
from common import Clock, Measurement, Step, Work
from works import Convolution, Product

#: Given the parameters, makes the optimizer.
Optimizer = Callable[..., torch.optim.Optimizer]


#: The layouts of images in memory that are tried.
LAYOUTS = {"contiguous": torch.contiguous_format, "channels_last": torch.channels_last}


def gemm(clock: Clock, product: Product) -> Measurement:
    """A matrix product in float32."""
    torch.manual_seed(0)
    a = torch.randn(product.rows, product.inner)
    b = torch.randn(product.inner, product.columns)
    out = torch.empty(product.rows, product.columns)
    variants: dict[str, Step] = {
        "a @ b": lambda: a @ b,
        "mm(out=)": lambda: torch.mm(a, b, out=out),
    }
    return clock.rate(variants, "GFLOP/s", product.gflop)


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


def char_lstm(clock: Clock) -> Measurement:
    """A language model of an LSTM on 32 texts of 64 tokens, with AdamW."""
    torch.manual_seed(0)
    shape = (works.LSTM_BATCH, works.LENGTH)
    tokens, following = (torch.randint(works.VOCABULARY, shape) for _ in range(2))
    variants: dict[str, Step] = {}
    for name, optimizer in optimizers(torch.optim.AdamW, lr=1e-3).items():
        torch.manual_seed(0)
        model = torch_models.CharacterLSTM()
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
    variants: dict[str, Step] = {}
    for layout, memory_format in LAYOUTS.items():
        for name, optimizer in optimizers(torch.optim.Adam, lr=1e-3).items():
            torch.manual_seed(0)
            model = torch_models.lenet().to(memory_format=memory_format)
            updater = optimizer(model.parameters())
            step = training_step(model, updater, pixels, labels, 64)
            variants[f"{name} {layout}"] = step
    return clock.rate(variants, "steps/s")


def baby_gpt(clock: Clock) -> Measurement:
    """GPT-2's form, 4 layers of 128, on 12 texts of 64 out of 65 tokens, with AdamW."""
    vocabulary, length, batch = works.VOCABULARY, works.LENGTH, works.GPT_BATCH
    torch.manual_seed(0)
    text = torch.randint(vocabulary, (1_000_000,))
    reach = torch.arange(length + 1)
    variants: dict[str, Step] = {}
    for name, optimizer in optimizers(torch.optim.AdamW, lr=1e-3, weight_decay=0.1).items():
        torch.manual_seed(0)
        model = torch_models.GPT()
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


def convolution(clock: Clock, layer: Convolution) -> Measurement:
    """A convolution layer, forward and the gradients of weight, bias and input."""
    variants: dict[str, Step] = {}
    for name, memory_format in LAYOUTS.items():
        torch.manual_seed(0)
        model = nn.Conv2d(
            layer.channels,
            layer.filters,
            layer.kernel,
            stride=layer.stride,
            padding=layer.padding,
            groups=layer.groups,
        ).to(memory_format=memory_format)
        x = torch.randn(layer.images, layer.channels, layer.size, layer.size)
        x = x.contiguous(memory_format=memory_format).requires_grad_(layer.input_gradient)
        wanted = [*model.parameters(), *([x] if layer.input_gradient else [])]
        variants[name] = forward_and_gradients(partial(model, x), wanted)
    return clock.rate(variants, "GFLOP/s", layer.gflop)


def forward_and_gradients(forward: Callable[[], Tensor], wanted: list[Tensor]) -> Step:
    """Returns a step that computes a result and the gradients that a given one leads to."""
    cotangent = torch.randn_like(forward().detach())
    return lambda: torch.autograd.grad(forward(), wanted, cotangent)


def attention(clock: Clock) -> Measurement:
    """Causal attention, forward and the gradients of queries, keys and values."""
    torch.manual_seed(0)
    inputs = [torch.randn(works.ATTENTION, requires_grad=True) for _ in range(3)]
    forward = partial(functional.scaled_dot_product_attention, *inputs, is_causal=True)
    step = forward_and_gradients(forward, inputs)

    def written_out() -> object:
        with sdpa_kernel(SDPBackend.MATH):
            return step()

    return clock.rate({"flash": step, "math": written_out}, "steps/s")


def layernorm(clock: Clock) -> Measurement:
    """A layer norm, forward and the gradients of input, gain and shift."""
    torch.manual_seed(0)
    rows, width = works.LAYER_NORM
    norm = nn.LayerNorm(width)
    x = torch.randn(rows, width, requires_grad=True)
    step = forward_and_gradients(partial(norm, x), [x, *norm.parameters()])
    return clock.rate({"": step}, "steps/s")


def predict_one(clock: Clock) -> Measurement:
    """The ten scores of one image by 784-50-100-10 with sigmoids."""
    torch.manual_seed(0)
    model = torch_models.perceptron().eval()
    x = torch.from_numpy(data.training_images().images[:1])
    with torch.inference_mode():
        return clock.latency({"": lambda: model(x)})


def lenet_predict_one(clock: Clock) -> Measurement:
    """The ten scores of one image by the network of `lenet-adam`."""
    image = torch.from_numpy(data.training_images().images[:1]).reshape(1, 1, 28, 28)
    variants: dict[str, Step] = {}
    for name, memory_format in LAYOUTS.items():
        torch.manual_seed(0)
        model = torch_models.lenet().eval().to(memory_format=memory_format)
        variants[name] = partial(model, image.to(memory_format=memory_format))
    with torch.inference_mode():
        return clock.latency(variants)


def gpt_predict_one(clock: Clock) -> Measurement:
    """The scores at all places of one text by the network of `baby-gpt`."""
    torch.manual_seed(0)
    model = torch_models.GPT().eval()
    tokens = torch.randint(works.VOCABULARY, (1, works.LENGTH))
    with torch.inference_mode():
        return clock.latency({"": lambda: model(tokens)})


def elementwise(clock: Clock) -> Measurement:
    """tanh(relu(a * b + c) * 0.5 - a), an array for every operation."""
    torch.manual_seed(0)
    a, b, c = (torch.randn(works.ELEMENTS) for _ in range(3))

    def chain() -> Tensor:
        t1 = a * b
        t2 = t1 + c
        t3 = torch.relu(t2)
        t4 = t3 * 0.5
        t5 = t4 - a
        return torch.tanh(t5)

    return clock.rate({"": chain}, "GB/s", works.ELEMENTWISE_GIGABYTES)


def encode(clock: Clock, texts: int, tokens: int, is_quantized: bool = False) -> Measurement:
    """Sentence vectors of tokens by MiniLM's form."""
    models, example = torch_encoder.models(), torch_encoder.texts(texts, tokens)
    if is_quantized:
        models = {name: torch_encoder.quantized(model) for name, model in models.items()}
    with torch.inference_mode():
        return clock.latency({name: partial(model, example) for name, model in models.items()})


def decode(clock: Clock, form: str, is_quantized: bool = False) -> Measurement:
    """Tokens written one by one behind others, whose keys and values are kept."""
    make, written_out = torch_decoders.FORMS[form]
    start = torch_decoders.prompt()
    with torch.inference_mode():
        plain = make()
        lean = written_out(plain)
        if is_quantized:
            plain, lean = (torch_encoder.quantized(model) for model in (plain, lean))
        writers = {
            "transformers": torch_decoders.transformers_writer(plain, start),
            "written out": torch_decoders.written_out_writer(lean, start),
        }
        count = works.DECODER.written
        steps = {name: partial(write, count) for name, write in writers.items()}
        return clock.rate(steps, "tokens/s", count)


def search(clock: Clock) -> Measurement:
    """The nearest of many vectors to one, by cosine."""
    torch.manual_seed(0)
    vectors = functional.normalize(torch.randn(works.VECTORS, works.VECTOR_WIDTH), dim=1)
    question = torch.randn(works.VECTOR_WIDTH)

    def nearest() -> object:
        scores = vectors @ functional.normalize(question, dim=0)
        return [part.tolist() for part in scores.topk(works.NEAREST)]

    return clock.latency({"": nearest})


WORKS: dict[str, Work] = {
    "two-layer": two_layer,
    "mlp-adam": mlp_adam,
    "tiny": tiny,
    "lenet-adam": lenet_adam,
    "baby-gpt": baby_gpt,
    "char-lstm": char_lstm,
    **{name: partial(convolution, layer=layer) for name, layer in works.CONVOLUTIONS.items()},
    "attention": attention,
    "layernorm": layernorm,
    "predict-1": predict_one,
    "lenet-predict-1": lenet_predict_one,
    "gpt-predict-1": gpt_predict_one,
    "elementwise": elementwise,
    "start": lambda clock: common.import_time("torch", clock.repetitions),
    **{
        name: partial(encode, texts=texts, tokens=tokens)
        for name, (texts, tokens) in works.ENCODED.items()
    },
    **{
        f"{name}-int8": partial(encode, texts=texts, tokens=tokens, is_quantized=True)
        for name, (texts, tokens) in works.ENCODED.items()
    },
    "decode-llama": partial(decode, form="llama"),
    "decode-llama-int8": partial(decode, form="llama", is_quantized=True),
    "decode-gpt2": partial(decode, form="gpt2"),
    "search-100000x384": search,
}

if __name__ == "__main__":
    common.main("torch", torch.__version__, WORKS, gemm, set_threads=torch.set_num_threads)
