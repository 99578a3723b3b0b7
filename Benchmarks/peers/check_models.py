"""Checks that the peers compute the same: the same weights give the same scores and gradients.

    python Benchmarks/peers/check_models.py

PyTorch's networks are the measure. JAX's take their weights, and so do the encoders and decoders that
are written out; ONNX Runtime's are exported from them, and are compared whenever they are measured. Fails where a difference is more than rounding.
"""

from __future__ import annotations

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

import jax_models
import onnxruntime_peer
import torch_decoders
import torch_encoder
import torch_models
import works

#: A network's weights and their gradients, as one library or the other arranges them.
Tree = object


def array(tensor: Tensor) -> jax.Array:
    """Returns the numbers of a tensor in JAX's memory."""
    return jnp.asarray(tensor.detach().numpy())


def affine(layer: nn.Linear, of: str = "data") -> tuple[jax.Array, jax.Array]:
    """Returns weight `(inputs, outputs)` and bias; `of` is `data` or `grad`."""
    return array(getattr(layer.weight, of)).T, array(getattr(layer.bias, of))


def norm(layer: nn.LayerNorm, of: str = "data") -> tuple[jax.Array, jax.Array]:
    """Returns gain and shift."""
    return array(getattr(layer.weight, of)), array(getattr(layer.bias, of))


def lenet_weights(model: nn.Sequential, layout: str, of: str = "data") -> Tree:
    """Returns LeNet's weights. The first linear layer sees the image in the layout's order."""
    order = (0, 1, 2, 3) if layout == "NCHW" else (2, 3, 1, 0)
    kernels = [
        (array(getattr(model[at].weight, of)).transpose(order), array(getattr(model[at].bias, of)))
        for at in (0, 3)
    ]
    weight, bias = affine(model[7], of)
    if layout == "NHWC":
        weight = weight.reshape(32, 7, 7, 128).transpose(1, 2, 0, 3).reshape(1568, 128)
    return [*kernels, (weight, bias), affine(model[9], of)]


def gpt_weights(model: torch_models.GPT, of: str = "data") -> Tree:
    """Returns the GPT's weights."""
    names = ("attention_input", "attention_output", "hidden", "output")
    return {
        "tokens": array(getattr(model.tokens.weight, of)),
        "places": array(getattr(model.places.weight, of)),
        "blocks": [
            {name: affine(getattr(block, name), of) for name in names}
            | {name: norm(getattr(block, name), of) for name in ("norm1", "norm2")}
            for block in model.blocks
        ],
        "norm": norm(model.norm, of),
    }


def lstm_weights(model: torch_models.CharacterLSTM, of: str = "data") -> Tree:
    """Returns the LSTM's weights. PyTorch's two biases are added; their gradients are equal."""
    lstm = model.lstm
    biases = (getattr(lstm.bias_ih_l0, of), getattr(lstm.bias_hh_l0, of))
    return {
        "tokens": array(getattr(model.embedding.weight, of)),
        "input": array(getattr(lstm.weight_ih_l0, of)).T,
        "state": array(getattr(lstm.weight_hh_l0, of)).T,
        "bias": array(biases[0] + biases[1] if of == "data" else biases[0]),
        "head": affine(model.head, of),
    }


def compare(
    name: str, model: nn.Module, x: Tensor, labels: Tensor, ways: dict[str, tuple]
) -> None:
    """Compares scores and all gradients of a loss in PyTorch and in ways to do it in JAX.

    A way is JAX's function, the weights, the input and what the gradients should be (a function,
    as they are there after PyTorch's walk back only).
    """
    expected = model(x)
    scores = expected.flatten(0, -2)
    functional.cross_entropy(scores, labels.flatten()).backward()
    for way, (function, weights, example, gradients) in ways.items():
        result = jax.jit(function)(weights, example)
        np.testing.assert_allclose(result, expected.detach(), rtol=1e-3, atol=1e-4)
        loss = partial(jax_models.cross_entropy, function)
        found = jax.jit(jax.grad(loss))(weights, example, jnp.asarray(labels.numpy()))
        jax.tree.map(partial(np.testing.assert_allclose, rtol=1e-2, atol=1e-5), found, gradients())
        print(f"{name}: JAX, {way}: scores and gradients agree")


def check_perceptron() -> None:
    """Compares 784-50-100-10 with sigmoids."""
    model, x = torch_models.perceptron(), torch.rand(5, 784)

    def weights(of: str = "data") -> Tree:
        return [affine(model[at], of) for at in (0, 2, 4)]

    way = (jax_models.sigmoid_perceptron, weights(), array(x), partial(weights, "grad"))
    compare("perceptron", model, x, torch.arange(5), {"affine": way})


def check_lenet() -> None:
    """Compares LeNet in each layout and with each way to pool."""
    model, x = torch_models.lenet(), torch.rand(5, 1, 28, 28)
    ways = {}
    for layout in ("NCHW", "NHWC"):
        images = array(x) if layout == "NCHW" else array(x).transpose(0, 2, 3, 1)
        for pool in (jax_models.pool_by_window, jax_models.pool_by_reshape):
            ways[f"{layout} {pool.__name__}"] = (
                partial(jax_models.convolutional, layout, pool),
                lenet_weights(model, layout),
                images,
                partial(lenet_weights, model, layout, "grad"),
            )
    compare("lenet", model, x, torch.arange(5), ways)


