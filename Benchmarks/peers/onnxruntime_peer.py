"""The works of inference in ONNX Runtime, with models exported from PyTorch's."""

from __future__ import annotations

import contextlib
import io
import logging
import tempfile
import warnings
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from numpy.typing import NDArray
from onnxruntime import InferenceSession, SessionOptions
from torch import Tensor, nn

import common
import data
import torch_encoder
import torch_models
import works
from common import Clock, Measurement, Step, Work

#: Set by the command line.
threads = 1


def set_threads(count: int) -> None:
    """Says how many threads a session may use."""
    global threads
    threads = count


def exported(model: nn.Module, example: Tensor) -> bytes:
    """Returns the model as PyTorch writes it for inputs of the example's shape."""
    target = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            model.eval(),
            (example,),
            target,
            dynamo=False,  # the other exporter needs one more package and gives the same nodes
            opset_version=18,
            input_names=["input"],
            output_names=["scores"],
        )
    return target.getvalue()


def fused(model: bytes, kind: str, heads: int, width: int) -> bytes:
    """Returns a transformer with the nodes that ONNX Runtime's own optimizer makes of it."""
    # Says on standard output and in the log what it leaves as it is.
    logging.disable(logging.WARNING)
    from onnxruntime.transformers import optimizer

    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()):
        path = Path(folder) / "model.onnx"
        path.write_bytes(model)
        result = optimizer.optimize_model(
            str(path), kind, num_heads=heads, hidden_size=width, opt_level=1
        )
        return result.model.SerializeToString()


def fused_gpt(model: bytes) -> bytes:
    """Returns the network of `baby-gpt`, fused."""
    return fused(model, "gpt2", works.HEADS, works.WIDTH)


def quantized(model: bytes, **settings: object) -> bytes:
    """Returns a model with weights of 8 bits, whose inputs are rounded as they come."""
    from onnxruntime.quantization import quantize_dynamic

    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "model.onnx", Path(folder) / "quantized.onnx"
        source.write_bytes(model)
        # Of the fused nodes it does not know the types by itself.
        options = {"DefaultTensorType": onnx.TensorProto.FLOAT}
        quantize_dynamic(source, target, extra_options=options, **settings)
        return target.read_bytes()


def session(model: bytes, thread_count: int, is_spinning: bool) -> InferenceSession:
    """Returns a session whose idle threads wait actively, or sleep."""
    options = SessionOptions()
    options.intra_op_num_threads = thread_count
    options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", str(int(is_spinning)))
    return InferenceSession(model, options, providers=["CPUExecutionProvider"])


def scores(runner: InferenceSession, example: NDArray[np.generic]) -> NDArray[np.float32]:
    """Returns the scores of an example."""
    return runner.run(None, {"input": example})[0]


def are_close(found: NDArray[np.float32], expected: NDArray[np.float32]) -> None:
    """Fails where numbers differ by more than rounding."""
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-5)


def are_alike(found: NDArray[np.float32], expected: NDArray[np.float32]) -> None:
    """Fails where vectors point another way than weights of 8 bits make them."""
    lengths = np.linalg.norm(found, axis=1) * np.linalg.norm(expected, axis=1)
    np.testing.assert_array_less(0.99, (found * expected).sum(1) / lengths)


def variants(
    models: dict[str, bytes],
    model: nn.Module,
    example: Tensor,
    compare: Callable[[NDArray[np.float32], NDArray[np.float32]], None] = are_close,
) -> dict[str, Step]:
    """Returns ways to have one example's scores, each of which gives PyTorch's.

    All threads or one; idle threads that spin or sleep; arrays handed over at each call, or bound
    once.
    """
    with torch.inference_mode():
        expected = model(example).numpy()
    array = example.numpy()
    # A single thread never waits for others.
    ways = {"1 thread": (1, False)}
    if threads > 1:
        ways |= {"spinning": (threads, True), "sleeping": (threads, False)}
    steps: dict[str, Step] = {}
    for name, content in models.items():
        for way, (thread_count, is_spinning) in ways.items():
            runner = session(content, thread_count, is_spinning)
            compare(scores(runner, array), expected)
            binding = runner.io_binding()
            binding.bind_cpu_input("input", array)
            binding.bind_output("scores")
            prefix = ", ".join(part for part in (name, way) if part)
            steps[f"{prefix}, run"] = lambda runner=runner: scores(runner, array)
            steps[f"{prefix}, bound"] = lambda runner=runner, binding=binding: (
                runner.run_with_iobinding(binding)
            )
    return steps


def image() -> Tensor:
    """Returns one image: `(1, 784)`."""
    return torch.from_numpy(data.training_images().images[:1])


def predict_one(clock: Clock) -> Measurement:
    """The ten scores of one image by 784-50-100-10 with sigmoids."""
    torch.manual_seed(0)
    model, example = torch_models.perceptron(), image()
    return clock.latency(variants({"": exported(model, example)}, model, example))


def lenet_predict_one(clock: Clock) -> Measurement:
    """The ten scores of one image by the network of `lenet-adam`."""
    torch.manual_seed(0)
    model, example = torch_models.lenet(), image().reshape(1, 1, 28, 28)
    return clock.latency(variants({"": exported(model, example)}, model, example))


def gpt_predict_one(clock: Clock) -> Measurement:
    """The scores at all places of one text by the network of `baby-gpt`."""
    torch.manual_seed(0)
    model = torch_models.GPT()
    example = torch.randint(works.VOCABULARY, (1, works.LENGTH))
    plain = exported(model, example)
    models = {"as exported": plain, "fused": fused_gpt(plain)}
    return clock.latency(variants(models, model, example))


def encoders(model: nn.Module, example: Tensor) -> dict[str, bytes]:
    """Returns a sentence encoder as it is exported, and fused."""
    plain = exported(model, example)
    return {
        "as exported": plain,
        "fused": fused(plain, "bert", works.ENCODER.heads, works.ENCODER.width),
    }


def quantized_encoders(model: nn.Module, example: Tensor) -> dict[str, bytes]:
    """Returns a sentence encoder with weights of 8 bits, with one scale for all outputs of a layer
    or one for each."""
    content = encoders(model, example)["fused"]
    return {
        name: quantized(content, per_channel=is_per_channel)
        for name, is_per_channel in (("one scale", False), ("scales", True))
    }


def encode(clock: Clock, texts: int, tokens: int, is_quantized: bool = False) -> Measurement:
    """Sentence vectors of tokens by MiniLM's form."""
    torch.manual_seed(0)
    # The optimizer knows attention by the nodes of the form that is written out.
    model = torch_encoder.SentenceVectors(attention="eager").eval()
    example = torch_encoder.texts(texts, tokens)
    if is_quantized:
        ways = variants(quantized_encoders(model, example), model, example, are_alike)
    else:
        ways = variants(encoders(model, example), model, example)
    return clock.latency(ways)


WORKS: dict[str, Work] = {
    "predict-1": predict_one,
    "lenet-predict-1": lenet_predict_one,
    "gpt-predict-1": gpt_predict_one,
    "start": lambda clock: common.import_time("onnxruntime", clock.repetitions),
    **{
        name: partial(encode, texts=texts, tokens=tokens)
        for name, (texts, tokens) in works.ENCODED.items()
    },
    **{
        f"{name}-int8": partial(encode, texts=texts, tokens=tokens, is_quantized=True)
        for name, (texts, tokens) in works.ENCODED.items()
    },
}

if __name__ == "__main__":
    common.main("onnxruntime", onnxruntime.__version__, WORKS, set_threads=set_threads)
