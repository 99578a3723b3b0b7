"""The networks of the works in JAX, and the optimizers that train them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import jax
import jax.numpy as jnp
from jax import Array, lax

from works import BLOCKS, HEADS, LENGTH, VOCABULARY, WIDTH, Convolution

#: The weights and biases of the layers, from the first to the last.
Affine = list[tuple[Array, Array]]
#: All parameters of a network, in whatever nesting.
Parameters = object
#: Given parameters and a batch of inputs, the scores.
Model = Callable[[Parameters, Array], Array]
#: What an optimizer trains and keeps: the parameters first.
State = tuple[object, ...]
#: Given a state and gradients, the next state.
Update = Callable[[State, Parameters], State]


def affine_parameters(widths: tuple[int, ...]) -> Affine:
    """Draws weights `(inputs, outputs)` by He's rule, and zero biases."""
    keys = jax.random.split(jax.random.key(0), len(widths) - 1)
    return [
        (jax.random.normal(key, (inputs, outputs)) * (2 / inputs) ** 0.5, jnp.zeros(outputs))
        for key, inputs, outputs in zip(keys, widths, widths[1:])
    ]


def perceptron(parameters: Affine, x: Array) -> Array:
    """Affine layers with ReLU between them."""
    for weight, bias in parameters[:-1]:
        x = jax.nn.relu(x @ weight + bias)
    weight, bias = parameters[-1]
    return x @ weight + bias


def sigmoid_perceptron(parameters: Affine, x: Array) -> Array:
    """Affine layers with sigmoids between them."""
    for weight, bias in parameters[:-1]:
        x = jax.nn.sigmoid(x @ weight + bias)
    weight, bias = parameters[-1]
    return x @ weight + bias


def cross_entropy(model: Model, parameters: Parameters, x: Array, labels: Array) -> Array:
    """The mean of the negative log-probabilities of the labels."""
    scores = jax.nn.log_softmax(model(parameters, x))
    return -jnp.mean(jnp.take_along_axis(scores, labels[..., None], axis=-1))


def sgd(state: State, gradients: Parameters) -> State:
    """Plain gradient descent at rate 0.1; the state is the parameters alone."""
    (parameters,) = state
    return (jax.tree.map(lambda p, g: p - 0.1 * g, parameters, gradients),)


def adam(state: State, gradients: Parameters, decay: float = 0.0) -> State:
    """Adam at rate 0.001; the state is parameters, both moments and the count of steps.

    With a decay, AdamW: the parameters shrink by the rate times the decay first.
    """
    parameters, means, squares, count = state
    count = count + 1
    means = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, means, gradients)
    squares = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, squares, gradients)
    rate = 1e-3 / (1 - 0.9**count)
    correction = lax.rsqrt(1 - 0.999**count)
    kept = 1 - 1e-3 * decay
    parameters = jax.tree.map(
        lambda p, m, v: kept * p - rate * m / (jnp.sqrt(v) * correction + 1e-8),
        parameters,
        means,
        squares,
    )
    return parameters, means, squares, count


def adam_state(parameters: Parameters) -> State:
    """The state that `adam` starts from."""
    zeros = partial(jax.tree.map, jnp.zeros_like)
    return parameters, zeros(parameters), zeros(parameters), jnp.float32(0)


def convolutional(
    layout: str, pool: Callable[[Array, str], Array], parameters: Affine, x: Array
) -> Array:
    """Two convolutions, each with ReLU and pooling, and two affine layers."""
    kernel = "OIHW" if layout == "NCHW" else "HWIO"
    for weight, bias in parameters[:2]:
        x = lax.conv_general_dilated(
            x, weight, (1, 1), "SAME", dimension_numbers=(layout, kernel, layout)
        )
        bias = bias[:, None, None] if layout == "NCHW" else bias
        x = pool(jax.nn.relu(x + bias), layout)
    return perceptron(parameters[2:], x.reshape(len(x), -1))


def pool_by_window(x: Array, layout: str) -> Array:
    """The greatest of each 2x2 window, by a windowed reduction."""
    window = (1, 1, 2, 2) if layout == "NCHW" else (1, 2, 2, 1)
    return lax.reduce_window(x, -jnp.inf, lax.max, window, window, "VALID")


