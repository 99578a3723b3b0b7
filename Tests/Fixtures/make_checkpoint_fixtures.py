"""Makes the folder checkpoints: what torch.save and pickle write of training runs, and what is in it.

Run with: python make_checkpoint_fixtures.py          (needs torch, numpy)

Beside NAME.pt and NAME.pkl, NAME.json lists the arrays of the file: names with points between the keys
that lead to them, types, shapes, and bytes in hexadecimal, the last axis running fastest.
"""

import collections
import io
import json
import pickle
import zipfile
from pathlib import Path

import numpy as np
import torch
from torch import nn

HERE = Path(__file__).parent / "checkpoints"

TYPES = [
    "bool", "uint8", "int8", "int16", "uint16", "int32", "uint32", "int64", "uint64", "float16",
    "bfloat16", "float32", "float64", "float8_e4m3fn", "float8_e5m2",
]


def every_type():
    """A tensor of each type, of all bits that there are."""
    tensors = {}
    for name in TYPES:
        dtype = getattr(torch, name)
        width = torch.empty((), dtype=dtype).element_size()
        numbers = torch.Generator().manual_seed(len(name))
        bits = torch.randint(0, 256, (6 * width,), dtype=torch.uint8, generator=numbers)
        tensors[name] = (bits % 2 if name == "bool" else bits).view(dtype).reshape(2, 3)
    return tensors


def views():
    """Tensors that show one storage: parts, turned, repeated, of other numbers of axes, empty."""
    base = torch.arange(24, dtype=torch.float32).reshape(2, 3, 4)
    small = base.to(torch.int16)
    return {
        "all": base, "again": base, "flat": base.flatten(), "transposed": base.transpose(0, 2),
        "part": base[1:, ::2, 1:3], "one": base[1, 2, 3], "row": base[1, 1], "empty": base[:, :0],
        "expanded": base[0, 0].expand(3, 2, 4), "number expanded": base[1, 0, 1].expand(5),
        "other": small, "other turned": small.permute(2, 0, 1),
        "whole": torch.arange(6).to(torch.uint16).reshape(2, 3).t(),
    }


def trained(optimizer_of):
    """What a program keeps of a model and its optimizer after three steps, and those themselves."""
    torch.manual_seed(3)
    model = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.BatchNorm1d(4), nn.Linear(4, 2))
    optimizer = optimizer_of(model.parameters())
    schedule = torch.optim.lr_scheduler.StepLR(optimizer, 2)
    for _ in range(3):
        optimizer.zero_grad()
        model(torch.randn(5, 3)).square().mean().backward()
        optimizer.step()
        schedule.step()
    value = {
        "epoch": 3, "best": 0.25, "name": "caf\u00e9", "done": False, "nothing": None,
        "model": model.state_dict(), "optimizer": optimizer.state_dict(),
        "schedule": {"last_epoch": schedule.last_epoch, "gamma": schedule.gamma},
        "shape": model[0].weight.shape, "type": torch.float16, "device": torch.device("cuda", 1),
        "generator": torch.get_rng_state()[:16], "seeds": (1, 2), "history": [0.5, 0.25],
    }
    return value, model, optimizer


def continued(model, optimizer):
    """Two more steps, and the weights after them."""
    inputs = [torch.randn(5, 3) for _ in range(2)]
    for x in inputs:
        optimizer.zero_grad()
        model(x).square().mean().backward()
        optimizer.step()
    return {
        "rate": optimizer.param_groups[0]["lr"], "inputs": [x.tolist() for x in inputs],
        "weights": {name: p.flatten().tolist() for name, p in model.named_parameters()},
    }


def flatten(value, name=""):
    if isinstance(value, (torch.Tensor, np.ndarray)):
        yield name, value
    elif isinstance(value, (dict, list, tuple)):
        items = value.items() if isinstance(value, dict) else enumerate(value)
        for key, item in items:
            yield from flatten(item, f"{name}.{key}" if name else str(key))


def describe(name, value):
    arrays = []
    for key, array in flatten(value):
        if isinstance(array, np.ndarray):
            array = torch.from_numpy(array.astype(array.dtype.newbyteorder("=")))
        array = array.detach().contiguous()
        bits = array.flatten().view(torch.uint8).numpy().tobytes().hex() if array.numel() else ""
        arrays.append({
            "name": key, "type": str(array.dtype).removeprefix("torch."),
            "shape": list(array.shape), "hex": bits})
    rows = ",\n".join(json.dumps(a, ensure_ascii=False) for a in arrays)
    (HERE / f"{name}.json").write_text(f"[\n{rows}\n]\n")


