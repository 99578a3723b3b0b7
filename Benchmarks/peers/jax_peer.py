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
import jax_models as models
import works
from common import Clock, Measurement, Step, Work
from jax_models import Model, Parameters, State, Update
from works import Convolution, Product

#: Given parameters, inputs and labels, the loss.
Loss = Callable[[Parameters, Array, Array], Array]


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


def gemm(clock: Clock, product: Product) -> Measurement:
    """A matrix product in float32."""
    first, second = jax.random.split(jax.random.key(0))
    a = jax.random.normal(first, (product.rows, product.inner))
    b = jax.random.normal(second, (product.inner, product.columns))
    multiplied = jax.jit(jnp.matmul)
    return clock.rate(
        queued_or_waited(lambda: multiplied(a, b)), "GFLOP/s", product.gflop
    )


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
    loss = partial(models.cross_entropy, model)

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
    state = (models.affine_parameters((784, 50, 10)),)
    return clock.rate(training_steps(models.perceptron, models.sgd, state, (784,), 100), "steps/s")


def mlp_adam(clock: Clock) -> Measurement:
    """784-512-256-10 on batches of 128, with Adam."""
    state = models.adam_state(models.affine_parameters((784, 512, 256, 10)))
    return clock.rate(training_steps(models.perceptron, models.adam, state, (784,), 128), "steps/s")


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


#: The layouts of images that are tried, with the shape of an image in each.
LAYOUTS = {"NCHW": (1, 28, 28), "NHWC": (28, 28, 1)}

#: The ways to take the greatest number of each window.
POOLS = {"window": models.pool_by_window, "reshape": models.pool_by_reshape}


def lenet_adam(clock: Clock) -> Measurement:
    """Two convolutions and two affine layers on batches of 64, with Adam."""
    variants: dict[str, Step] = {}
    for layout, shape in LAYOUTS.items():
        state = models.adam_state(models.lenet_parameters(layout))
        for name, pool in POOLS.items():
            model = partial(models.convolutional, layout, pool)
            # How a batch is drawn matters little to a step of this size: one way will do.
            step = training_steps(model, models.adam, state, shape, 64)["gather inside"]
            variants[f"{layout} {name}"] = step
    return clock.rate(variants, "steps/s")


def baby_gpt(clock: Clock) -> Measurement:
    """GPT-2's form, 4 layers of 128, on 12 texts of 64 out of 65 tokens, with AdamW."""
    random = np.random.default_rng(1)
    text = jnp.asarray(random.integers(0, works.VOCABULARY, 1_000_000, dtype=np.int32))
    reach = jnp.arange(works.LENGTH + 1)
    state = models.adam_state(models.gpt_parameters())
    variants: dict[str, Step] = {}
    for name, lookup in models.LOOKUPS.items():
        loss = partial(models.cross_entropy, partial(models.gpt, lookup))

        @partial(jax.jit, donate_argnums=0)
        def step(state: State, text: Array, starts: Array, loss: Loss = loss) -> State:
            tokens = text[starts[:, None] + reach]
            gradients = jax.grad(loss)(state[0], tokens[:, :-1], tokens[:, 1:])
            return models.adam(state, gradients, decay=0.1)

        def arguments() -> tuple[Array, np.ndarray]:
            last = len(text) - works.LENGTH
            return text, random.integers(0, last, works.GPT_BATCH, dtype=np.int32)

        variants[name] = repeated(step, state, arguments)
    return clock.rate(variants, "steps/s")


def char_lstm(clock: Clock) -> Measurement:
    """A language model of an LSTM on 32 texts of 64 tokens, with AdamW."""
    random = np.random.default_rng(1)
    shape = (works.LSTM_BATCH, works.LENGTH)
    tokens, following = (
        jnp.asarray(random.integers(0, works.VOCABULARY, shape, dtype=np.int32)) for _ in range(2)
    )
    state = models.adam_state(models.lstm_parameters())
    variants: dict[str, Step] = {}
    for name, lookup in models.LOOKUPS.items():
        for unroll in (1, 8):
            loss = partial(models.cross_entropy, partial(models.lstm, lookup, unroll))

            @partial(jax.jit, donate_argnums=0)
            def step(state: State, x: Array, y: Array, loss: Loss = loss) -> State:
                return models.adam(state, jax.grad(loss)(state[0], x, y), decay=0.01)

            variants[f"{name}, unroll {unroll}"] = repeated(
                step, state, lambda: (tokens, following)
            )
    return clock.rate(variants, "steps/s")


