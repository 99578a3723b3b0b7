"""Makes the folder types: numbers of the types that are only stored, as NumPy, PyTorch and safetensors
write, convert and print them.

Run with: python make_stored_type_fixtures.py          (needs numpy 2.3, torch, safetensors)

Numbers are written as the bits that they have, in hexadecimal.
"""

import json
import pickle
import warnings
from pathlib import Path

import numpy as np
import torch
from make_numpy_fixtures import SHAPES, SPECIAL, printing_case
from safetensors.torch import save_file

HERE = Path(__file__).parent / "types"
WHOLE = ["int8", "int16", "uint16", "uint32", "uint64"]
ALL_WHOLE = WHOLE + ["uint8", "int32", "int64"]
random = np.random.default_rng(31)
warnings.simplefilter("ignore")  # Overflow is among the cases.


def examples():
    """An array of each type with its extremes, by name. bfloat16, which NumPy does not have, is of
    torch."""
    arrays = {}
    for name in WHOLE:
        info = np.iinfo(name)
        some = random.integers(info.min, info.max, 3, dtype=name, endpoint=True)
        arrays[name] = torch.from_numpy(
            np.array([[info.min, info.max, 0], some], dtype=name))
    halves = [0.0, -0.0, 2.0**-24, 1 / 3, -65504.0, 2.0**-14, np.inf, -np.inf]
    arrays["float16"] = torch.tensor(halves, dtype=torch.float16).reshape(2, 2, 2)
    brains = [0.0, -0.0, 2.0**-133, 1 / 3, -3.3895313892515355e38, 2.0**-126, np.inf, -np.inf]
    arrays["bfloat16"] = torch.tensor(brains, dtype=torch.bfloat16).reshape(2, 2, 2)
    return arrays


def files():
    arrays = examples()
    as_numpy = {name: a.numpy() for name, a in arrays.items() if name != "bfloat16"}
    np.savez(HERE / "little.npz", **as_numpy)
    np.savez_compressed(
        HERE / "big.npz", **{n: a.astype(a.dtype.newbyteorder(">")) for n, a in as_numpy.items()})
    values = as_numpy | {"big": as_numpy["uint16"].astype(">u2")}
    values |= {f"scalar {n}": a.reshape(-1)[1] for n, a in as_numpy.items() if n != "uint64"}
    for protocol in (2, 5):
        (HERE / f"values-{protocol}.pkl").write_bytes(pickle.dumps(values, protocol))
    (HERE / "too-large.pkl").write_bytes(pickle.dumps({"n": np.uint64(2**63)}, 4))
    save_file(arrays, HERE / "all.safetensors")
    base = torch.arange(12).to(torch.uint16).reshape(3, 4)
    torch.save(arrays | {"part": base[1:, ::2], "transposed": base.t()}, HERE / "all.pt")
    expected = {
        name: {"shape": list(a.shape), "hex": a.contiguous().view(torch.uint8).numpy().tobytes().hex()}
        for name, a in arrays.items()
    }
    (HERE / "all.json").write_text(json.dumps(expected, indent=1) + "\n")
    weights = {
        "weight": torch.tensor(random.standard_normal((3, 4))), "bias": torch.tensor([0.1, -2, 300])}
    for name, dtype in (("half", torch.float16), ("brain", torch.bfloat16)):
        save_file({k: v.to(dtype) for k, v in weights.items()}, HERE / f"linear-{name}.safetensors")
        torch.save({k: v.to(dtype) for k, v in weights.items()}, HERE / f"linear-{name}.pt")
    floats = {
        name: {k: v.to(dtype).float().flatten().tolist() for k, v in weights.items()}
        for name, dtype in (("half", torch.float16), ("brain", torch.bfloat16))
    }
    (HERE / "linear.json").write_text(json.dumps(floats, indent=1) + "\n")


def bits(array):
    """Each number as the hexadecimal digits of its bits, without anything between them."""
    width = array.dtype.itemsize
    return "".join(f"{int(x):0{2 * width}x}" for x in array.view(f"u{width}").reshape(-1))


