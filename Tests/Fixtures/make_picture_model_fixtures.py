"""Makes Tests/Fixtures/picture-models: small random picture classifiers of the library transformers, each a
folder as it lies on a model hub, and what the library makes of a picture (needs torch, transformers,
Pillow, safetensors).

expected.safetensors has `picture`, RGB of shape (height, width, 3); `pixels`, what the folder's image
processor makes of it, unless that is large; and `logits`.
"""

import pathlib
import shutil

import numpy
import torch
from PIL import Image
from safetensors.torch import save_file
from transformers import (
    ConvNextImageProcessorPil, ResNetConfig, ResNetForImageClassification, ViTConfig,
    ViTForImageClassification, ViTImageProcessorPil)

folder = pathlib.Path(__file__).parent / "picture-models"
shutil.rmtree(folder, ignore_errors=True)
names = {0: "bird", 1: "train", 2: "bread"}


def vit(**settings):
    return ViTForImageClassification(ViTConfig(
        hidden_size=16, num_hidden_layers=2, num_attention_heads=2, intermediate_size=24, image_size=16,
        patch_size=4, initializer_range=0.3, id2label=names, **settings))


def resnet(**settings):
    return ResNetForImageClassification(ResNetConfig(id2label=names, **settings))


cases = {
    "vit": (
        vit(), ViTImageProcessorPil(size={"height": 16, "width": 16}),
        (23, 37)),
    "vit-bicubic": (
        vit(qkv_bias=False, hidden_act="gelu"),
        ViTImageProcessorPil(
            size={"height": 16, "width": 16}, resample=3, image_mean=[0.48, 0.45, 0.4],
            image_std=[0.22, 0.23, 0.25]),
        (9, 12)),
    "resnet-basic": (
        resnet(embedding_size=8, hidden_sizes=[8, 12], depths=[2, 1], layer_type="basic"),
        ConvNextImageProcessorPil(size={"shortest_edge": 28}, crop_pct=0.875),
        (40, 29)),
    "resnet-bottleneck": (
        resnet(embedding_size=8, hidden_sizes=[16, 24], depths=[1, 2], layer_type="bottleneck",
               downsample_in_first_stage=True),
        ConvNextImageProcessorPil(size={"shortest_edge": 400}),
        (50, 50)),
}
for name, (model, processor, (height, width)) in cases.items():
    torch.manual_seed(len(name))
    random = numpy.random.default_rng(len(name))
    with torch.no_grad():
        for key, value in model.state_dict().items():
            if "running_mean" in key:
                value.normal_()
            elif "running_var" in key:
                value.uniform_(0.5, 2)
            elif key.endswith("bias"):
                value.normal_(std=0.3)
    model.eval()
    model.save_pretrained(folder / name)
    processor.save_pretrained(folder / name)
    rows, columns = numpy.mgrid[0:height, 0:width]
    picture = numpy.stack(
        [rows * 255 / height, columns * 255 / width, random.integers(0, 256, (height, width))], axis=2
    ).astype(numpy.uint8)
    pixels = processor(Image.fromarray(picture), return_tensors="pt")["pixel_values"]
    with torch.no_grad():
        logits = model(pixels).logits
    arrays = {"picture": torch.tensor(picture), "logits": logits}
    # Of large pictures, what is made of them would take megabytes.
    if pixels.numel() < 10_000:
        arrays["pixels"] = pixels.contiguous()
    save_file(arrays, folder / name / "expected.safetensors")
for path in folder.rglob("*.safetensors"):
    path.chmod(0o644)
