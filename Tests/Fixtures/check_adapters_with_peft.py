"""Prints what PEFT makes of a folder of low-rank adapters over the model of Tests/Fixtures/adapters: the
outputs for the input there, as JSON (needs torch, safetensors, peft).

Run with: python check_adapters_with_peft.py FOLDER
"""

import json
import pathlib
import sys

import torch
from peft import PeftModel
from safetensors.torch import load_file

fixtures = pathlib.Path(__file__).parent / "adapters"
model = torch.nn.Sequential(
    torch.nn.Linear(5, 6), torch.nn.Tanh(), torch.nn.Linear(6, 4), torch.nn.Tanh(),
    torch.nn.Linear(4, 3))
model.load_state_dict(load_file(fixtures / "model.safetensors"))
adapted = PeftModel.from_pretrained(model, sys.argv[1])
adapted.eval()
x = torch.tensor(json.loads((fixtures / "outputs.json").read_text())["input"])
print("RESULT" + json.dumps(adapted(x).tolist()))
