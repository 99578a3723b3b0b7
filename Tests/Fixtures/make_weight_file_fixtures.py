"""Makes weight files of rarer kinds with NumPy, PyTorch and Python's zipfile, for the tests to read.

Run with: python make_weight_file_fixtures.py          (needs numpy, torch, safetensors)
"""

import json
import zipfile
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file

HERE = Path(__file__).parent


def several_arrays():
    """Arrays one after the other in one file, in both orders of bytes and of axes."""
    with open(HERE / "npy" / "several.npy", "wb") as file:
        np.save(file, np.arange(6, dtype="<f4").reshape(2, 3))
        np.save(file, np.asfortranarray(np.arange(6, dtype=">i2").reshape(2, 3)))
        np.save(file, np.array(True))


def long_sizes():
    """An archive with zip64's long sizes and counts, which Python writes for large ones only."""
    zipfile.ZIP64_LIMIT = 10
    zipfile.ZIP_FILECOUNT_LIMIT = 1
    arrays = {"a": np.arange(100, dtype="<f8"), "b": np.array([1, 2], dtype="<u2")}
    np.savez(HERE / "npy" / "zip64.npz", **arrays)
    np.savez_compressed(HERE / "npy" / "zip64-packed.npz", **arrays)
    for name in ("zip64.npz", "zip64-packed.npz"):
        content = (HERE / "npy" / name).read_bytes()
        assert b"PK\x06\x06" in content and b"PK\x06\x07" in content


def eight_bits():
    """Every number of the two types of 8 bits, and what PyTorch takes it for."""
    bits = torch.arange(256, dtype=torch.uint8)
    tensors = {
        "e4m3": bits.view(torch.float8_e4m3fn).clone(),
        "e5m2": bits.view(torch.float8_e5m2).clone(),
        "unsigned.16": torch.tensor([0, 1, 65535], dtype=torch.uint16),
        "unsigned.32": torch.tensor([0, 1, 2**32 - 1], dtype=torch.uint32),
        "unsigned.64": torch.tensor([0, 1, 2**63], dtype=torch.uint64),
        "brain": torch.tensor([1.5, -2.0], dtype=torch.bfloat16),
        "flags": torch.tensor([True, False]),
        "double": torch.tensor([0.1], dtype=torch.float64),
    }
    save_file(tensors, HERE / "safetensors" / "eight-bits.safetensors")
    numbers = {
        name: ["nan" if x != x else str(x) for x in tensors[name].to(torch.float32).tolist()]
        for name in ("e4m3", "e5m2")
    }
    (HERE / "safetensors" / "eight-bits.json").write_text(json.dumps(numbers) + "\n")


if __name__ == "__main__":
    several_arrays()
    long_sizes()
    eight_bits()
