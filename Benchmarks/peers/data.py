"""The data that the works train on."""

from __future__ import annotations

import gzip
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

SEED = 0


@dataclass(frozen=True)
class Images:
    """The training images of MNIST, or random images of the same shapes."""

    #: `(60000, 784)`, between 0 and 1.
    images: NDArray[np.float32]
    #: `(60000,)`, between 0 and 9.
    labels: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.labels)


def source() -> str:
    """Returns `mnist` where its files are in `$BACKPROP_DATA/mnist`, else `random`."""
    return "mnist" if all(path.is_file() for path in _mnist()) else "random"


def training_images() -> Images:
    """Reads MNIST, or draws random images where it is not there."""
    if source() == "mnist":
        images, labels = map(_idx, _mnist())
        pixels = images.reshape(-1, 784).astype(np.float32) / np.float32(255)
        return Images(pixels, labels.astype(np.int64))
    random = np.random.default_rng(SEED)
    pixels = random.random((60_000, 784), dtype=np.float32)
    return Images(pixels, random.integers(0, 10, 60_000))


def _mnist() -> tuple[Path, Path]:
    """Returns where the training images and labels are looked for."""
    folder = Path(os.environ.get("BACKPROP_DATA", "")) / "mnist"
    return folder / "train-images-idx3-ubyte.gz", folder / "train-labels-idx1-ubyte.gz"


def five_digits() -> NDArray[np.float64]:
    """Draws five binary images of 5x5 pixels: `(5, 25)`."""
    return np.random.default_rng(SEED).integers(0, 2, (5, 25)).astype(np.float64)


def _idx(path: Path) -> NDArray[np.uint8]:
    """Reads a compressed IDX file of bytes.

    Two zero bytes, the scalar type (8 is unsigned bytes), the number of dimensions, then each
    dimension as four bytes, most significant first, then the values.
    """
    content = gzip.decompress(path.read_bytes())
    if content[:3] != b"\0\0\x08":
        raise ValueError(f"{path}: expected an IDX file of unsigned bytes")
    rank = content[3]
    shape = np.frombuffer(content, ">u4", rank, offset=4).astype(int)
    return np.frombuffer(content, np.uint8, offset=4 + 4 * rank).reshape(shape)