def casts():
    """What numbers become, by NumPy; in bfloat16, by PyTorch."""
    halves = np.arange(1 << 16, dtype=np.uint16).view(np.float16).astype(np.float32).view(np.uint32)
    brains = np.arange(1 << 16, dtype=np.uint32) << 16
    # Half-way between neighbours, and beside that.
    ties = np.concatenate([
        random.choice(halves, 300) + np.uint32(0x1000), random.choice(halves, 100) + np.uint32(0xFFF),
        random.choice(halves, 100) + np.uint32(0x1001), random.choice(brains, 300) + np.uint32(0x8000),
        random.choice(brains, 100) + np.uint32(0x7FFF), random.choice(brains, 100) + np.uint32(0x8001),
    ]).view(np.float32)
    subnormal = (random.integers(0, 4096, 300) * 2.0**-26).astype(np.float32)
    special = np.array(
        [0, -0.0, np.inf, -np.inf, np.nan, 65504, 65519.996, 65520, 65536, 1e-8, 2.0**-25, 3e38,
         3.4028235e38, 3.39e38, 1e-45, 1e-40], dtype=np.float32)
    floats = np.concatenate([
        special, ties, subnormal, -subnormal, random.standard_normal(300).astype(np.float32) * 100,
        random.integers(0, 1 << 32, 1000, dtype=np.uint32).view(np.float32)])
    doubles = np.concatenate([
        special.astype(np.float64), floats.astype(np.float64)[:900] * (1 + 2.0**-50),
        random.standard_normal(300) * 2.0 ** random.integers(-27, 18, 300),
        # Halves of neighbouring float16, moved by less than a float32 shows.
        np.concatenate([ties[:300].astype(np.float64) + s * 2.0**-60 for s in (1, 0, -1)])])
    cases = [
        ("float32", "float16", floats, floats.astype(np.float16)),
        ("float64", "float16", doubles, doubles.astype(np.float16)),
        ("float32", "bfloat16", floats,
         torch.from_numpy(floats).to(torch.bfloat16).view(torch.int16).numpy()),
    ]
    for source in ALL_WHOLE:
        info = np.iinfo(source)
        numbers = np.unique(np.concatenate([
            random.integers(info.min, info.max, 20, dtype=source, endpoint=True),
            random.integers(0, 128, 10, dtype=source), np.array([info.min, info.max], source)]))
        for target in ("float16", "float32", "float64"):
            cases.append((source, target, numbers, numbers.astype(target)))
        for target in ALL_WHOLE:
            # Beyond the bounds NumPy keeps the last bits.
            low, high = np.iinfo(target).min, np.iinfo(target).max
            held = np.array([x for x in numbers.tolist() if low <= x <= high], dtype=source)
            cases.append((source, target, held, held.astype(target)))
    for target in WHOLE:
        low, high = np.iinfo(target).min, np.iinfo(target).max
        for source in ("float16", "float32", "float64"):
            numbers = np.concatenate([
                random.uniform(max(low, -60000), min(high, 60000), 20),
                random.integers(max(low, -50), min(high, 50), 10)]).astype(source)
            cases.append((source, target, numbers, numbers.astype(target)))
    text = [
        json.dumps({"from": a, "to": b, "numbers": bits(x), "results": bits(y)})
        for a, b, x, y in cases
    ]
    (HERE / "casts.json").write_text("[\n" + ",\n".join(text) + "\n]\n")


def printing():
    """str and repr, by NumPy."""
    cases = []
    for values in SPECIAL + [[1e3], [999.0], [0.999, 999.0], [1.0004, 1000.0], [65504.0], [6e-8, 1.0]]:
        array = np.array(values).astype(np.float16)
        cases.append(printing_case(array))
        if len(values) == 1:
            cases.append(printing_case(array.reshape(())))
    for shape in SHAPES:
        count = int(np.prod(shape))
        for scale in (0, 3, 6):
            numbers = random.standard_normal(count) * 10.0 ** random.integers(-scale, scale + 1, count)
            cases.append(printing_case(numbers.astype(np.float16).reshape(shape)))
        for name in WHOLE:
            info = np.iinfo(name)
            top = min(10 ** int(random.integers(1, 20)), info.max)
            numbers = random.integers(max(info.min, -top), top, count, dtype=name, endpoint=True)
            cases.append(printing_case(numbers.reshape(shape)))
    (HERE / "printing.json").write_text(
        "[\n" + ",\n".join(json.dumps(c, separators=(",", ":")) for c in cases) + "\n]\n")


if __name__ == "__main__":
    HERE.mkdir(exist_ok=True)
    files()
    casts()
    printing()