def both_forms(name, value):
    torch.save(value, HERE / f"{name}.pt")
    torch.save(value, HERE / f"{name}-old.pt", _use_new_zipfile_serialization=False)
    describe(name, value)


def big_endian(name, value):
    """What a machine writes whose numbers begin with the highest byte: the same file with the bytes of
    each element turned around. PyTorch reads it."""
    buffer = io.BytesIO()
    torch.save(value, buffer)
    source = zipfile.ZipFile(buffer)
    with zipfile.ZipFile(HERE / f"{name}.pt", "w", zipfile.ZIP_STORED) as file:
        for entry in source.infolist():
            content = source.read(entry)
            part = entry.filename.removeprefix("archive/")
            if part == "byteorder":
                content = b"big"
            if part.startswith("data/"):
                tensor = list(value.values())[int(part.removeprefix("data/"))]
                dtype = np.dtype(f"u{tensor.element_size()}")
                content = np.frombuffer(content, dtype).byteswap().tobytes()
            file.writestr(zipfile.ZipInfo(f"archive/{part}"), content)
    loaded = torch.load(HERE / f"{name}.pt", weights_only=True)
    assert all(torch.equal(loaded[key], tensor) for key, tensor in value.items())
    describe(name, value)


def containers():
    """The plain containers and numbers, in every protocol."""
    texts = collections.OrderedDict([("z", 1), ("a", [2])])
    lists = collections.defaultdict(list, {"x": [1], "y": []})
    value = {
        "ordered": texts, "default": lists, "count": collections.Counter("hello"),
        "nowhere": collections.defaultdict(None, {1: 2}),
        "set": {7}, "frozen": frozenset(["x"]), "no set": set(), "none frozen": frozenset(),
        "bytes": bytes(range(256)), "no bytes": b"", "array": bytearray(b"\x00\x80\xff"),
        "no array": bytearray(), "wide": [2**64, -(2**64), 2**63, -(2**63) - 1, 2**200, 10**30],
        "dtype": np.dtype(">i4"), "scalar type": np.float32, "unsigned": np.uint64(2**64 - 1),
        "e\u0301": 1, "\u00e9": 2, ("a", 1): "tuple", None: "none", 1.5: "number", True: "truth",
    }
    for protocol in range(6):
        (HERE / f"containers-{protocol}.pkl").write_bytes(pickle.dumps(value, protocol))


def main():
    HERE.mkdir(exist_ok=True)
    both_forms("types", every_type())
    both_forms("views", views())
    after = {}
    for name, optimizer_of in (
        ("adam", lambda p: torch.optim.AdamW(p, lr=0.01)),
        ("momentum", lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9)),
    ):
        value, model, optimizer = trained(optimizer_of)
        both_forms(name, value)
        after[name] = continued(model, optimizer)
    (HERE / "continued.json").write_text(json.dumps(after, indent=1) + "\n")
    turned = {
        key: tensor for key, tensor in every_type().items()
        if key not in ("uint16", "uint32", "uint64") and "float8" not in key
    }
    big_endian("big-endian", turned)
    for protocol in (2, 4):
        parameter = nn.Parameter(torch.tensor([1.5, -2]))
        parameter.note = "an attribute"
        value = {"weight": torch.arange(6.0).reshape(2, 3).t(), "parameter": parameter}
        (HERE / f"tensors-{protocol}.pkl").write_bytes(pickle.dumps(value, protocol))
        describe("tensors", value)
    containers()
    numbers = np.random.RandomState(300).randn(300)
    (HERE / "numbers-0.pkl").write_bytes(pickle.dumps({"w": numbers}, 0))
    describe("numbers", {"w": numbers})
    for name, value in (
        ("complex", torch.zeros(2, dtype=torch.complex64)), ("sparse", torch.eye(2).to_sparse()),
        ("quantized", torch.quantize_per_tensor(torch.ones(2), 0.1, 0, torch.qint8)),
    ):
        torch.save({"a": value}, HERE / f"unsupported-{name}.pt")


if __name__ == "__main__":
    main()
