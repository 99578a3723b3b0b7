"""The works, as `backprop bench` has them; a test of the Swift sources holds the two together."""

from __future__ import annotations

import re
from dataclasses import dataclass

#: The works whose speed is compared, in the order in which they are reported.
SPEED = (
    "peak",
    "gemm-64",
    "gemm-128",
    "gemm-256",
    "gemm-500",
    "gemm-512",
    "gemm-1000",
    "gemm-1024",
    "gemm-2048",
    "two-layer",
    "mlp-adam",
    "tiny",
    "lenet-adam",
    "baby-gpt",
    "char-lstm",
    "conv-first",
    "conv-3x3",
    "conv-deep",
    "conv-1x1",
    "conv-depthwise",
    "conv-strided",
    "attention",
    "layernorm",
    "predict-1",
    "lenet-predict-1",
    "gpt-predict-1",
    "elementwise",
    "start",
    "encoder-1x16",
    "encoder-1x128",
    "encoder-32x16",
    "encoder-1x16-int8",
    "encoder-1x128-int8",
    "encoder-32x16-int8",
    "decode-llama",
    "decode-llama-int8",
    "decode-llama-int4",
    "decode-gpt2",
    "search-100000x384",
    "tokenize",
)

#: The works whose need of memory is compared.
MEMORY = (
    "memory-residual",
    "memory-composed",
    "memory-recurrent",
    "memory-lenet",
    "memory-gpt",
)

#: The works that read images, and so say which ones in their lines.
ON_IMAGES = ("two-layer", "mlp-adam", "lenet-adam", "predict-1", "lenet-predict-1")


@dataclass(frozen=True)
class Product:
    """A product of two matrices, `(rows, inner)` and `(inner, columns)`."""

    rows: int
    columns: int
    inner: int

    @property
    def gflop(self) -> float:
        """The floating-point operations, in units of 1e9."""
        return 2 * self.rows * self.columns * self.inner / 1e9


def product(name: str) -> Product | None:
    """Returns what `gemm-N` or `gemm-MxNxK` means; None for other names, and lengths of 0."""
    match = re.fullmatch(r"gemm-([0-9]+)(?:x([0-9]+)x([0-9]+))?", name)
    if match is None:
        return None
    rows, columns, inner = (int(length or match[1]) for length in match.groups())
    return Product(rows, columns, inner) if min(rows, columns, inner) > 0 else None


@dataclass(frozen=True)
class Convolution:
    """A convolution layer on square images."""

    images: int
    channels: int
    size: int
    filters: int
    kernel: int
    stride: int = 1
    padding: int = 0
    groups: int = 1
    #: Whether the gradient with respect to the input is wanted; of a first layer it is not.
    input_gradient: bool = True

    @property
    def result_size(self) -> int:
        """The height and width of the result."""
        return (self.size + 2 * self.padding - self.kernel) // self.stride + 1

    @property
    def gflop(self) -> float:
        """The operations of forward, the weight's and the input's gradient, in units of 1e9."""
        sums = self.channels // self.groups * self.kernel**2
        product = 2 * self.images * self.filters * self.result_size**2 * sums
        return product * (3 if self.input_gradient else 2) / 1e9


CONVOLUTIONS = {
    "conv-first": Convolution(64, 1, 28, 16, 3, padding=1, input_gradient=False),
    "conv-3x3": Convolution(64, 16, 14, 32, 3, padding=1),
    "conv-deep": Convolution(16, 64, 14, 64, 3, padding=1),
    "conv-1x1": Convolution(16, 256, 14, 64, 1),
    "conv-depthwise": Convolution(16, 96, 28, 96, 3, padding=1, groups=96),
    "conv-strided": Convolution(16, 32, 28, 64, 3, stride=2, padding=1),
}

#: Queries, keys and values of `attention`: batch, heads, length, width.
ATTENTION = (8, 4, 256, 64)

#: The input of `layernorm`: rows, and numbers in each.
LAYER_NORM = (768, 128)

#: The language models: tokens that there are, tokens in a text, numbers for a token, blocks, heads.
VOCABULARY, LENGTH, WIDTH, BLOCKS, HEADS = 65, 64, 128, 4, 4

#: Texts in a batch of `baby-gpt` and of `char-lstm`.
GPT_BATCH, LSTM_BATCH = 12, 32

#: Elements in each array of `elementwise`.
ELEMENTS = 1_000_000

#: Bytes that the six operations of `elementwise` read and write, in units of 1e9: three with
#: two arrays in and one out (12 bytes an element), three with one in and one out (8 bytes).
ELEMENTWISE_GIGABYTES = ELEMENTS * (12 + 12 + 8 + 8 + 12 + 8) / 1e9


@dataclass(frozen=True)
class Encoder:
    """The form of a sentence encoder."""

    vocabulary: int
    width: int
    layers: int
    heads: int
    #: The numbers of a token between the two linear layers of a block.
    inner: int


#: MiniLM's form, that of `encoder-…`.
ENCODER = Encoder(vocabulary=30_522, width=384, layers=6, heads=12, inner=1536)

#: Texts, and tokens in each, of `encoder-…`, which are measured with weights of 8 bits too.
ENCODED = {
    f"encoder-{texts}x{tokens}": (texts, tokens) for texts, tokens in ((1, 16), (1, 128), (32, 16))
}


@dataclass(frozen=True)
class Decoder:
    """The form of the networks of `decode-…`, and how far they write."""

    vocabulary: int
    width: int
    layers: int
    heads: int
    #: Heads that have keys and values, in Llama's form.
    key_value_heads: int
    #: The numbers of a token within the feed-forward part, in Llama's form.
    feed_forward: int
    #: Tokens that are read before, and tokens that are written.
    read: int
    written: int


DECODER = Decoder(
    vocabulary=32_000,
    width=512,
    layers=8,
    heads=8,
    key_value_heads=4,
    feed_forward=1408,
    read=128,
    written=32,
)

#: `search-…`: vectors, numbers in each, and how many of the nearest are wanted.
VECTORS, VECTOR_WIDTH, NEAREST = 100_000, 384, 10

#: Lines of `tokenize`.
TOKENIZED_LINES = 20_000
