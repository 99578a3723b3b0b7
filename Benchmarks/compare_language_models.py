"""Trains the same language model in Backprop and in PyTorch and compares what they reach.

Run with: python compare_language_models.py --model gpt --report gpt.md        (needs torch, safetensors)

Both begin with the same weights, made by PyTorch, see the same windows of the same text in the same
order, and take the same number of steps of AdamW; no dropout, so nothing else is drawn. Backprop is the
command `backprop text train`; PyTorch's side is written here in the usual way. The loss is that of the
end of the text, which neither learned from.

Without --text they learn from the sources of this Python's standard library, in order of their names,
cut to a million characters.
"""

import argparse
import hashlib
import json
import math
import platform
import subprocess
import sys
import sysconfig
import tempfile
import time
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import nn
from torch.nn import functional as F


def standard_library(count):
    folder = Path(sysconfig.get_path("stdlib"))
    text = ""
    for path in sorted(folder.glob("*.py")):
        text += path.read_text(encoding="utf-8")
        if len(text) >= count:
            return text[:count]
    raise SystemExit(f"the sources in {folder} have {len(text)} characters; give a --text")


class Attention(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.c_attn = nn.Linear(width, 3 * width)
        self.c_proj = nn.Linear(width, width)
        self.heads = heads

    def forward(self, x):
        batch, length, width = x.shape
        q, k, v = (
            part.view(batch, length, self.heads, -1).transpose(1, 2)
            for part in self.c_attn(x).split(width, dim=2)
        )
        y = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        return self.c_proj(y.transpose(1, 2).reshape(batch, length, width))


class MLP(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.c_fc = nn.Linear(width, 4 * width)
        self.c_proj = nn.Linear(4 * width, width)

    def forward(self, x):
        return self.c_proj(F.gelu(self.c_fc(x), approximate="tanh"))


class Block(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.ln_1 = nn.LayerNorm(width)
        self.attn = Attention(width, heads)
        self.ln_2 = nn.LayerNorm(width)
        self.mlp = MLP(width)

    def forward(self, x):
        x = x + self.attn(self.ln_1(x))
        return x + self.mlp(self.ln_2(x))


class GPT(nn.Module):
    """GPT-2's architecture, with the output tied to the embedding, and its initialisation."""

    def __init__(self, vocabulary, context, width, layers, heads):
        super().__init__()
        self.transformer = nn.ModuleDict({
            "wte": nn.Embedding(vocabulary, width),
            "wpe": nn.Embedding(context, width),
            "h": nn.ModuleList([Block(width, heads) for _ in range(layers)]),
            "ln_f": nn.LayerNorm(width),
        })
        for name, parameter in self.named_parameters():
            if name.endswith("bias"):
                nn.init.zeros_(parameter)
            elif parameter.dim() == 2:
                scale = 1 / math.sqrt(2 * layers) if name.endswith("c_proj.weight") else 1
                nn.init.normal_(parameter, std=0.02 * scale)

    def forward(self, tokens):
        t = self.transformer
        x = t["wte"](tokens) + t["wpe"](torch.arange(tokens.shape[1]))
        for block in t["h"]:
            x = block(x)
        return t["ln_f"](x) @ t["wte"].weight.T


class CharacterLSTM(nn.Module):
    def __init__(self, vocabulary, width, layers):
        super().__init__()
        self.embedding = nn.Embedding(vocabulary, width)
        self.lstm = nn.LSTM(width, width, layers, batch_first=True)
        self.head = nn.Linear(width, vocabulary)

    def forward(self, tokens):
        return self.head(self.lstm(self.embedding(tokens))[0])


class Philox:
    """Backprop's random words, one after the other: Philox4x32-10."""

    def __init__(self, seed, stream):
        self.key, self.stream, self.counter, self.words = seed, stream, 0, []

    def word(self):
        if not self.words:
            mask = 0xFFFFFFFF
            c = [self.counter & mask, self.counter >> 32, self.stream & mask, self.stream >> 32]
            k = [self.key & mask, self.key >> 32]
            for _ in range(10):
                a, b = c[0] * 0xD2511F53, c[2] * 0xCD9E8D57
                c = [(b >> 32) ^ c[1] ^ k[0], b & mask, (a >> 32) ^ c[3] ^ k[1], a & mask]
                k = [(k[0] + 0x9E3779B9) & mask, (k[1] + 0xBB67AE85) & mask]
            self.words = c[::-1]
            self.counter += 1
        return self.words.pop()

    def below(self, n):
        product = self.word() * n
        if product & 0xFFFFFFFF < n:
            while product & 0xFFFFFFFF < (-n & 0xFFFFFFFF) % n:
                product = self.word() * n
        return product >> 32

    def permutation(self, n):
        order = list(range(n))
        for i in range(n - 1, 0, -1):
            j = self.below(i + 1)
            order[i], order[j] = order[j], order[i]
        return order


class Windows:
    """Parts of one length, one after the other, each with the part one token later."""

    def __init__(self, tokens, length):
        self.tokens, self.length = tokens, length
        self.count = (len(tokens) - length - 1) // length + 1

    def batch(self, positions):
        starts = torch.tensor(positions) * self.length
        places = starts[:, None] + torch.arange(self.length)
        return self.tokens[places], self.tokens[places + 1]


def loss_of(model, windows, batch_size):
    total = 0.0
    with torch.no_grad():
        for start in range(0, windows.count, batch_size):
            positions = list(range(start, min(start + batch_size, windows.count)))
            inputs, targets = windows.batch(positions)
            loss = F.cross_entropy(model(inputs).flatten(0, 1), targets.flatten())
            total += loss.item() * len(positions)
    return total / windows.count


def train_pytorch(model, train, held_out, options):
    optimizer = torch.optim.AdamW(
        model.parameters(), lr=options.learning_rate, weight_decay=0.01, fused=True)
    random = Philox(options.seed, 1)
    order, curve, seconds, sums = [], [], 0.0, []
    for step in range(options.steps):
        if not order:
            order = random.permutation(train.count)
            if step:
                curve.append((step, sum(sums) / len(sums), loss_of(model, held_out, 64)))
                sums = []
        batch, order = order[:options.batch_size], order[options.batch_size:]
        start = time.perf_counter()
        inputs, targets = train.batch(batch)
        loss = F.cross_entropy(model(inputs).flatten(0, 1), targets.flatten())
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        sums.append(loss.item())
        seconds += time.perf_counter() - start
    curve.append((options.steps, sum(sums) / len(sums), loss_of(model, held_out, 64)))
    return curve, options.steps / seconds


def train_backprop(text, model, shape, characters, options, folder):
    weights, source = f"{folder}/start.safetensors", f"{folder}/text.txt"
    metadata = {
        "model": options.model, "shape": json.dumps(shape), "characters": "".join(characters)}
    save_file(model.state_dict(), weights, metadata=metadata)
    Path(source).write_text(text, encoding="utf-8", newline="")
    command = [
        options.backprop, "text", "train", source, "--weights", weights, "--model", options.model,
        "--length", str(options.length), "--batch-size", str(options.batch_size),
        "--steps", str(options.steps), "--learning-rate", str(options.learning_rate),
        "--seed", str(options.seed), "--threads", str(options.threads),
        "--output", f"{folder}/run", "--json",
    ]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    events = [json.loads(line) for line in output.splitlines()]
    curve = [
        (event["step"], event["loss"], event["held_out_loss"])
        for event in events if event["event"] == "epoch"
    ]
    done = events[-1]
    if curve[-1][0] != done["steps"]:
        curve.append((done["steps"], math.nan, done["held_out_loss"]))
    return curve, done["steps"] / done["seconds"]


def processor():
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        flags = next(line for line in lines if line.startswith("flags")).split()
        name = next(line for line in lines if line.startswith("model name")).split(": ")[1]
        return name + (" (AVX-512)" if "avx512f" in flags else " (AVX2)" if "avx2" in flags else "")
    except (OSError, StopIteration):
        return platform.processor()


def report(options, text, sizes, parameters, ours, theirs):
    def bits(nats):
        return f"{nats / math.log(2):.4f}"

    (our_curve, our_speed), (their_curve, their_speed) = ours, theirs
    our_loss, their_loss = our_curve[-1][2], their_curve[-1][2]
    digest = hashlib.sha256(text.encode()).hexdigest()
    source = options.text or f"the sources of Python {platform.python_version()}'s standard library"
    lines = [
        f"# {'A GPT' if options.model == 'gpt' else 'An LSTM'} in Backprop and in PyTorch",
        "",
        f"Written by `Benchmarks/compare_language_models.py --model {options.model}`: the same first "
        "weights, the same windows of the text in the same order, the same steps.",
        "",
        f"- Text: {source}, {len(text):,} characters, SHA-256 `{digest[:16]}…`; the last tenth is "
        "held out.",
        f"- Model: {sizes}, {parameters:,} parameters; windows of {options.length} characters, "
        f"{options.batch_size} in a batch.",
        f"- Training: {options.steps:,} steps of AdamW at {options.learning_rate}, weight decay 0.01, "
        "gradients clipped at the norm 1.",
        f"- PyTorch {torch.__version__}, {processor()}, {options.threads} threads.",
        "",
        "| step | Backprop, learned | held out | PyTorch, learned | held out |",
        "|---:|---:|---:|---:|---:|",
    ]
    for (step, a, b), (_, c, d) in zip(our_curve, their_curve):
        lines.append(f"| {step} | {bits(a)} | {bits(b)} | {bits(c)} | {bits(d)} |")
    lines += [
        "",
        "In bits a character: learned, the mean over an epoch's steps; held out, at its end.",
        "",
        f"Loss of the held-out part at the end: Backprop {our_loss:.5f}, PyTorch {their_loss:.5f} nats "
        f"a character, a difference of {100 * (our_loss / their_loss - 1):+.3f} %.",
        "",
        f"Steps a second: Backprop {our_speed:.1f}, PyTorch {their_speed:.1f}.",
        "",
    ]
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", choices=["gpt", "lstm"], default="gpt")
    parser.add_argument("--text", help="a file in UTF-8")
    parser.add_argument("--width", type=int, default=128)
    parser.add_argument("--layers", type=int)
    parser.add_argument("--heads", type=int, default=4)
    parser.add_argument("--length", type=int, default=64)
    parser.add_argument("--batch-size", type=int)
    parser.add_argument("--steps", type=int, default=2000)
    parser.add_argument("--learning-rate", type=float, default=1e-3)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--backprop", default=".build/release/backprop")
    parser.add_argument("--report", help="where to write the report; otherwise it is printed")
    options = parser.parse_args()
    options.layers = options.layers or (4 if options.model == "gpt" else 1)
    options.batch_size = options.batch_size or (12 if options.model == "gpt" else 32)
    torch.manual_seed(options.seed)
    torch.set_num_threads(options.threads)

    text = Path(options.text).read_text(encoding="utf-8") if options.text else (
        standard_library(1_000_000))
    characters = sorted(set(text))
    numbers = {character: number for number, character in enumerate(characters)}
    tokens = torch.tensor([numbers[character] for character in text])
    end = len(text) - int(len(text) * 0.1)
    train, held_out = Windows(tokens[:end], options.length), Windows(tokens[end:], options.length)

    shape = {
        "model": options.model, "width": options.width, "layers": options.layers,
        "heads": options.heads, "context": options.length}
    if options.model == "gpt":
        model = GPT(
            len(characters), options.length, options.width, options.layers, options.heads)
        sizes = f"GPT of {options.layers} layers, {options.width} wide, {options.heads} heads"
    else:
        model = CharacterLSTM(len(characters), options.width, options.layers)
        sizes = f"LSTM of {options.layers} layer(s), {options.width} wide"
    parameters = sum(p.numel() for p in model.parameters())
    with tempfile.TemporaryDirectory() as folder:
        ours = train_backprop(text, model, shape, characters, options, folder)
    theirs = train_pytorch(model, train, held_out, options)
    result = report(options, text, sizes, parameters, ours, theirs)
    if options.report:
        Path(options.report).parent.mkdir(parents=True, exist_ok=True)
        Path(options.report).write_text(result)
    print(result, file=sys.stderr if options.report else sys.stdout)


if __name__ == "__main__":
    main()