def check_convolutions() -> None:
    """Compares each convolution layer in each way to compute it."""
    for name, layer in works.CONVOLUTIONS.items():
        model = nn.Conv2d(
            layer.channels,
            layer.filters,
            layer.kernel,
            stride=layer.stride,
            padding=layer.padding,
            groups=layer.groups,
        )
        x = torch.rand(layer.images, layer.channels, layer.size, layer.size)
        expected = model(x).detach().numpy()
        weight, bias = array(model.weight), array(model.bias)
        for way, forward in jax_models.convolutions(layer).items():
            if way == "NCHW":
                result = forward(weight, bias, array(x))
            else:
                result = forward(weight.transpose(2, 3, 1, 0), bias, array(x).transpose(0, 2, 3, 1))
                result = result.transpose(0, 3, 1, 2)
            np.testing.assert_allclose(result, expected, rtol=1e-3, atol=1e-4)
            print(f"{name}: JAX, {way}: results agree")


def check_language_models() -> None:
    """Compares the GPT and the LSTM with each way to look up tokens."""
    x, labels = (torch.randint(works.VOCABULARY, (3, works.LENGTH)) for _ in range(2))
    gpt, lstm = torch_models.GPT(), torch_models.CharacterLSTM()
    gpt_ways, lstm_ways = {}, {}
    for name, lookup in jax_models.LOOKUPS.items():
        gpt_ways[name] = (
            partial(jax_models.gpt, lookup),
            gpt_weights(gpt),
            array(x),
            partial(gpt_weights, gpt, "grad"),
        )
        for unroll in (1, 8):
            lstm_ways[f"{name}, unroll {unroll}"] = (
                partial(jax_models.lstm, lookup, unroll),
                lstm_weights(lstm),
                array(x),
                partial(lstm_weights, lstm, "grad"),
            )
    compare("gpt", gpt, x, labels, gpt_ways)
    compare("lstm", lstm, x, labels, lstm_ways)


def check_onnxruntime() -> None:
    """Makes every variant of ONNX Runtime, which compares each with PyTorch."""
    onnxruntime_peer.set_threads(2)
    tokens = torch.randint(works.VOCABULARY, (1, works.LENGTH))
    for name, model, example in (
        ("perceptron", torch_models.perceptron(), torch.rand(1, 784)),
        ("lenet", torch_models.lenet(), torch.rand(1, 1, 28, 28)),
        ("gpt", torch_models.GPT(), tokens),
    ):
        content = onnxruntime_peer.exported(model, example)
        models = {"as exported": content}
        if name == "gpt":
            models["fused"] = onnxruntime_peer.fused_gpt(content)
        onnxruntime_peer.variants(models, model, example)
        print(f"{name}: ONNX Runtime, {' and '.join(models)}: scores agree")


def check_encoders() -> None:
    """Compares the ways to compute sentence vectors, and those with weights of 8 bits."""
    onnxruntime_peer.set_threads(2)
    models, example = torch_encoder.models(), torch_encoder.texts(3, 16)
    with torch.inference_mode():
        expected = models["transformers"](example).numpy()
        onnxruntime_peer.are_close(models["written out"](example).numpy(), expected)
        print("encoder: PyTorch, written out: vectors agree")
        for name, model in models.items():
            found = torch_encoder.quantized(model)(example).numpy()
            onnxruntime_peer.are_alike(found, expected)
            print(f"encoder: PyTorch, {name}, int8: vectors are alike")
    model = torch_encoder.SentenceVectors(attention="eager").eval()
    contents = onnxruntime_peer.encoders(model, example)
    onnxruntime_peer.variants(contents, model, example)
    print(f"encoder: ONNX Runtime, {' and '.join(contents)}: vectors agree")
    contents = onnxruntime_peer.quantized_encoders(model, example)
    onnxruntime_peer.variants(contents, model, example, onnxruntime_peer.are_alike)
    print(f"encoder: ONNX Runtime, int8, {' and '.join(contents)}: vectors are alike")


def check_decoders() -> None:
    """Compares the scores behind some tokens that are written in either way."""
    start = torch_decoders.prompt()
    for form, (make, written_out) in torch_decoders.FORMS.items():
        with torch.inference_mode():
            model = make()
            expected = torch_decoders.transformers_writer(model, start)(8)
            found = torch_decoders.written_out_writer(written_out(model), start)(8)
        np.testing.assert_allclose(found, expected, rtol=1e-3, atol=1e-4)
        print(f"{form}: PyTorch, written out: scores agree")


if __name__ == "__main__":
    jax.config.update("jax_platforms", "cpu")
    torch.manual_seed(0)
    check_perceptron()
    check_lenet()
    check_convolutions()
    check_language_models()
    check_onnxruntime()
    check_encoders()
    check_decoders()
