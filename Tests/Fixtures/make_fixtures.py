"""Makes the files in this folder with other software, for the tests to read.

Run with: python make_fixtures.py          (needs numpy, pillow, pypng, safetensors)

What a reader must find in a file is written beside it by this script, from the values that went in:
never by the reader under test.
"""

import gzip
import io
import json
import pickle
import struct
import zlib
from pathlib import Path

import numpy as np
import png
from PIL import Image
from safetensors.numpy import save

HERE = Path(__file__).parent
random = np.random.default_rng(20)


def folder(name):
    path = HERE / name
    path.mkdir(exist_ok=True)
    return path


def to8(values, depth):
    """Samples of any depth as bytes: the nearest of v * 255 / (2**depth - 1)."""
    return np.floor(values.astype(np.float64) * 255 / (2**depth - 1) + 0.5).astype(np.uint8)


def pngs():
    out = folder("png")
    width, height = 13, 9

    def put(name, samples, depth, channels, rgba, **options):
        rows = samples.reshape(height, width * channels).tolist()
        for suffix, interlace in (("", False), ("-adam7", True)):
            writer = png.Writer(width, height, bitdepth=depth, interlace=interlace, **options)
            with open(out / f"{name}{suffix}.png", "wb") as file:
                writer.write(file, rows)
            # A second decoder must agree before a file is used. Pillow cuts 16 bits to 8, and does
            # not scale the transparent gray of 2 and 4 bits as it scales the pixels.
            if depth <= 8 and not (name in ("gray2-trns", "gray4-trns")):
                image = Image.open(out / f"{name}{suffix}.png").convert("RGBA")
                assert np.array_equal(np.array(image), rgba), name
        (out / f"{name}.rgba").write_bytes(rgba.astype(np.uint8).tobytes())

    def samples(depth, channels):
        return random.integers(0, 2**depth, (height, width, channels))

    def opaque(colors):
        return np.concatenate([colors, np.full((height, width, 1), 255)], axis=2)

    for depth in (1, 2, 4, 8, 16):
        gray = samples(depth, 1)
        rgba = opaque(np.repeat(to8(gray, depth), 3, axis=2))
        put(f"gray{depth}", gray, depth, 1, rgba, greyscale=True)
        clear = int(gray[4, 5, 0])
        rgba = rgba.copy()
        rgba[..., 3] = np.where(gray[..., 0] == clear, 0, 255)
        put(f"gray{depth}-trns", gray, depth, 1, rgba, greyscale=True, transparent=clear)
    for depth in (8, 16):
        put(f"rgb{depth}", s := samples(depth, 3), depth, 3, opaque(to8(s, depth)), greyscale=False)
        clear = tuple(int(v) for v in s[2, 3])
        rgba = opaque(to8(s, depth))
        rgba[..., 3] = np.where((s == s[2, 3]).all(axis=2), 0, 255)
        put(f"rgb{depth}-trns", s, depth, 3, rgba, greyscale=False, transparent=clear)
        s = samples(depth, 2)
        rgba = np.concatenate([np.repeat(s[..., :1], 3, axis=2), s[..., 1:]], axis=2)
        put(f"graya{depth}", s, depth, 2, to8(rgba, depth), greyscale=True, alpha=True)
        s = samples(depth, 4)
        put(f"rgba{depth}", s, depth, 4, to8(s, depth), greyscale=False, alpha=True)
    for depth in (1, 2, 4, 8):
        count = min(2**depth, 40)
        palette = [tuple(int(v) for v in random.integers(0, 256, 3)) for _ in range(count)]
        index = random.integers(0, count, (height, width, 1))
        colors = np.array(palette)[index[..., 0]]
        put(f"palette{depth}", index, depth, 1, opaque(colors), palette=palette)
        alpha = random.integers(0, 256, count)
        palette = [(*c, int(a)) for c, a in zip(palette, alpha)]
        rgba = np.concatenate([colors, alpha[index]], axis=2)
        put(f"palette{depth}-trns", index, depth, 1, rgba, palette=palette)

    # Pictures as Pillow writes them, and the same with each row in another filter.
    y, x = np.mgrid[0:32, 0:32]
    smooth = np.stack([x * 8, y * 8, 128 + 100 * np.sin(x / 5 + y / 3)], axis=2)
    smooth = np.clip(smooth + random.normal(0, 3, smooth.shape), 0, 255).astype(np.uint8)
    for name, data in (("photo", smooth), ("photo-gray", smooth[..., 2])):
        image = Image.fromarray(data)
        image.save(out / f"{name}.png", optimize=True)
        (out / f"{name}.rgba").write_bytes(np.array(image.convert("RGBA")).tobytes())
        weights = [299, 587, 114] if data.ndim == 3 else [1000]
        gray = ((data.reshape(32, 32, -1).astype(int) @ weights + 500) // 1000).astype(np.uint8)
        assert np.abs(gray.astype(int) - np.array(image.convert("L"))).max() <= 1
        (out / f"{name}.gray").write_bytes(gray.tobytes())
        file = all_filters(data.reshape(32, 32, -1))
        assert np.array_equal(np.array(Image.open(io.BytesIO(file))), data)
        (out / f"{name}-filters.png").write_bytes(file)


def all_filters(data):
    """A PNG whose rows use the filters 0 to 4 in turn (PNG specification, section 9)."""
    height, width, channels = data.shape
    rows = data.reshape(height, width * channels).astype(int)
    raw = b""
    for y in range(height):
        left = np.concatenate([np.zeros(channels, int), rows[y, :-channels]])
        above = rows[y - 1] if y else np.zeros_like(rows[y])
        corner = np.concatenate([np.zeros(channels, int), above[:-channels]])
        distance = [abs(left + above - corner - v) for v in (left, above, corner)]
        paeth = np.choose(np.argmin(distance, axis=0), [left, above, corner])
        guess = [0 * left, left, above, (left + above) // 2, paeth][y % 5]
        raw += bytes([y % 5]) + ((rows[y] - guess) % 256).astype(np.uint8).tobytes()

    def chunk(name, content):
        crc = zlib.crc32(name + content)
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", crc)

    packed = zlib.compress(raw)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, {1: 0, 3: 2}[channels], 0, 0, 0))
        + chunk(b"IDAT", packed[:100])
        + chunk(b"IDAT", packed[100:])
        + chunk(b"IEND", b"")
    )


