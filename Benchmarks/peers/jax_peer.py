"""The works in JAX, every step one compiled function."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, lax
from jax.extend.backend import clear_backends

import common
import data
from common import Clock, Measurement, Step, Work

#: The weights and biases of the layers, from the first to the last.
Parameters = list[tuple[Array, Array]]
#: Given parameters and a batch of images, the scores.
Model = Callable[[Parameters, Array], Array]
#: What an optimizer trains and keeps.
State = tuple[object, ...]
#: Given a state and gradients, the next state.
Update = Callable[[State, Parameters], State]


def waited(step: Step) -> Step:
    """Waits for each step before the next one, instead of queueing them."""
    return lambda: jax.block_until_ready(step())


def with_either_dispatch(work: Work) -> Work:
    """Measures a work with computations queued to another thread, and run by the caller.

    Queueing is JAX's default; on the CPU the caller's thread is often faster for small steps.
    The faster of the two is the result.
    """

    def measured(clock: Clock) -> Measurement:
        results: list[Measurement] = []
        for dispatch, queued in (("queued", True), ("immediate", False)):
            # Read when the CPU client is made, so that is made anew.
            jax.config.update("jax_cpu_enable_async_dispatch", queued)
            clear_backends()
            result = work(clock)
            names = [name for name in (result.variant, dispatch) if name]
            results.append(replace(result, variant=", ".join(names)))
        jax.config.update("jax_cpu_enable_async_dispatch", True)
        clear_backends()
        choose = min if results[0].unit == "us" else max
        return choose(results, key=lambda result: result.value)

    return measured


def gemm(clock: Clock, size: int) -> Measurement:
    """A square matrix product in float32."""
    first, second = jax.random.split(jax.random.key(0))
    a = jax.random.normal(first, (size, size))
    b = jax.random.normal(second, (size, size))
    product = jax.jit(jnp.matmul)
    variants: dict[str, Step] = {
        "queued": lambda: product(a, b),
        "waited": waited(lambda: product(a, b)),
    }
    return clock.rate(variants, "GFLOP/s", common.gflop(size))


def affine_parameters(widths: tuple[int, ...]) -> Parameters:
    """Draws weights `(inputs, outputs)` by He's rule, and zero biases."""
    keys = jax.random.split(jax.random.key(0), len(widths) - 1)
    return [
        (jax.random.normal(key, (inputs, outputs)) * (2 / inputs) ** 0.5, jnp.zeros(outputs))
        for key, inputs, outputs in zip(keys, widths, widths[1:])
    ]


def perceptron(parameters: Parameters, x: Array) -> Array:
    """Affine layers with ReLU between them."""
    for weight, bias in parameters[:-1]:
        x = jax.nn.relu(x @ weight + bias)
    weight, bias = parameters[-1]
    return x @ weight + bias


def cross_entropy(model: Model, parameters: Parameters, x: Array, labels: Array) -> Array:
    """The mean of the negative log-probabilities of the labels."""
    scores = jax.nn.log_softmax(model(parameters, x))
    return -jnp.mean(jnp.take_along_axis(scores, labels[:, None], axis=1))


def sgd(state: State, gradients: Parameters) -> State:
    """Plain gradient descent at rate 0.1; the state is the parameters alone."""
    (parameters,) = state
    return (jax.tree.map(lambda p, g: p - 0.1 * g, parameters, gradients),)


def adam(state: State, gradients: Parameters) -> State:
    """Adam at rate 0.001; the state is parameters, both moments and the count of steps."""
    parameters, means, squares, count = state
    count = count + 1
    means = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, means, gradients)
    squares = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, squares, gradients)
    rate = 1e-3 / (1 - 0.9**count)
    correction = lax.rsqrt(1 - 0.999**count)
    parameters = jax.tree.map(
        lambda p, m, v: p - rate * m / (jnp.sqrt(v) * correction + 1e-8),
        parameters,
        means,
        squares,
    )
    return parameters, means, squares, count


