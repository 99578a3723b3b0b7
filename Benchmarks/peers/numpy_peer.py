"""The works in NumPy, with gradients written out by hand."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

import common
import data
import works
from common import Clock, Measurement, Work
from works import Product

Array = NDArray[np.float32]


def gemm(clock: Clock, product: Product) -> Measurement:
    """A matrix product in float32."""
    random = np.random.default_rng(0)
    a = random.standard_normal((product.rows, product.inner), dtype=np.float32)
    b = random.standard_normal((product.inner, product.columns), dtype=np.float32)
    out = np.empty((product.rows, product.columns), np.float32)
    variants = {"a @ b": lambda: a @ b, "matmul(out=)": lambda: np.matmul(a, b, out=out)}
    return clock.rate(variants, "GFLOP/s", product.gflop)


def softmax(x: Array) -> Array:
    """Normalises the exponentials of each row."""
    exponentials = np.exp(x - x.max(axis=1, keepdims=True))
    return exponentials / exponentials.sum(axis=1, keepdims=True)


class Network:
    """Affine layers with ReLU between them, trained on the softmax cross-entropy."""

    def __init__(self, widths: tuple[int, ...], seed: int = 0) -> None:
        random = np.random.default_rng(seed)
        self.weights = [
            random.standard_normal((inputs, outputs), dtype=np.float32)
            * np.float32(np.sqrt(2 / inputs))
            for inputs, outputs in zip(widths, widths[1:])
        ]
        self.biases = [np.zeros(width, np.float32) for width in widths[1:]]

    @property
    def parameters(self) -> list[Array]:
        """The weights, then the biases."""
        return self.weights + self.biases

    def gradients(self, x: Array, labels: NDArray[np.int64]) -> list[Array]:
        """Returns the gradients of the mean loss, in the order of `parameters`."""
        inputs = [x]
        for weight, bias in zip(self.weights[:-1], self.biases[:-1]):
            inputs.append(np.maximum(inputs[-1] @ weight + bias, 0))
        delta = softmax(inputs[-1] @ self.weights[-1] + self.biases[-1])
        delta[np.arange(len(labels)), labels] -= 1
        delta /= np.float32(len(labels))
        weights: list[Array] = []
        biases: list[Array] = []
        for index in reversed(range(len(self.weights))):
            weights.append(inputs[index].T @ delta)
            biases.append(delta.sum(axis=0))
            if index > 0:
                delta = (delta @ self.weights[index].T) * (inputs[index] > 0)
        return weights[::-1] + biases[::-1]


def two_layer(clock: Clock) -> Measurement:
    """784-50-10 on batches of 100, with SGD."""
    train = data.training_images()
    network = Network((784, 50, 10))
    random = np.random.default_rng(1)

    def step() -> None:
        chosen = random.integers(0, len(train), 100)
        gradients = network.gradients(train.images[chosen], train.labels[chosen])
        for parameter, gradient in zip(network.parameters, gradients):
            parameter -= 0.1 * gradient

    return clock.rate({"": step}, "steps/s")


def mlp_adam(clock: Clock) -> Measurement:
    """784-512-256-10 on batches of 128, with Adam."""
    train = data.training_images()
    network = Network((784, 512, 256, 10))
    random = np.random.default_rng(1)
    means = [np.zeros_like(parameter) for parameter in network.parameters]
    squares = [np.zeros_like(parameter) for parameter in network.parameters]
    count = 0

    def step() -> None:
        nonlocal count
        count += 1
        chosen = random.integers(0, len(train), 128)
        gradients = network.gradients(train.images[chosen], train.labels[chosen])
        rate = 1e-3 / (1 - 0.9**count)
        correction = 1 / np.sqrt(1 - 0.999**count, dtype=np.float32)
        states = zip(network.parameters, gradients, means, squares)
        for parameter, gradient, mean, square in states:
            mean *= 0.9
            mean += 0.1 * gradient
            square *= 0.999
            square += 0.001 * gradient**2
            parameter -= rate * mean / (np.sqrt(square) * correction + 1e-8)

    return clock.rate({"": step}, "steps/s")


def tiny(clock: Clock) -> Measurement:
    """25-20-20-20-5 in float64, one column vector at a time, as a notebook writes it."""
    images = data.five_digits()
    targets = np.eye(5)
    random = np.random.default_rng(1)
    rate = 0.01
    w1 = 2 * random.random((20, 25)) - 1
    w2 = 2 * random.random((20, 20)) - 1
    w3 = 2 * random.random((20, 20)) - 1
    w4 = 2 * random.random((5, 20)) - 1

    def epoch() -> None:
        nonlocal w1, w2, w3, w4
        for k in range(5):
            x = images[k].reshape(25, 1)
            d = targets[k].reshape(5, 1)
            v1 = w1 @ x
            y1 = np.maximum(0, v1)
            v2 = w2 @ y1
            y2 = np.maximum(0, v2)
            v3 = w3 @ y2
            y3 = np.maximum(0, v3)
            v = w4 @ y3
            exponentials = np.exp(v - np.max(v))
            y = exponentials / np.sum(exponentials)

            delta = d - y
            delta3 = (v3 > 0) * (w4.T @ delta)
            delta2 = (v2 > 0) * (w3.T @ delta3)
            delta1 = (v1 > 0) * (w2.T @ delta2)

            w4 = w4 + rate * delta * y3.T
            w3 = w3 + rate * delta3 * y2.T
            w2 = w2 + rate * delta2 * y1.T
            w1 = w1 + rate * delta1 * x.T

    return clock.rate({"": epoch}, "epochs/s")


def predict_one(clock: Clock) -> Measurement:
    """The ten scores of one image by 784-50-100-10 with sigmoids."""
    random = np.random.default_rng(0)
    w1, w2, w3 = (
        random.standard_normal(shape, dtype=np.float32) * np.float32(0.1)
        for shape in ((784, 50), (50, 100), (100, 10))
    )
    b1, b2, b3 = (np.zeros(width, np.float32) for width in (50, 100, 10))
    x = data.training_images().images[:1]

    def sigmoid(x: Array) -> Array:
        return 1 / (1 + np.exp(-x))

    def predict() -> Array:
        z1 = sigmoid(x @ w1 + b1)
        z2 = sigmoid(z1 @ w2 + b2)
        return z2 @ w3 + b3

    return clock.latency({"": predict})


def elementwise(clock: Clock) -> Measurement:
    """tanh(relu(a * b + c) * 0.5 - a), an array for every operation."""
    random = np.random.default_rng(0)
    a, b, c = (random.standard_normal(works.ELEMENTS, dtype=np.float32) for _ in range(3))

    def chain() -> Array:
        t1 = a * b
        t2 = t1 + c
        t3 = np.maximum(t2, 0)
        t4 = t3 * 0.5
        t5 = t4 - a
        return np.tanh(t5)

    return clock.rate({"": chain}, "GB/s", works.ELEMENTWISE_GIGABYTES)


def search(clock: Clock) -> Measurement:
    """The nearest of many vectors to one, by cosine."""
    random = np.random.default_rng(0)
    vectors = random.standard_normal((works.VECTORS, works.VECTOR_WIDTH), dtype=np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    question = random.standard_normal(works.VECTOR_WIDTH, dtype=np.float32)

    def nearest() -> object:
        scores = vectors @ (question / np.linalg.norm(question))
        best = np.argpartition(scores, -works.NEAREST)[-works.NEAREST :]
        best = best[np.argsort(-scores[best])]
        return best.tolist(), scores[best].tolist()

    return clock.latency({"": nearest})


WORKS: dict[str, Work] = {
    "two-layer": two_layer,
    "mlp-adam": mlp_adam,
    "tiny": tiny,
    "predict-1": predict_one,
    "elementwise": elementwise,
    "start": lambda clock: common.import_time("numpy", clock.repetitions),
    "search-100000x384": search,
}

if __name__ == "__main__":
    common.main("numpy", np.__version__, WORKS, gemm)
