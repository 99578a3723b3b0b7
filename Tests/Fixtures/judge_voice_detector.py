"""Writes sounds, weights, and what onnxruntime makes of the sounds by the ONNX form of Silero's voice
detector, with those weights in it.

Run with: python judge_voice_detector.py FOLDER
          python judge_voice_detector.py FOLDER time     also how long a chunk takes

The package's safetensors file comes of another training than its ONNX files. So both are judged: the file's
weights, put into the ONNX form, and the ONNX form's own, written as a safetensors file.

(needs silero_vad, onnx, onnxruntime, safetensors and scipy; speech is made where espeak-ng is installed)
"""

import math
import subprocess
import sys
import time
import wave
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import numpy_helper
from safetensors.numpy import load_file, save_file
from scipy.signal import chirp, resample_poly

NAMES = {"stft_conv.weight": "model.stft.forward_basis_buffer"}
for part in "weight", "bias":
    for layer in range(4):
        NAMES[f"conv{layer + 1}.{part}"] = f"model.encoder.{layer}.reparam_conv.{part}"
    for side in "ih", "hh":
        NAMES[f"lstm_cell.{part}_{side}"] = f"model.decoder.rnn.{part}_{side}"
    NAMES[f"final_conv.{part}"] = f"model.decoder.decoder.2.{part}"


def sounds(folder):
    generator = np.random.default_rng(1)
    count = 512 * 150
    t = np.arange(count) / 16000
    result = {
        "noise": 0.1 * generator.standard_normal(count),
        "loud": generator.uniform(-1, 1, count),
        # A voice-like tone: harmonics that glide, switched on and off.
        "tones": sum(chirp(t, 120 * k, t[-1], 220 * k) / k for k in range(1, 12)) * 0.2 * (np.sin(7 * t) > 0),
        "silence": np.zeros(512 * 20),
    }
    path = folder / "speech.wav"
    text = "Good morning. A small bird sings in the old tree, and the train to the coast leaves at nine. " * 3
    try:
        subprocess.run(["espeak-ng", "-w", str(path), text], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        return result
    with wave.open(str(path)) as file:
        samples = np.frombuffer(file.readframes(file.getnframes()), "<i2") / 32768
        rate = math.gcd(16000, file.getframerate())
        samples = resample_poly(samples, 16000 // rate, file.getframerate() // rate)
    path.unlink()
    result["speech"] = samples
    result["speech-in-noise"] = samples + 0.02 * generator.standard_normal(len(samples))
    return result


def session(model):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])


def probabilities(session, samples):
    samples = np.pad(samples, (64, -len(samples) % 512))[None]
    state, result = np.zeros((2, 1, 128), "f"), []
    for start in range(64, samples.shape[1], 512):
        inputs = {"input": samples[:, start - 64:start + 512], "state": state, "sr": np.array(16000)}
        output, state = session.run(None, inputs)
        result.append(output[0, 0])
    return np.array(result, "f")


def main():
    folder, data = Path(sys.argv[1]), Path(find_spec("silero_vad").origin).parent / "data"
    model = onnx.load(data / "silero_vad_16k_op15.onnx")
    places = {weight.name: weight for weight in model.graph.initializer}
    own = {name: numpy_helper.to_array(places[theirs]).copy() for name, theirs in NAMES.items()}
    inputs = {name: samples.astype("f") for name, samples in sounds(folder).items()}
    for name, samples in inputs.items():
        np.save(folder / f"{name}.npy", samples)
    file = load_file(data / "silero_vad_16k.safetensors")
    assert set(file) == set(own), set(file) ^ set(own)
    for kind, weights in ("onnx", own), ("file", file):
        for name, weight in weights.items():
            places[NAMES[name]].CopyFrom(numpy_helper.from_array(weight, NAMES[name]))
        if kind == "onnx":
            save_file(weights, folder / "onnx.safetensors")
        else:
            (folder / "file.safetensors").write_bytes((data / "silero_vad_16k.safetensors").read_bytes())
        judge = session(model)
        for name, samples in inputs.items():
            np.save(folder / f"{name}.{kind}.npy", probabilities(judge, samples))
        if "time" in sys.argv[2:]:
            chunk, state, best = np.zeros((1, 576), "f"), np.zeros((2, 1, 128), "f"), 1e9
            for _ in range(3000):
                start = time.perf_counter()
                judge.run(None, {"input": chunk, "state": state, "sr": np.array(16000)})
                best = min(best, time.perf_counter() - start)
            print(f"onnxruntime, {kind}: {best * 1e6:.0f} µs a chunk")


main()
