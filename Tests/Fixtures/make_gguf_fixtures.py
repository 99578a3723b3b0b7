"""Makes small GGUF files with the package gguf, and what it says is in them, for the tests to read.

Run with: python make_gguf_fixtures.py [FOLDER]          (needs gguf, numpy)
"""

import json
import sys
from pathlib import Path

import gguf
import numpy as np
from gguf import GGMLQuantizationType as Type
from gguf import GGUFValueType as Value
from gguf.quants import dequantize, quantize

FOLDER = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "gguf"


def values(writer):
    """Metadata of every type, the extremes among them."""
    writer.add_uint8("a.u8", 255)
    writer.add_int8("a.i8", -128)
    writer.add_uint16("a.u16", 65535)
    writer.add_int16("a.i16", -32768)
    writer.add_uint32("a.u32", 2**32 - 1)
    writer.add_int32("a.i32", -(2**31))
    writer.add_float32("a.f32", 0.1)
    writer.add_uint64("a.u64", 2**64 - 1)
    writer.add_int64("a.i64", -(2**63))
    writer.add_float64("a.f64", 0.1)
    writer.add_bool("a.yes", True)
    writer.add_bool("a.no", False)
    writer.add_string("a.text", "größer 새 \U0001f426")
    writer.add_array("a.texts", ["", "a", "Ġthe", "日本"])
    writer.add_array("a.whole", [1, -2, 3])
    writer.add_array("a.fractions", [0.5, -1.25])
    writer.add_array("a.flags", [True, False, True])
    writer.add_key_value("a.bytes", [0, 128, 255], Value.ARRAY, sub_type=Value.UINT8)


def write(name, alignment=None):
    random = np.random.default_rng(7)
    writer = gguf.GGUFWriter(None, "llama")
    if alignment:
        writer.add_custom_alignment(alignment)
    values(writer)
    numbers = random.standard_normal((3, 64)).astype(np.float32)
    numbers[1, 32:] = 0
    writer.add_tensor("one.f32", numbers)
    writer.add_tensor("two.f16", numbers[:, :5].astype(np.float16))
    writer.add_tensor("three.f64", numbers[0, :3].astype(np.float64))
    writer.add_tensor("four.i8", np.arange(-3, 4, dtype=np.int8).reshape(1, 7))
    writer.add_tensor("five.i32", np.array([[[1, -2], [3, 2**31 - 1]]], dtype=np.int32))
    for kind in (Type.BF16, Type.Q8_0, Type.Q4_0, Type.Q5_1):
        writer.add_tensor("blocks." + kind.name, quantize(numbers, kind), raw_dtype=kind)
    writer.add_tensor("last", numbers[0, :8])
    path = FOLDER / name
    writer.write_header_to_file(path)
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def described(path):
    """What the package reads in the file."""
    reader = gguf.GGUFReader(path)
    fields = {}
    for key, field in reader.fields.items():
        if not key.startswith("GGUF."):
            fields[key] = field.contents()
    tensors = []
    for tensor in reader.tensors:
        numbers = dequantize(tensor.data, tensor.tensor_type) if tensor.tensor_type.name in (
            "F32", "F16", "BF16", "Q8_0", "Q4_0") else None
        tensors.append({
            "name": tensor.name, "type": tensor.tensor_type.name,
            "shape": [int(size) for size in reversed(tensor.shape)],
            "bytes": tensor.data.tobytes().hex(),
            "numbers": None if numbers is None else
            [int(bits) for bits in numbers.astype(np.float32).view(np.uint32).reshape(-1)],
        })
    return {"fields": fields, "tensors": tensors}


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, alignment in (("types.gguf", None), ("aligned.gguf", 64)):
        path = write(name, alignment)
        path.with_suffix(".json").write_text(
            json.dumps(described(path), ensure_ascii=False) + "\n")
    # Version 2 lies like version 3.
    content = bytearray((FOLDER / "types.gguf").read_bytes())
    content[4] = 2
    (FOLDER / "version-2.gguf").write_bytes(content)