def adam_state(parameters: Parameters) -> State:
    """The state that `adam` starts from."""
    zeros = partial(jax.tree.map, jnp.zeros_like)
    return parameters, zeros(parameters), zeros(parameters), jnp.float32(0)


def training_steps(
    model: Model, update: Update, state: State, shape: tuple[int, ...], batch: int
) -> dict[str, Step]:
    """Returns three ways to draw a batch and train on it.

    The images are gathered outside the compiled step by NumPy, inside it at indices from
    NumPy, or inside it at indices that the step draws itself.
    """
    train = data.training_images()
    pixels = train.images.reshape(-1, *shape)
    labels = train.labels.astype(np.int32)
    all_pixels, all_labels = jnp.asarray(pixels), jnp.asarray(labels)
    loss = partial(cross_entropy, model)

    def trained(state: State, x: Array, y: Array) -> State:
        return update(state, jax.grad(loss)(state[0], x, y))

    @partial(jax.jit, donate_argnums=0)
    def outside(state: State, x: Array, y: Array) -> State:
        return trained(state, x, y)

    @partial(jax.jit, donate_argnums=0)
    def inside(state: State, x: Array, y: Array, chosen: Array) -> State:
        return trained(state, x[chosen], y[chosen])

    @partial(jax.jit, donate_argnums=(0, 1))
    def drawing(state: State, key: Array, x: Array, y: Array) -> tuple[State, Array]:
        key, draw = jax.random.split(key)
        chosen = jax.random.randint(draw, (batch,), 0, len(labels))
        return trained(state, x[chosen], y[chosen]), key

    random = np.random.default_rng(1)
    states = {name: jax.tree.map(jnp.copy, state) for name in ("outside", "inside", "drawing")}
    key = jax.random.key(1)

    def step_outside() -> State:
        chosen = random.integers(0, len(labels), batch)
        states["outside"] = outside(states["outside"], pixels[chosen], labels[chosen])
        return states["outside"]

    def step_inside() -> State:
        chosen = random.integers(0, len(labels), batch, dtype=np.int32)
        states["inside"] = inside(states["inside"], all_pixels, all_labels, chosen)
        return states["inside"]

    def step_drawing() -> State:
        nonlocal key
        states["drawing"], key = drawing(states["drawing"], key, all_pixels, all_labels)
        return states["drawing"]

    return {
        "gather outside": step_outside,
        "gather inside": step_inside,
        "draw inside": step_drawing,
    }


def two_layer(clock: Clock) -> Measurement:
    """784-50-10 on batches of 100, with SGD."""
    state = (affine_parameters((784, 50, 10)),)
    return clock.rate(training_steps(perceptron, sgd, state, (784,), 100), "steps/s")


def mlp_adam(clock: Clock) -> Measurement:
    """784-512-256-10 on batches of 128, with Adam."""
    state = adam_state(affine_parameters((784, 512, 256, 10)))
    return clock.rate(training_steps(perceptron, adam, state, (784,), 128), "steps/s")


def tiny(clock: Clock) -> Measurement:
    """25-20-20-20-5 in float64 without biases, five steps of one sample an epoch."""
    jax.config.update("jax_enable_x64", True)
    try:
        return _tiny(clock)
    finally:
        jax.config.update("jax_enable_x64", False)


def _tiny(clock: Clock) -> Measurement:
    widths = (25, 20, 20, 20, 5)
    random = np.random.default_rng(1)
    weights = [jnp.asarray(2 * random.random(s) - 1) for s in zip(widths, widths[1:])]
    samples = list(zip(jnp.asarray(data.five_digits()), jnp.eye(5, dtype=jnp.float64)))

    def loss(weights: list[Array], x: Array, target: Array) -> Array:
        for weight in weights[:-1]:
            x = jax.nn.relu(x @ weight)
        return -jnp.sum(target * jax.nn.log_softmax(x @ weights[-1]))

    def descended(weights: list[Array], x: Array, target: Array) -> list[Array]:
        gradients = jax.grad(loss)(weights, x, target)
        return jax.tree.map(lambda w, g: w - 0.01 * g, weights, gradients)

    def epochs(step: Callable[..., list[Array]]) -> Step:
        current = jax.tree.map(jnp.copy, weights)

        def epoch() -> list[Array]:
            nonlocal current
            for x, target in samples:
                current = step(current, x, target)
            return current

        return epoch

    variants = {
        "new weights": epochs(jax.jit(descended)),
        "donated weights": epochs(jax.jit(descended, donate_argnums=0)),
    }
    return clock.rate(variants, "epochs/s")


