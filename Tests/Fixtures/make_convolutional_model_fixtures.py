"""Makes convolutional_models.json and pickle/simple_convnet.pkl: what PyTorch's convolutional models
compute.

Run with: python make_convolutional_model_fixtures.py          (needs torch, numpy)

Weights and inputs are drawn with NumPy's legacy generator, which the tests reproduce number for
number, so that only results are stored: names and shapes of the state, the output and, of each
gradient, the sum and a few elements. All is computed in double precision.

Given a folder, it instead writes the course's networks in full size, as the course's programs do:
NAME.pkl, a dictionary of W1, b1, … as float64, and NAME.json with an input and PyTorch's output.
"""

import json
import math
import pickle
import sys
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

HERE = Path(__file__).parent


class LeNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 6, 5, padding=2)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.fc1 = nn.Linear(400, 120)
        self.fc2 = nn.Linear(120, 84)
        self.fc3 = nn.Linear(84, 10)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2).flatten(1)
        return self.fc3(F.relu(self.fc2(F.relu(self.fc1(x)))))


class SimpleConvNet(nn.Module):
    """The course's, with the names of this library."""

    def __init__(self, filters=30, hidden=100):
        super().__init__()
        self.conv1 = nn.Conv2d(1, filters, 5)
        self.fc1 = nn.Linear(filters * 12 * 12, hidden)
        self.fc2 = nn.Linear(hidden, 10)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2).flatten(1)
        return self.fc2(F.relu(self.fc1(x)))


class DeepConvNet(nn.Module):
    """The course's, with the names of this library."""

    def __init__(self, hidden=50):
        super().__init__()
        for index, (inputs, outputs, padding) in enumerate(
            [(1, 16, 1), (16, 16, 1), (16, 32, 1), (32, 32, 2), (32, 64, 1), (64, 64, 1)]
        ):
            setattr(self, f"conv{index + 1}", nn.Conv2d(inputs, outputs, 3, padding=padding))
        self.fc1 = nn.Linear(64 * 4 * 4, hidden)
        self.fc2 = nn.Linear(hidden, 10)

    def forward(self, x):
        for index in range(1, 7):
            x = F.relu(getattr(self, f"conv{index}")(x))
            if index % 2 == 0:
                x = F.max_pool2d(x, 2)
        dropout = nn.Dropout(0.5).train(self.training)
        return dropout(self.fc2(dropout(F.relu(self.fc1(x.flatten(1))))))


class BasicBlock(nn.Module):
    """torchvision's, and with a shortcut of zeros as the paper has it for CIFAR-10."""

    def __init__(self, inputs, outputs, stride, pads):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.added = outputs - inputs
        self.stride = stride
        self.downsample = None
        if not pads and (stride != 1 or self.added):
            self.downsample = nn.Sequential(
                nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs)
            )

    def forward(self, x):
        y = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        if self.downsample is not None:
            x = self.downsample(x)
        elif self.stride != 1 or self.added:
            x = F.pad(x[:, :, :: self.stride, :: self.stride], (0, 0, 0, 0, 0, self.added))
        return F.relu(y + x)


class ResNet(nn.Module):
    """torchvision's `resnet18`, and the paper's for CIFAR-10."""

    def __init__(self, blocks, width, is_small, classes):
        super().__init__()
        self.conv1 = (
            nn.Conv2d(3, width, 3, 1, 1, bias=False)
            if is_small
            else nn.Conv2d(3, width, 7, 2, 3, bias=False)
        )
        self.bn1 = nn.BatchNorm2d(width)
        self.is_small = is_small
        self.count = len(blocks)
        inputs = width
        for stage, count in enumerate(blocks):
            outputs = width << stage
            layers = []
            for block in range(count):
                stride = 2 if stage > 0 and block == 0 else 1
                layers.append(BasicBlock(inputs, outputs, stride, is_small))
                inputs = outputs
            setattr(self, f"layer{stage + 1}", nn.Sequential(*layers))
        self.fc = nn.Linear(inputs, classes)

    def forward(self, x):
        x = F.relu(self.bn1(self.conv1(x)))
        if not self.is_small:
            x = F.max_pool2d(x, 3, 2, 1)
        for stage in range(self.count):
            x = getattr(self, f"layer{stage + 1}")(x)
        return self.fc(F.adaptive_avg_pool2d(x, 1).flatten(1))


