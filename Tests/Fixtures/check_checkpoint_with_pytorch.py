"""Loads FOLDER/ours.pt into PyTorch and compares it with FOLDER/ours.json, bit for bit; then saves what
it loaded as FOLDER/theirs.pt and, in the form from before version 1.6, FOLDER/theirs-old.pt.

Run with: python check_checkpoint_with_pytorch.py FOLDER          (needs torch)

The JSON gives a type, a shape and the bytes for each name. Names that begin with "tied" share their
memory, and no others do. Ends with an error if anything differs.
"""

import collections
import json
import sys
from pathlib import Path

import torch


def main():
    folder = Path(sys.argv[1])
    expected = json.loads((folder / "ours.json").read_text())
    for mmap in (False, True):
        loaded = torch.load(folder / "ours.pt", weights_only=True, mmap=mmap)
        assert type(loaded) is collections.OrderedDict and list(loaded) == list(expected)
        places = collections.Counter()
        for name, (dtype, shape, content) in expected.items():
            tensor = loaded[name]
            assert str(tensor.dtype) == f"torch.{dtype}", (name, tensor.dtype)
            assert list(tensor.shape) == shape and tensor.is_contiguous(), (name, tensor.shape)
            assert not tensor.requires_grad
            found = list(tensor.flatten().view(torch.uint8).numpy().tobytes()) if content else []
            assert found == content, name
            places[tensor.untyped_storage().data_ptr()] += bool(content)
        assert sorted(places.values())[-2:] == [1, 2], places
        assert loaded["tied 1"].data_ptr() == loaded["tied 2"].data_ptr()
    loaded = torch.load(folder / "ours.pt", weights_only=True)
    torch.save(loaded, folder / "theirs.pt")
    torch.save(loaded, folder / "theirs-old.pt", _use_new_zipfile_serialization=False)


if __name__ == "__main__":
    main()
