"""Loads weight files into PyTorch's models of the same names, strictly, and compares what they compute.

Run with: python check_with_pytorch.py FOLDER          (needs torch, safetensors)

FOLDER has a file NAME.safetensors for each model of make_pytorch_fixtures.py, and outputs.json with
an input and an output for each. Ends with an error if anything does not fit.
"""

import json
import sys
from pathlib import Path

import torch
from make_pytorch_fixtures import models
from safetensors.torch import load_file


def main():
    folder = Path(sys.argv[1])
    outputs = json.loads((folder / "outputs.json").read_text())
    for name, (_, model) in models().items():
        model.load_state_dict(load_file(folder / f"{name}.safetensors"), strict=True)
        expected = torch.tensor(outputs[name]["output"])
        with torch.no_grad():
            found = model(torch.tensor(outputs[name]["input"]))
        torch.testing.assert_close(found, expected, rtol=1e-5, atol=1e-6)


if __name__ == "__main__":
    main()