def convolutional(
    layout: str, pool: Callable[[Array, str], Array], parameters: Parameters, x: Array
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


def lenet_adam(clock: Clock) -> Measurement:
    """Two convolutions and two affine layers on batches of 64, with Adam."""
    first, second = jax.random.split(jax.random.key(0))
    variants: dict[str, Step] = {}
    for layout in ("NCHW", "NHWC"):
        order = (3, 2, 0, 1) if layout == "NCHW" else (0, 1, 2, 3)
        convolutions = [
            (jax.random.normal(first, (3, 3, 1, 16)) * 0.3, jnp.zeros(16)),
            (jax.random.normal(second, (3, 3, 16, 32)) * 0.1, jnp.zeros(32)),
        ]
        parameters = [(weight.transpose(order), bias) for weight, bias in convolutions]
        state = adam_state(parameters + affine_parameters((1568, 128, 10)))
        shape = (1, 28, 28) if layout == "NCHW" else (28, 28, 1)
        for name, pool in (("window", pool_by_window), ("reshape", pool_by_reshape)):
            model = partial(convolutional, layout, pool)
            # How a batch is drawn matters little to a step of this size: one way will do.
            step = training_steps(model, adam, state, shape, 64)["gather inside"]
            variants[f"{layout} {name}"] = step
    return clock.rate(variants, "steps/s")


def predict_one(clock: Clock) -> Measurement:
    """The ten scores of one image by 784-50-100-10 with sigmoids."""
    parameters = affine_parameters((784, 50, 100, 10))
    pixels = data.training_images().images[:1]

    @jax.jit
    def scores(parameters: Parameters, x: Array) -> Array:
        for weight, bias in parameters[:-1]:
            x = jax.nn.sigmoid(x @ weight + bias)
        weight, bias = parameters[-1]
        return x @ weight + bias

    x = jnp.asarray(pixels)
    variants: dict[str, Step] = {
        "jax array": lambda: scores(parameters, x),
        "numpy array": lambda: scores(parameters, pixels),
    }
    return clock.latency(variants)


def elementwise(clock: Clock) -> Measurement:
    """tanh(relu(a * b + c) * 0.5 - a), which the compiler fuses into one loop."""
    keys = jax.random.split(jax.random.key(0), 3)
    a, b, c = (jax.random.normal(key, (common.ELEMENTS,)) for key in keys)

    @jax.jit
    def chain(a: Array, b: Array, c: Array) -> Array:
        t1 = a * b
        t2 = t1 + c
        t3 = jax.nn.relu(t2)
        t4 = t3 * 0.5
        t5 = t4 - a
        return jnp.tanh(t5)

    variants: dict[str, Step] = {
        "queued": lambda: chain(a, b, c),
        "waited": waited(lambda: chain(a, b, c)),
    }
    return clock.rate(variants, "GB/s", common.ELEMENTWISE_GIGABYTES)


WORKS: dict[str, Work] = {
    **{f"gemm-{size}": partial(gemm, size=size) for size in common.GEMM_SIZES},
    "two-layer": with_either_dispatch(two_layer),
    "mlp-adam": with_either_dispatch(mlp_adam),
    "tiny": with_either_dispatch(tiny),
    "lenet-adam": with_either_dispatch(lenet_adam),
    "predict-1": with_either_dispatch(predict_one),
    "elementwise": elementwise,
    "start": lambda clock: common.import_time("jax", clock.repetitions),
}

if __name__ == "__main__":
    jax.config.update("jax_platforms", "cpu")
    common.main("jax", jax.__version__, WORKS, wait=jax.block_until_ready)
