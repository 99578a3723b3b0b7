"""Makes Tests/Fixtures/adapters: low-rank adapters as the library PEFT saves them, and what the adapted
models give (needs torch, safetensors, peft).

The models are stacks of linear layers with tanh between them; their weights lie in model.safetensors.
"""

import json
import pathlib

import torch
from peft import LoraConfig, get_peft_model
from safetensors.torch import save_file

folder = pathlib.Path(__file__).parent / "adapters"
torch.manual_seed(0)


def make_model():
    return torch.nn.Sequential(
        torch.nn.Linear(5, 6), torch.nn.Tanh(), torch.nn.Linear(6, 4), torch.nn.Tanh(),
        torch.nn.Linear(4, 3))


model = make_model()
save_file(model.state_dict(), folder / "model.safetensors")
x = torch.randn(4, 5)
result = {"input": x.tolist(), "output": model(x).tolist(), "cases": {}}

cases = {
    "plain": LoraConfig(r=2, lora_alpha=6, lora_dropout=0.25, target_modules=["0", "2"]),
    "whole": LoraConfig(r=3, lora_alpha=3, target_modules=["2"], modules_to_save=["4"]),
    "stabilized": LoraConfig(
        r=2, lora_alpha=5, target_modules=["0", "4"], rank_pattern={"4": 1}, use_rslora=True),
}
for name, config in cases.items():
    case = make_model()
    case.load_state_dict(model.state_dict())
    adapted = get_peft_model(case, config)
    with torch.no_grad():
        for parameter in adapted.parameters():
            if parameter.requires_grad:
                parameter.copy_(torch.randn(parameter.shape) / 2)
    adapted.eval()
    adapted.save_pretrained(folder / name)
    (folder / name / "README.md").unlink(missing_ok=True)
    result["cases"][name] = {
        "output": adapted(x).tolist(),
        "trainable": sum(p.numel() for p in adapted.parameters() if p.requires_grad),
    }

(folder / "outputs.json").write_text(json.dumps(result, indent=1) + "\n")