def netpbms():
    out = folder("netpbm")
    gray = random.integers(0, 256, (5, 7), dtype=np.uint8)
    color = random.integers(0, 256, (5, 7, 3), dtype=np.uint8)
    Image.fromarray(gray).save(out / "gray.pgm")
    Image.fromarray(color).save(out / "color.ppm")
    (out / "gray.raw").write_bytes(gray.tobytes())
    (out / "color.raw").write_bytes(color.tobytes())


def pickles():
    out = folder("pickle")
    values = {
        "W": np.arange(6, dtype="<f4").reshape(2, 3) - 2.5,
        "b": np.array([0.1, -1e300, np.inf], dtype="<f8"),
        "big": np.array([[1, -2], [300, -70000]], dtype=">i4"),
        "fortran": np.asfortranarray(np.arange(24, dtype="<i8").reshape(2, 3, 4)),
        "bytes": np.arange(250, 256, dtype="u1"),
        "flags": np.array([True, False, True]),
        "small": np.array([-1, 5], dtype="i1"),
        "short": np.array([-300, 5], dtype=">i2"),
        "half": np.array([0.5, -2], dtype="<f2"),
        "bigdouble": np.array([np.pi], dtype=">f8"),
        "empty": np.zeros((0, 3), dtype="<f4"),
        "single": np.array(7.5, dtype="<f8"),
        "scalar": np.float64(1.5),
        "scalarint": np.int32(-7),
        "scalarbool": np.bool_(True),
        "scalarhalf": np.float16(0.25),
        "text": 'caf\u00e9 \u20ac \U0001f600 \\ \n "',
        "long text": "x" * 300,
        "raw": b"\x00\xff\n'",
        "list": [1, -1, 255, 256, 65535, 65536, -(2**31), 2**31, 2**63 - 1, -(2**63), None],
        "tuples": ((), (1,), (1, 2), (1, 2, 3), (1, 2, 3, 4)),
        "floats": [0.1, -0.0, float("inf"), 1e-320],
        "truth": [True, False],
        "nested": {"a": {"b": [[]]}, 3: "three"},
    }
    values["again"] = values["list"]
    for protocol in range(6):
        (out / f"values-{protocol}.pkl").write_bytes(pickle.dumps(values, protocol))
    # As NumPy 1 names its functions, and as Python 2 stored bytes in protocol 2.
    old = pickle.dumps({"W": values["W"]}, 3).replace(b"numpy._core.", b"numpy.core.")
    (out / "numpy1.pkl").write_bytes(old)
    python2 = (
        b"\x80\x02}q\x00U\x01Wq\x01cnumpy.core.multiarray\n_reconstruct\nq\x02cnumpy\nndarray\n"
        b"K\x00\x85U\x01b\x87Rq\x03(K\x01K\x02\x85cnumpy\ndtype\nU\x02f4K\x00K\x01\x87R(K\x03"
        b"U\x01<NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb\x89U\x08"
        + np.array([1.5, -2], "<f4").tobytes()
        + b"tbs."
    )
    assert np.array_equal(pickle.loads(python2, encoding="latin1")["W"], [1.5, -2])
    (out / "python2.pkl").write_bytes(python2)
    for name, value in (
        ("objects", np.array([1, "a", None], dtype=object)),
        ("structured", np.zeros(2, dtype=[("a", "<f4"), ("b", "<i4")])),
        ("complex", np.zeros(2, dtype="<c8")),
    ):
        (out / f"unsupported-{name}.pkl").write_bytes(pickle.dumps(value, 4))