def repeated(
    step: Callable[..., State], state: State, arguments: Callable[[], tuple[object, ...]]
) -> Step:
    """Returns a step that goes on from the state that the one before it left."""
    current = jax.tree.map(jnp.copy, state)

    def advance() -> State:
        nonlocal current
        current = step(current, *arguments())
        return current

    return advance


def convolution(clock: Clock, layer: Convolution) -> Measurement:
    """A convolution layer, forward and the gradients of weight, bias and input."""
    keys = jax.random.split(jax.random.key(0), 3)
    size, result = layer.size, layer.result_size
    channels = layer.channels // layer.groups
    x = jax.random.normal(keys[0], (layer.images, size, size, layer.channels))
    weight = jax.random.normal(keys[1], (layer.kernel, layer.kernel, channels, layer.filters))
    cotangent = jax.random.normal(keys[2], (layer.images, result, result, layer.filters))
    bias = jnp.zeros(layer.filters)
    count = 3 if layer.input_gradient else 2
    variants: dict[str, Step] = {}
    for name, forward in models.convolutions(layer).items():
        inputs, last = (weight, bias, x), cotangent
        if name == "NCHW":
            inputs = (weight.transpose(3, 2, 0, 1), bias, x.transpose(0, 3, 1, 2))
            last = cotangent.transpose(0, 3, 1, 2)
        steps = forward_and_gradients(forward, inputs, last, count)
        variants |= {f"{name}, {way}": step for way, step in steps.items()}
    return clock.rate(variants, "GFLOP/s", layer.gflop)


def forward_and_gradients(
    forward: Callable[..., Array], inputs: tuple[Array, ...], cotangent: Array, count: int
) -> dict[str, Step]:
    """Returns steps that compute a result and the gradients of the first `count` inputs."""

    @jax.jit
    def computed(inputs: tuple[Array, ...], cotangent: Array) -> tuple[Array, ...]:
        fixed = inputs[count:]
        result, pullback = jax.vjp(lambda *wanted: forward(*wanted, *fixed), *inputs[:count])
        return result, *pullback(cotangent)

    return queued_or_waited(lambda: computed(inputs, cotangent))


def queued_or_waited(step: Step) -> dict[str, Step]:
    """Returns a step that is queued behind the one before it, and one that is waited for."""
    return {"queued": step, "waited": waited(step)}


def attention(clock: Clock) -> Measurement:
    """Causal attention, forward and the gradients of queries, keys and values."""
    keys = jax.random.split(jax.random.key(0), 4)
    *inputs, cotangent = (jax.random.normal(key, works.ATTENTION) for key in keys)

    def library(q: Array, k: Array, v: Array) -> Array:
        # JAX's own has the heads behind the places.
        q, k, v = (each.swapaxes(1, 2) for each in (q, k, v))
        return jax.nn.dot_product_attention(q, k, v, is_causal=True).swapaxes(1, 2)

    variants: dict[str, Step] = {}
    for name, forward in (("written out", models.causal_attention), ("jax.nn", library)):
        steps = forward_and_gradients(forward, tuple(inputs), cotangent, 3)
        variants |= {f"{name}, {way}": step for way, step in steps.items()}
    return clock.rate(variants, "steps/s")


def layernorm(clock: Clock) -> Measurement:
    """A layer norm, forward and the gradients of input, gain and shift."""
    keys = jax.random.split(jax.random.key(0), 2)
    x, cotangent = (jax.random.normal(key, works.LAYER_NORM) for key in keys)
    width = works.LAYER_NORM[1]
    inputs = (x, jnp.ones(width), jnp.zeros(width))
    steps = forward_and_gradients(models.layer_norm, inputs, cotangent, 3)
    return clock.rate(steps, "steps/s")


def prediction(model: Model, parameters: Parameters, example: np.ndarray) -> dict[str, Step]:
    """Returns ways to have one example's scores: it lies in JAX's memory or in NumPy's."""
    scores = jax.jit(model)
    there = jnp.asarray(example)
    return {
        "jax array": lambda: scores(parameters, there),
        "numpy array": lambda: scores(parameters, example),
    }