def models():
    """By name, with the shape of an input."""
    return {
        "layers-1d": (
            (2, 4, 20),
            nn.Sequential(
                nn.Conv1d(4, 6, 3, stride=2, padding=1, groups=2),
                nn.MaxPool1d(3, 1, 1, dilation=2, ceil_mode=True),
                nn.Upsample(scale_factor=1.7, mode="linear"),
                nn.AvgPool1d(2, 2, 1, ceil_mode=True, count_include_pad=False),
                nn.ConvTranspose1d(6, 4, 3, 2, 1, 1, groups=2, bias=False),
                nn.Conv1d(4, 2, 2, padding="same", dilation=3),
            ),
        ),
        "layers-2d": (
            (2, 3, 11, 14),
            nn.Sequential(
                nn.Conv2d(3, 6, (3, 2), stride=(1, 2), padding=(2, 1), groups=3),
                nn.MaxPool2d((2, 3), (1, 2), (1, 1), ceil_mode=True),
                nn.ConvTranspose2d(6, 4, (2, 3), (1, 2), (0, 1), (0, 1), groups=2),
                nn.AvgPool2d(2, 1, 1),
                nn.Upsample((17, 9), mode="bilinear", align_corners=True),
                nn.Conv2d(4, 5, 3, dilation=(2, 1), bias=False),
                nn.AdaptiveMaxPool2d((5, 4)),
                nn.Upsample(scale_factor=2),
                nn.AdaptiveAvgPool2d(3),
            ),
        ),
        "lenet": ((2, 1, 28, 28), LeNet()),
        "simple-convnet": ((2, 1, 28, 28), SimpleConvNet(3, 7)),
        "deep-convnet": ((2, 1, 28, 28), DeepConvNet(5)),
        "resnet18": ((2, 3, 64, 61), ResNet([2, 2, 2, 2], 4, False, 6)),
        "resnet20": ((2, 3, 16, 16), ResNet([3, 3, 3], 4, True, 5)),
    }


def fill(model, random):
    """Draws the numbers of the state, in order."""
    for name, value in model.state_dict().items():
        if name.endswith("num_batches_tracked"):
            value.fill_(3)
            continue
        scale = math.sqrt(2 / (value.numel() / value.shape[0])) if value.dim() > 1 else 0.5
        drawn = random.randn(value.numel()).reshape(value.shape) * scale
        value.copy_(torch.from_numpy(np.abs(drawn) + 0.5 if "running_var" in name else drawn))


def summary(array):
    flat = array.detach().numpy().ravel()
    return [math.fsum(flat), float(flat[0]), float(flat[flat.size // 2]), float(flat[-1])]


def example(model, shape, seed):
    random = np.random.RandomState(seed)
    fill(model, random)
    x = torch.from_numpy(random.randn(math.prod(shape)).reshape(shape)).requires_grad_()
    model.eval()
    y = model(x)
    cotangent = torch.from_numpy(random.randn(y.numel()).reshape(y.shape))
    parameters = dict(model.named_parameters())
    gradients = torch.autograd.grad(y, [x, *parameters.values()], cotangent)
    return {
        "seed": seed,
        "input": list(shape),
        "names": list(model.state_dict()),
        "shapes": [list(value.shape) for value in model.state_dict().values()],
        "output": y.flatten().tolist(),
        "gradients": dict(zip(["", *parameters], map(summary, gradients))),
    }


def course_dictionary(model):
    """The weights as the course's programs pickle them."""
    arrays = {}
    for index, layer in enumerate(model.children()):
        weight = layer.weight.detach().numpy()
        arrays[f"W{index + 1}"] = weight.T.copy() if weight.ndim == 2 else weight
        arrays[f"b{index + 1}"] = layer.bias.detach().numpy()
    return arrays


def write_course_networks(folder):
    random = np.random.RandomState(1)
    for name, model in [("simple-convnet", SimpleConvNet()), ("deep-convnet", DeepConvNet())]:
        fill(model, random)
        model.eval()
        x = torch.from_numpy(random.rand(3, 1, 28, 28))
        with open(folder / f"{name}.pkl", "wb") as file:
            pickle.dump(course_dictionary(model), file)
        with torch.no_grad():
            result = {"input": x.flatten().tolist(), "output": model(x).flatten().tolist()}
        (folder / f"{name}.json").write_text(json.dumps(result))


def main():
    torch.set_default_dtype(torch.float64)
    if len(sys.argv) > 1:
        write_course_networks(Path(sys.argv[1]))
        return
    examples = {}
    for index, (name, (shape, model)) in enumerate(models().items()):
        examples[name] = example(model, shape, 500 + index)
        if name == "simple-convnet":
            with open(HERE / "pickle/simple_convnet.pkl", "wb") as file:
                pickle.dump(course_dictionary(model), file)
    lines = [f"{json.dumps(name)}: {json.dumps(value)}" for name, value in examples.items()]
    (HERE / "convolutional_models.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")


if __name__ == "__main__":
    main()
