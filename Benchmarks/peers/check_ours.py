"""Checks that a network of our works is that of the peers: theirs takes its weights.

    python Benchmarks/peers/check_ours.py encoder|llama|gpt2|tokenizer FOLDER

The first three read FOLDER/model.safetensors and FOLDER/tokens.npy, fail unless the weights are just
those of the network that is measured in PyTorch, and write FOLDER/expected.npy: the vectors of the
texts, or the scores behind the last token. The last writes FOLDER/lines.txt and, as FOLDER/expected.npy,
the ids of the lines. A test of the Swift sources runs this and compares.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np


def network(form: str, folder: Path) -> np.ndarray:
    """Returns what the peers' network computes with the folder's weights."""
    import torch
    from safetensors.torch import load_file

    import torch_decoders
    import torch_encoder

    weights = load_file(folder / "model.safetensors")
    tokens = torch.from_numpy(np.load(folder / "tokens.npy").astype(np.int64))
    with torch.inference_mode():
        if form == "encoder":
            model = torch_encoder.SentenceVectors().eval()
            model.body.load_state_dict(weights)
            return torch_encoder.WrittenOut(model)(tokens).numpy()
        make, written_out = torch_decoders.FORMS[form]
        model = make()
        lacks, has_more = model.load_state_dict(weights, strict=False)
        # Tied to the table of tokens, it is in no file.
        if has_more or set(lacks) - ({"lm_head.weight"} if form == "gpt2" else set()):
            sys.exit(f"the file lacks {lacks} and has besides {has_more}")
        return written_out(model)(tokens, 0).numpy()


def tokenizer(folder: Path) -> np.ndarray:
    """Writes lines, and returns the ids of all."""
    import invented
    import tokenizers_peer

    lines = invented.lines(500)
    (folder / "lines.txt").write_text("\n".join(lines))
    cutter = tokenizers_peer.tokenizer()
    return np.concatenate([text.ids for text in cutter.encode_batch(lines)]).astype(np.int32)


if __name__ == "__main__":
    form, path = sys.argv[1], Path(sys.argv[2])
    result = tokenizer(path) if form == "tokenizer" else network(form, path)
    np.save(path / "expected.npy", result)