def predict_one(clock: Clock) -> Measurement:
    """The ten scores of one image by 784-50-100-10 with sigmoids."""
    parameters = models.affine_parameters((784, 50, 100, 10))
    image = data.training_images().images[:1]
    return clock.latency(prediction(models.sigmoid_perceptron, parameters, image))


def lenet_predict_one(clock: Clock) -> Measurement:
    """The ten scores of one image by the network of `lenet-adam`."""
    image = data.training_images().images[:1]
    variants: dict[str, Step] = {}
    for layout, shape in LAYOUTS.items():
        parameters = models.lenet_parameters(layout)
        for name, pool in POOLS.items():
            model = partial(models.convolutional, layout, pool)
            steps = prediction(model, parameters, image.reshape(1, *shape))
            variants |= {f"{layout} {name}, {way}": step for way, step in steps.items()}
    return clock.latency(variants)


def gpt_predict_one(clock: Clock) -> Measurement:
    """The scores at all places of one text by the network of `baby-gpt`."""
    random = np.random.default_rng(1)
    tokens = random.integers(0, works.VOCABULARY, (1, works.LENGTH), dtype=np.int32)
    parameters = models.gpt_parameters()
    variants: dict[str, Step] = {}
    for name, lookup in models.LOOKUPS.items():
        steps = prediction(partial(models.gpt, lookup), parameters, tokens)
        variants |= {f"{name}, {way}": step for way, step in steps.items()}
    return clock.latency(variants)


def elementwise(clock: Clock) -> Measurement:
    """tanh(relu(a * b + c) * 0.5 - a), which the compiler fuses into one loop."""
    keys = jax.random.split(jax.random.key(0), 3)
    a, b, c = (jax.random.normal(key, (works.ELEMENTS,)) for key in keys)

    @jax.jit
    def chain(a: Array, b: Array, c: Array) -> Array:
        t1 = a * b
        t2 = t1 + c
        t3 = jax.nn.relu(t2)
        t4 = t3 * 0.5
        t5 = t4 - a
        return jnp.tanh(t5)

    steps = queued_or_waited(lambda: chain(a, b, c))
    return clock.rate(steps, "GB/s", works.ELEMENTWISE_GIGABYTES)


def search(clock: Clock) -> Measurement:
    """The nearest of many vectors to one, by cosine."""
    keys = jax.random.split(jax.random.key(0))
    vectors = jax.random.normal(keys[0], (works.VECTORS, works.VECTOR_WIDTH))
    vectors /= jnp.linalg.norm(vectors, axis=1, keepdims=True)
    question = jax.random.normal(keys[1], (works.VECTOR_WIDTH,))

    @jax.jit
    def nearest(vectors: jax.Array, question: jax.Array) -> tuple[jax.Array, jax.Array]:
        scores = vectors @ (question / jnp.linalg.norm(question))
        return tuple(jax.lax.top_k(scores, works.NEAREST))

    return clock.latency(
        {"": lambda: [part.tolist() for part in nearest(vectors, question)]}
    )


WORKS: dict[str, Work] = {
    "two-layer": with_either_dispatch(two_layer),
    "mlp-adam": with_either_dispatch(mlp_adam),
    "tiny": with_either_dispatch(tiny),
    "lenet-adam": with_either_dispatch(lenet_adam),
    # Steps of many milliseconds, in which the way to hand them out does not show.
    "baby-gpt": baby_gpt,
    "char-lstm": char_lstm,
    **{name: partial(convolution, layer=layer) for name, layer in works.CONVOLUTIONS.items()},
    "attention": attention,
    "layernorm": layernorm,
    "predict-1": with_either_dispatch(predict_one),
    "lenet-predict-1": with_either_dispatch(lenet_predict_one),
    "gpt-predict-1": with_either_dispatch(gpt_predict_one),
    "elementwise": elementwise,
    "start": lambda clock: common.import_time("jax", clock.repetitions),
    "search-100000x384": search,
}

if __name__ == "__main__":
    jax.config.update("jax_platforms", "cpu")
    common.main("jax", jax.__version__, WORKS, gemm, wait=jax.block_until_ready)