def safetensors_files():
    out = folder("safetensors")
    arrays = {
        "hidden.weight": random.standard_normal((3, 4)).astype(np.float32),
        "hidden.bias": random.standard_normal(3).astype(np.float64),
        "steps": np.array([2**40, -1], dtype=np.int64),
        "index": np.array([[1, -2]], dtype=np.int32),
        "short": np.array([300], dtype=np.int16),
        "tiny": np.array([-3, 3], dtype=np.int8),
        "pixels": np.arange(5, dtype=np.uint8),
        "mask": np.array([True, False]),
        "half": np.array([0.5, -2], dtype=np.float16),
        "empty": np.zeros((0, 3), dtype=np.float32),
        "scalar": np.array(1.5, dtype=np.float32),
        'na"me \u00e9': np.array([1], dtype=np.float32),
    }
    (out / "all.safetensors").write_bytes(save(arrays, metadata={"format": 'np \u00e9 "x"'}))
    (out / "none.safetensors").write_bytes(save({}))
    expected = {
        name: {"shape": list(a.shape), "hex": a.tobytes().hex()} for name, a in arrays.items()
    }
    (out / "all.json").write_text(json.dumps(expected, indent=1, sort_keys=True) + "\n")


def idx():
    out = folder("idx")
    images = random.integers(0, 256, (3, 4, 5), dtype=np.uint8)
    labels = np.array([7, 0, 9], dtype=np.uint8)
    image_file = struct.pack(">IIII", 0x803, 3, 4, 5) + images.tobytes()
    label_file = struct.pack(">II", 0x801, 3) + labels.tobytes()
    (out / "images-idx3-ubyte").write_bytes(image_file)
    (out / "labels-idx1-ubyte").write_bytes(label_file)
    (out / "images-idx3-ubyte.gz").write_bytes(gzip.compress(image_file, mtime=0))
    (out / "labels-idx1-ubyte.gz").write_bytes(gzip.compress(label_file, mtime=0))
    members = gzip.compress(image_file[:20], mtime=0) + gzip.compress(image_file[20:], mtime=0)
    (out / "two-members.gz").write_bytes(members)


def numpy_files():
    out = folder("npy")
    arrays = {
        "float": np.arange(6, dtype="<f4").reshape(2, 3) - 2.5,
        "big": np.array([[1, -2], [300, -70000]], dtype=">i4"),
        "fortran": np.asfortranarray(np.arange(24, dtype="<i8").reshape(2, 3, 4)),
        "flags": np.array([True, False, True]),
        "single": np.array(7.5),
        "empty": np.zeros((0, 3), dtype="<f2"),
    }
    for name, array in arrays.items():
        np.save(out / f"{name}.npy", array)
    for version in (2, 3):
        with open(out / f"float-v{version}.npy", "wb") as file:
            np.lib.format.write_array(file, arrays["float"], version=(version, 0))
    np.save(out / "unsupported-complex.npy", np.zeros(2, dtype="<c8"))
    np.save(out / "unsupported-structured.npy", np.zeros(2, dtype=[("a", "<f4")]))
    np.savez(out / "stored.npz", **arrays)
    np.savez_compressed(out / "packed.npz", **arrays)


if __name__ == "__main__":
    pngs()
    netpbms()
    pickles()
    safetensors_files()
    idx()
    numpy_files()
