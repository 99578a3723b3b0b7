"""Makes the folder pytorch: models' weights as PyTorch saves them, and what the models compute.

Run with: python make_pytorch_fixtures.py          (needs torch, safetensors, numpy)

Every model is saved by safetensors without metadata; `outputs.json` has an input for each, and the
output of PyTorch for it. Square weights are among them, as their shape does not tell which way they
lie.
"""

import json
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import nn

HERE = Path(__file__).parent / "pytorch"


class Perceptron(nn.Module):
    """Fully connected layers with an activation between them, in a list."""

    def __init__(self, widths, activation, bias=True):
        super().__init__()
        self.layers = nn.ModuleList(
            nn.Linear(a, b, bias=bias) for a, b in zip(widths, widths[1:])
        )
        self.activation = activation

    def forward(self, x):
        for layer in self.layers[:-1]:
            x = self.activation(layer(x))
        return self.layers[-1](x)


class TwoLayers(nn.Module):
    """A hidden and an output layer."""

    def __init__(self, inputs, hidden, outputs, activation):
        super().__init__()
        self.hidden = nn.Linear(inputs, hidden)
        self.output = nn.Linear(hidden, outputs)
        self.activation = activation

    def forward(self, x):
        return self.output(self.activation(self.hidden(x)))


class Nested(nn.Module):
    """Layers in layers, and a matrix that is no linear layer's."""

    def __init__(self):
        super().__init__()
        self.scale = nn.Parameter(torch.randn(4, 4))
        self.blocks = nn.ModuleList(
            nn.Sequential(nn.Linear(4, 4), nn.Tanh(), nn.Sequential(nn.Linear(4, 4, bias=False)))
            for _ in range(2)
        )

    def forward(self, x):
        for block in self.blocks:
            x = block(x)
        return x * self.scale


def models():
    """By name, with the number of inputs."""
    return {
        "square": (4, nn.Sequential(nn.Linear(4, 4), nn.ReLU(), nn.Linear(4, 4))),
        "square-list": (4, Perceptron([4, 4, 4], torch.relu)),
        "list": (3, Perceptron([3, 5, 4, 2], torch.tanh)),
        "no-bias": (3, Perceptron([3, 3, 2], torch.sigmoid, bias=False)),
        "two-layers": (4, TwoLayers(4, 4, 4, torch.sigmoid)),
        "nested": (4, Nested()),
    }


def main():
    HERE.mkdir(exist_ok=True)
    torch.manual_seed(5)
    outputs = {}
    for name, (inputs, model) in models().items():
        state = model.state_dict()
        save_file(state, HERE / f"{name}.safetensors")
        x = torch.randn(4, inputs)
        with torch.no_grad():
            y = model(x)
        outputs[name] = {"input": x.tolist(), "output": y.tolist()}
        if name == "square":
            save_file(state, HERE / "square-format.safetensors", metadata={"format": "pt"})
            half = {key: value.to(torch.bfloat16) for key, value in state.items()}
            torch.save(state, HERE / "square.pt")
            torch.save({"epoch": 3, "state_dict": state}, HERE / "square-epoch.pt")
            torch.save(state, HERE / "square-old.pt", _use_new_zipfile_serialization=False)
            torch.save(model, HERE / "square-module.pt")
            torch.save(nn.ParameterDict({"a": nn.Parameter(half["0.weight"])}).state_dict(),
                       HERE / "half.pt")
    (HERE / "outputs.json").write_text(json.dumps(outputs, indent=1) + "\n")
    base = torch.arange(12, dtype=torch.int64).reshape(3, 4)
    # Parts of one storage, in the order of memory and not.
    views = {"all": base, "transposed": base.t(), "part": base[1:, ::2], "empty": base[:0]}
    torch.save(views, HERE / "views.pt")
    expected = {
        name: {"shape": list(view.shape), "elements": view.flatten().tolist()}
        for name, view in views.items()
    }
    (HERE / "views.json").write_text(json.dumps(expected, indent=1) + "\n")


if __name__ == "__main__":
    main()