def pool_by_reshape(x: Array, layout: str) -> Array:
    """The greatest of each 2x2 window, by a reshape and a reduction."""
    if layout == "NCHW":
        n, c, h, w = x.shape
        return x.reshape(n, c, h // 2, 2, w // 2, 2).max(axis=(3, 5))
    n, h, w, c = x.shape
    return x.reshape(n, h // 2, 2, w // 2, 2, c).max(axis=(2, 4))


def lenet_parameters(layout: str) -> Affine:
    """Draws the parameters of `convolutional`, whose kernels lie as the layout wants them."""
    first, second = jax.random.split(jax.random.key(0))
    order = (3, 2, 0, 1) if layout == "NCHW" else (0, 1, 2, 3)
    convolutions = [
        (jax.random.normal(first, (3, 3, 1, 16)) * 0.3, jnp.zeros(16)),
        (jax.random.normal(second, (3, 3, 16, 32)) * 0.1, jnp.zeros(32)),
    ]
    kernels = [(weight.transpose(order), bias) for weight, bias in convolutions]
    return kernels + affine_parameters((1568, 128, 10))


#: Given weight, bias and images, the result of a convolution.
ConvolutionForward = Callable[[Array, Array, Array], Array]


def convolutions(layer: Convolution) -> dict[str, ConvolutionForward]:
    """Returns the ways to compute a convolution layer.

    XLA's convolution in either layout; and where each channel has a filter of its own, for which
    XLA has no fast loops, products by shifted images.
    """
    ways: dict[str, ConvolutionForward] = {
        "NCHW": partial(library_convolution, layer, "NCHW", "OIHW"),
        "NHWC": partial(library_convolution, layer, "NHWC", "HWIO"),
    }
    if layer.groups == layer.channels == layer.filters > 1 and layer.stride == 1:
        ways["NHWC shifted"] = partial(shifted_convolution, layer)
    return ways


def library_convolution(
    layer: Convolution, layout: str, kernel: str, weight: Array, bias: Array, x: Array
) -> Array:
    """The convolution as XLA has it."""
    y = lax.conv_general_dilated(
        x,
        weight,
        (layer.stride, layer.stride),
        [(layer.padding, layer.padding)] * 2,
        dimension_numbers=(layout, kernel, layout),
        feature_group_count=layer.groups,
    )
    return y + (bias[:, None, None] if layout == "NCHW" else bias)


def shifted_convolution(layer: Convolution, weight: Array, bias: Array, x: Array) -> Array:
    """A filter for each channel: the sum of the images shifted, each times a weight."""
    edge = (layer.padding, layer.padding)
    padded = jnp.pad(x, ((0, 0), edge, edge, (0, 0)))
    size = layer.result_size
    y = bias
    for row in range(layer.kernel):
        for column in range(layer.kernel):
            seen = padded[:, row : row + size, column : column + size]
            y = y + seen * weight[row, column, 0]
    return y


#: Given a table and tokens, the rows of the tokens.
Lookup = Callable[[Array, Array], Array]


def gathered(table: Array, tokens: Array) -> Array:
    """The rows of a table, gathered; the gradient is a scatter."""
    return table[tokens]


def multiplied(table: Array, tokens: Array) -> Array:
    """The rows of a table, as a product with ones and zeros; the gradient is a product too."""
    return jax.nn.one_hot(tokens, len(table), dtype=table.dtype) @ table


LOOKUPS: dict[str, Lookup] = {"gather": gathered, "one-hot": multiplied}


def normal(key: Array, *shape: int) -> Array:
    """GPT-2's start of a weight."""
    return 0.02 * jax.random.normal(key, shape)


def gpt_parameters() -> dict[str, object]:
    """Draws the parameters of `gpt`."""
    keys = iter(jax.random.split(jax.random.key(0), 2 + 4 * BLOCKS))

    def affine(inputs: int, outputs: int) -> tuple[Array, Array]:
        return normal(next(keys), inputs, outputs), jnp.zeros(outputs)

    def norm() -> tuple[Array, Array]:
        return jnp.ones(WIDTH), jnp.zeros(WIDTH)

    return {
        "tokens": normal(next(keys), VOCABULARY, WIDTH),
        "places": normal(next(keys), LENGTH, WIDTH),
        "blocks": [
            {
                "norm1": norm(),
                "attention_input": affine(WIDTH, 3 * WIDTH),
                "attention_output": affine(WIDTH, WIDTH),
                "norm2": norm(),
                "hidden": affine(WIDTH, 4 * WIDTH),
                "output": affine(4 * WIDTH, WIDTH),
            }
            for _ in range(BLOCKS)
        ],
        "norm": norm(),
    }


def layer_norm(x: Array, gain: Array, shift: Array) -> Array:
    """Rows of mean 0 and variance 1, scaled and shifted."""
    centred = x - x.mean(-1, keepdims=True)
    variance = jnp.square(centred).mean(-1, keepdims=True)
    return centred * lax.rsqrt(variance + 1e-5) * gain + shift


def causal_attention(q: Array, k: Array, v: Array) -> Array:
    """Attention of `(batch, heads, length, width)`, each place to those up to its own."""
    scores = jnp.einsum("bhid,bhjd->bhij", q, k) / q.shape[-1] ** 0.5
    seen = jnp.tril(jnp.ones(scores.shape[-2:], bool))
    weights = jax.nn.softmax(jnp.where(seen, scores, -jnp.inf))
    return jnp.einsum("bhij,bhjd->bhid", weights, v)


def gpt(lookup: Lookup, parameters: dict[str, object], tokens: Array) -> Array:
    """GPT-2's form, with the table of tokens for the output."""
    batch, length = tokens.shape
    x = lookup(parameters["tokens"], tokens) + parameters["places"][:length]
    for block in parameters["blocks"]:
        weight, bias = block["attention_input"]
        parts = (layer_norm(x, *block["norm1"]) @ weight + bias).reshape(
            batch, length, 3, HEADS, WIDTH // HEADS
        )
        q, k, v = (parts[:, :, part].swapaxes(1, 2) for part in range(3))
        heads = causal_attention(q, k, v).swapaxes(1, 2).reshape(batch, length, WIDTH)
        weight, bias = block["attention_output"]
        x = x + heads @ weight + bias
        weight, bias = block["hidden"]
        inner = jax.nn.gelu(layer_norm(x, *block["norm2"]) @ weight + bias, approximate=True)
        weight, bias = block["output"]
        x = x + inner @ weight + bias
    return layer_norm(x, *parameters["norm"]) @ parameters["tokens"].T


def lstm_parameters() -> dict[str, object]:
    """Draws the parameters of `lstm`; one bias of the gates, where PyTorch has two."""
    keys = iter(jax.random.split(jax.random.key(0), 4))

    def weight(inputs: int, outputs: int) -> Array:
        bound = WIDTH**-0.5
        return jax.random.uniform(next(keys), (inputs, outputs), minval=-bound, maxval=bound)

    return {
        "tokens": jax.random.normal(next(keys), (VOCABULARY, WIDTH)),
        "input": weight(WIDTH, 4 * WIDTH),
        "state": weight(WIDTH, 4 * WIDTH),
        "bias": jnp.zeros(4 * WIDTH),
        "head": (weight(WIDTH, VOCABULARY), jnp.zeros(VOCABULARY)),
    }


def lstm(lookup: Lookup, unroll: int, parameters: dict[str, object], tokens: Array) -> Array:
    """Vectors of tokens, an LSTM and a linear head.

    The inputs of all times go through the gates' weight before the walk, which has then one
    product a time; `unroll` times of it become one step of the loop.
    """
    x = lookup(parameters["tokens"], tokens.T)
    inputs = x @ parameters["input"] + parameters["bias"]

    def advanced(state: tuple[Array, Array], gates: Array) -> tuple[tuple[Array, Array], Array]:
        hidden, cell = state
        i, f, g, o = jnp.split(gates + hidden @ parameters["state"], 4, axis=-1)
        cell = jax.nn.sigmoid(f) * cell + jax.nn.sigmoid(i) * jnp.tanh(g)
        hidden = jax.nn.sigmoid(o) * jnp.tanh(cell)
        return (hidden, cell), hidden

    zeros = jnp.zeros((len(tokens), WIDTH))
    _, hidden = lax.scan(advanced, (zeros, zeros), inputs, unroll=unroll)
    weight, bias = parameters["head"]
    return (hidden @ weight + bias).swapaxes(0, 1)
