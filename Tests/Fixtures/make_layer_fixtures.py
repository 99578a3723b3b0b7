"""Makes the folder layers: what PyTorch's layers compute, with all gradients.

Run with: python make_layer_fixtures.py          (needs torch, safetensors, numpy)

A file has the cases of one layer. Arrays of case 3 are called `3/state/NAME`, `3/input/0`,
`3/output/0`, `3/cotangent/0`, `3/gradient/NAME`, `3/gradient/input/0` and, for what a call changes,
`3/after/NAME`. What the layer is set to stands in the metadata. Parameters, inputs and cotangents are
float32, which is exact; what PyTorch computes from them, in double precision, is float64.
"""

import json
import math
import random
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import nn
from torch.nn import functional
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

HERE = Path(__file__).parent / "layers"


BATCH_NORMS = {2: nn.BatchNorm1d, 3: nn.BatchNorm1d, 4: nn.BatchNorm2d, 5: nn.BatchNorm3d}
INSTANCE_NORMS = {3: nn.InstanceNorm1d, 4: nn.InstanceNorm2d, 5: nn.InstanceNorm3d}


class BatchNorm(nn.Module):
    """Applies one of PyTorch's batch norms to several batches, one after the other."""

    def __init__(self, features, rank, is_training, kinds=BATCH_NORMS, **options):
        super().__init__()
        self.norm = kinds[rank](features, **options)
        self.train(is_training)

    def forward(self, *batches):
        return tuple(self.norm(batch) for batch in batches)


class Recurrent(nn.Module):
    """A recurrent layer whose states, and the lengths of sequences, are inputs and results of their
    own."""

    def __init__(self, layer):
        super().__init__()
        self.layer = layer

    def forward(self, x, *more):
        steps = x.shape[1]
        has_lengths = bool(more) and not more[0].dtype.is_floating_point
        if has_lengths:
            lengths, *more = more
            x = pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
        state = None if not more else tuple(more) if isinstance(self.layer, nn.LSTM) else more[0]
        output, state = self.layer(x, state)
        if has_lengths:
            output, _ = pad_packed_sequence(output, batch_first=True, total_length=steps)
        return (output, *(state if isinstance(state, tuple) else (state,)))


class Cell(nn.Module):
    """A cell whose states are inputs and results of their own."""

    def __init__(self, layer):
        super().__init__()
        self.layer = layer

    def forward(self, x, *state):
        if not isinstance(self.layer, nn.LSTMCell):
            return self.layer(x, *state)
        return self.layer(x, state or None)


class CharacterLSTM(nn.Module):
    """A recurrent language model, whose state is inputs and results of their own."""

    def __init__(self, vocabulary, width, hidden, layers):
        super().__init__()
        self.embedding = nn.Embedding(vocabulary, width)
        self.lstm = nn.LSTM(width, hidden, layers, batch_first=True)
        self.head = nn.Linear(hidden, vocabulary)

    def forward(self, tokens, *state):
        output, state = self.lstm(self.embedding(tokens), state or None)
        return (self.head(output), *state)


class Attention(nn.Module):
    """Attention whose mask has flags for the keys that may be looked at, and broadcasts."""

    def __init__(self, embedding, heads, is_causal, **options):
        super().__init__()
        self.layer = nn.MultiheadAttention(embedding, heads, batch_first=True, **options)
        self.heads = heads
        self.is_causal = is_causal

    def forward(self, query, key, value, mask=None):
        shape = (query.shape[0], self.heads, query.shape[1], key.shape[1])
        if mask is not None:
            mask = (~mask if mask.dtype == torch.bool else mask).expand(shape).flatten(0, 1)
        if self.is_causal:
            # The last query stands at the last key.
            mask = torch.ones(shape[2:], dtype=torch.bool).triu(1 + shape[3] - shape[2])
        return self.layer(query, key, value, attn_mask=mask, need_weights=False)[0]


def hidden(visible):
    """A mask of PyTorch's, whose flags say what is hidden, or the numbers that are added."""
    return None if visible is None else ~visible if visible.dtype == torch.bool else visible


def padding(visible):
    """The keys that are padding, (batch, m), from the visible, (batch, 1, 1, m)."""
    return None if visible is None else ~visible[:, 0, 0]


class Transformer(nn.Module):
    """An encoder or a decoder, or one layer of it, whose masks have flags for what may be looked at.

    Inputs are the steps, of a decoder the memory, and the masks that the case has.
    """

    def __init__(self, layer, is_decoder, is_causal, masks):
        super().__init__()
        self.layer = layer
        self.is_decoder = is_decoder
        self.is_causal = is_causal
        self.masks = masks

    def forward(self, x, *inputs):
        memory, inputs = (inputs[:1], inputs[1:]) if self.is_decoder else ((), inputs)
        masks = dict(zip(self.masks, inputs))
        mask = hidden(masks.get("mask"))
        if self.is_causal:
            mask = torch.ones(x.shape[1], x.shape[1], dtype=torch.bool).triu(1)
        if self.is_decoder:
            return self.layer(
                x, *memory, tgt_mask=mask, memory_mask=hidden(masks.get("memory_mask")),
                memory_key_padding_mask=padding(masks.get("memory_padding")),
            )
        name = "mask" if isinstance(self.layer, nn.TransformerEncoder) else "src_mask"
        return self.layer(
            x, **{name: mask}, src_key_padding_mask=padding(masks.get("padding"))
        )


class SinusoidalPositions(nn.Module):
    """The formula of the paper, number by number."""

    def __init__(self, offset):
        super().__init__()
        self.offset = offset

    def forward(self, x):
        steps, width = x.shape[-2:]
        table = [
            [
                (math.cos if j % 2 else math.sin)(t / 10000 ** (j // 2 * 2 / width))
                for j in range(width)
            ]
            for t in range(self.offset, self.offset + steps)
        ]
        return x + torch.tensor(table, dtype=x.dtype)


class RotaryPositions(nn.Module):
    """Pairs as complex numbers, which are multiplied by numbers of length 1."""

    def __init__(self, width, pairing, base, offset):
        super().__init__()
        self.width = width
        self.is_interleaved = pairing == "interleaved"
        self.base = base
        self.offset = offset

    def forward(self, x):
        half = self.width // 2
        turned, rest = x[..., : self.width], x[..., self.width :]
        places = torch.arange(self.offset, self.offset + x.shape[-2], dtype=torch.float64)
        frequencies = self.base ** (-torch.arange(half, dtype=torch.float64) / half)
        angles = torch.outer(places, frequencies)
        if self.is_interleaved:
            pairs = turned.unflatten(-1, (half, 2)).contiguous()
        else:
            pairs = turned.unflatten(-1, (2, half)).transpose(-1, -2).contiguous()
        pairs = torch.view_as_complex(pairs.double()) * torch.polar(torch.ones_like(angles), angles)
        pairs = torch.view_as_real(pairs)
        if not self.is_interleaved:
            pairs = pairs.transpose(-1, -2)
        return torch.cat([pairs.flatten(-2).to(x.dtype), rest], -1)


class GPTBlock(nn.Module):
    """GPT-2's block, with linear layers in place of its one-dimensional convolutions."""

    def __init__(self, width, heads, bias):
        super().__init__()
        self.heads = heads
        self.ln_1 = nn.LayerNorm(width, bias=bias)
        self.attn = nn.ModuleDict({
            "c_attn": nn.Linear(width, 3 * width, bias=bias),
            "c_proj": nn.Linear(width, width, bias=bias),
        })
        self.ln_2 = nn.LayerNorm(width, bias=bias)
        self.mlp = nn.ModuleDict({
            "c_fc": nn.Linear(width, 4 * width, bias=bias),
            "c_proj": nn.Linear(4 * width, width, bias=bias),
        })

    def forward(self, x):
        parts = self.attn["c_attn"](self.ln_1(x)).chunk(3, -1)
        q, k, v = (part.unflatten(-1, (self.heads, -1)).transpose(1, 2) for part in parts)
        gathered = functional.scaled_dot_product_attention(q, k, v, is_causal=True)
        x = x + self.attn["c_proj"](gathered.transpose(1, 2).flatten(2))
        inner = functional.gelu(self.mlp["c_fc"](self.ln_2(x)), approximate="tanh")
        return x + self.mlp["c_proj"](inner)


class GPT(nn.Module):
    """GPT-2 without dropout."""

    def __init__(self, vocabulary, context, width, layers, heads, bias=True, is_tied=True):
        super().__init__()
        self.transformer = nn.ModuleDict({
            "wte": nn.Embedding(vocabulary, width),
            "wpe": nn.Embedding(context, width),
            "h": nn.ModuleList(GPTBlock(width, heads, bias) for _ in range(layers)),
            "ln_f": nn.LayerNorm(width, bias=bias),
        })
        self.lm_head = nn.Linear(width, vocabulary, bias=False)
        if is_tied:
            self.lm_head.weight = self.transformer["wte"].weight

    def forward(self, tokens):
        places = torch.arange(tokens.shape[1])
        x = self.transformer["wte"](tokens) + self.transformer["wpe"](places)
        for block in self.transformer["h"]:
            x = block(x)
        return self.lm_head(self.transformer["ln_f"](x))


def numbers(*shape, scale=1, mean=0):
    return (torch.randn(*shape) * scale + mean).float().double()


def batch_norm(shape, batches=1, is_training=True, **options):
    module = BatchNorm(shape[1], len(shape), is_training, **options)
    if is_training or not options.get("track_running_stats", True):
        # Not around zero, so that it shows what is subtracted.
        return module, [numbers(*shape, scale=2, mean=1) for _ in range(batches)]
    for buffer in (module.norm.running_mean, module.norm.running_var):
        buffer.copy_(torch.rand(shape[1]).float() + 0.5)
    module.norm.num_batches_tracked.fill_(7)
    return module, [numbers(*shape)]


def layer_norm(shape, normalized, **options):
    return nn.LayerNorm(normalized, **options), [numbers(*shape, scale=2, mean=1)]


def group_norm(shape, groups, **options):
    return nn.GroupNorm(groups, shape[1], **options), [numbers(*shape, scale=2, mean=1)]


def instance_norm(shape, batches=1, is_training=True, **options):
    module = BatchNorm(shape[1], len(shape), is_training, INSTANCE_NORMS, **options)
    if not is_training and module.norm.running_mean is not None:
        for buffer in (module.norm.running_mean, module.norm.running_var):
            buffer.copy_(torch.rand(shape[1]).float() + 0.5)
        module.norm.num_batches_tracked.fill_(7)
    return module, [numbers(*shape, scale=2, mean=1) for _ in range(batches)]


def bilinear(shape, left, right, outputs, **options):
    inputs = [numbers(*shape, left), numbers(*shape, right)]
    return nn.Bilinear(left, right, outputs, **options), inputs


def embedding(count, width, shape, dtype=torch.int64, **options):
    words = torch.randint(count, shape, dtype=dtype)
    words.flatten()[0] = options.get("padding_idx", 0)
    return nn.Embedding(count, width, **options), [words]


def recurrent(kind, batch, steps, inputs, hidden, has_state=False, has_lengths=False, **options):
    module = Recurrent(kind(inputs, hidden, batch_first=True, **options))
    rows = options.get("num_layers", 1) * (2 if options.get("bidirectional") else 1)
    states = 2 if kind is nn.LSTM else 1
    state = [numbers(rows, batch, hidden) for _ in range(states)] if has_state else []
    x = numbers(batch, steps, inputs)
    lengths = [torch.randint(1, steps + 1, (batch,))] if has_lengths else []
    return module, [x, *lengths, *state]


def random_recurrent(kind, count):
    """Settings of a kind of layer, as they come."""
    draw = random.Random(kind.__name__)
    cases = []
    for _ in range(count):
        options = dict(
            kind=kind, batch=draw.randint(2, 4), steps=draw.randint(2, 6),
            inputs=draw.randint(1, 4), hidden=draw.randint(2, 5), num_layers=draw.randint(1, 3),
            bidirectional=draw.random() < 0.5, bias=draw.random() < 0.7,
            has_state=draw.random() < 0.5, has_lengths=draw.random() < 0.6)
        if kind is nn.RNN:
            options["nonlinearity"] = draw.choice(["tanh", "relu"])
        cases.append(options)
    # Wider than a vector of any instruction set, and more sequences than are taken at once.
    cases.append(dict(kind=kind, batch=17, steps=3, inputs=2, hidden=19, has_lengths=True,
                      has_state=True))
    return cases


def cell(kind, batch, inputs, hidden, has_state=False, **options):
    states = 2 if kind is nn.LSTMCell else 1
    state = [numbers(batch, hidden) for _ in range(states)] if has_state else []
    return Cell(kind(inputs, hidden, **options)), [numbers(batch, inputs), *state]


def cells(kind):
    return [
        dict(kind=kind, batch=3, inputs=4, hidden=5),
        dict(kind=kind, batch=2, inputs=3, hidden=4, has_state=True),
        dict(kind=kind, batch=2, inputs=3, hidden=4, has_state=True, bias=False),
    ]


def character_lstm(batch, length, vocabulary, width, hidden, layers, has_state=False):
    state = [numbers(layers, batch, hidden) for _ in range(2)] if has_state else []
    tokens = torch.randint(vocabulary, (batch, length))
    return CharacterLSTM(vocabulary, width, hidden, layers), [tokens, *state]


def attention(embedding, heads, batch, n, m, mask=None, is_causal=False, **options):
    module = Attention(embedding, heads, is_causal, **options)
    inputs = [numbers(batch, length, embedding) for length in (n, m, m)]
    if mask == "flags":
        flags = torch.rand(n, m) < 0.6
        flags[:, 0] = True
        inputs.append(flags)
    elif mask == "padding":
        inputs.append((torch.arange(m) < torch.arange(1, batch + 1)[:, None])[:, None, None])
    elif mask == "numbers":
        inputs.append(numbers(batch, heads, n, m))
    return module, inputs


def rms_norm(shape, normalized, **options):
    return nn.RMSNorm(normalized, **options), [numbers(*shape, scale=2, mean=1)]


def visible(kind, batch, heads, n, m):
    """A mask: flags or numbers (n, m), or flags (batch, 1, 1, m) for keys that are no padding."""
    if kind == "padding":
        return (torch.arange(m) < m - torch.arange(batch)[:, None])[:, None, None]
    if kind == "numbers":
        return numbers(n, m)
    flags = torch.rand(n, m) < 0.6
    flags[:, 0] = True
    return flags


def transformer(kind, embedding, heads, batch, n, m=None, num_layers=None, has_norm=False,
                is_causal=False, mask=None, memory_mask=None, has_padding=False, **options):
    is_decoder = kind is nn.TransformerDecoderLayer
    layer = kind(embedding, heads, batch_first=True, dropout=0.0, **options)
    if num_layers:
        norm = nn.LayerNorm(embedding, eps=options.get("layer_norm_eps", 1e-5)) if has_norm else None
        if is_decoder:
            layer = nn.TransformerDecoder(layer, num_layers, norm=norm)
        else:
            layer = nn.TransformerEncoder(layer, num_layers, norm=norm, enable_nested_tensor=False)
    inputs = [numbers(batch, n, embedding)]
    if is_decoder:
        inputs.append(numbers(batch, m, embedding))
    masks = {}
    if mask:
        masks["mask"] = visible(mask, batch, heads, n, n)
    if memory_mask:
        masks["memory_mask"] = visible(memory_mask, batch, heads, n, m)
    if has_padding:
        length = m if is_decoder else n
        name = "memory_padding" if is_decoder else "padding"
        masks[name] = visible("padding", batch, heads, n, length)
    module = Transformer(layer, is_decoder, is_causal, list(masks))
    return module, [*inputs, *masks.values()]


def sinusoidal(shape, offset=0):
    return SinusoidalPositions(offset), [numbers(*shape)]


def rotary(shape, width, pairing, base=10000.0, offset=0):
    return RotaryPositions(width, pairing, base, offset), [numbers(*shape)]


def gpt(batch, length, **options):
    tokens = torch.randint(options["vocabulary"], (batch, length))
    return GPT(**options), [tokens]


CASES = {
    "batch-norm": (batch_norm, [
        dict(shape=(6, 3), batches=3),
        dict(shape=(4, 3, 5), batches=3, momentum=None),
        dict(shape=(3, 4, 2, 3), batches=2, affine=False, momentum=0.3, eps=1e-3),
        dict(shape=(2, 2, 2, 1, 3), batches=2),
        dict(shape=(5, 2, 3, 3), is_training=False),
        dict(shape=(4, 3), is_training=False, affine=False, eps=0.1),
        dict(shape=(4, 3, 2), is_training=False, track_running_stats=False),
        dict(shape=(4, 3, 2), track_running_stats=False),
    ]),
    "layer-norm": (layer_norm, [
        dict(shape=(4, 5), normalized=(5,)),
        dict(shape=(2, 3, 5), normalized=(5,), bias=False),
        dict(shape=(2, 3, 5), normalized=(3, 5), eps=0.1),
        dict(shape=(3, 2, 4), normalized=(4,), elementwise_affine=False),
    ]),
    "group-norm": (group_norm, [
        dict(shape=(4, 6), groups=2),
        dict(shape=(3, 4, 5), groups=1),
        dict(shape=(2, 6, 3, 2), groups=3, eps=0.1),
        dict(shape=(2, 4, 3, 2), groups=4, affine=False),
        dict(shape=(1, 4, 2, 1, 3), groups=2),
    ]),
    "instance-norm": (instance_norm, [
        dict(shape=(3, 4, 5)),
        dict(shape=(2, 3, 4, 2), affine=True, eps=0.1),
        dict(shape=(2, 3, 2, 1, 3), affine=True, track_running_stats=True, batches=3),
        dict(shape=(4, 2, 3), track_running_stats=True, momentum=0.3, batches=2),
        dict(shape=(3, 2, 3, 3), affine=True, track_running_stats=True, is_training=False),
        dict(shape=(3, 2, 3), affine=True, is_training=False),
    ]),
    "bilinear": (bilinear, [
        dict(shape=(4,), left=3, right=5, outputs=2),
        dict(shape=(2, 3), left=4, right=1, outputs=3, bias=False),
        dict(shape=(), left=2, right=3, outputs=4),
    ]),
    "embedding": (embedding, [
        dict(count=10, width=4, shape=(3, 5)),
        dict(count=6, width=3, shape=(4, 4), dtype=torch.int32, padding_idx=2),
        dict(count=5, width=2, shape=(7,), padding_idx=4),
    ]),
    "rnn-cell": (cell, cells(nn.RNNCell) + [
        dict(kind=nn.RNNCell, batch=2, inputs=3, hidden=4, has_state=True, nonlinearity="relu"),
    ]),
    "gru-cell": (cell, cells(nn.GRUCell)),
    "lstm-cell": (cell, cells(nn.LSTMCell)),
    "rnn": (recurrent, [
        dict(kind=nn.RNN, batch=3, steps=4, inputs=2, hidden=3),
        dict(kind=nn.RNN, batch=2, steps=5, inputs=3, hidden=4, has_state=True, num_layers=2,
             nonlinearity="relu"),
        dict(kind=nn.RNN, batch=2, steps=3, inputs=2, hidden=3, has_state=True, num_layers=2,
             bidirectional=True, bias=False),
    ] + random_recurrent(nn.RNN, 4)),
    "gru": (recurrent, random_recurrent(nn.GRU, 8)),
    "lstm": (recurrent, [
        dict(kind=nn.LSTM, batch=3, steps=4, inputs=2, hidden=3),
        dict(kind=nn.LSTM, batch=1, steps=1, inputs=4, hidden=2, has_state=True, bias=False),
        dict(kind=nn.LSTM, batch=2, steps=5, inputs=3, hidden=4, has_state=True, num_layers=3),
        dict(kind=nn.LSTM, batch=2, steps=3, inputs=2, hidden=3, has_state=True, num_layers=2,
             bidirectional=True),
    ] + random_recurrent(nn.LSTM, 8)),
    "character-lstm": (character_lstm, [
        dict(batch=2, length=4, vocabulary=7, width=3, hidden=5, layers=1),
        dict(batch=3, length=5, vocabulary=4, width=5, hidden=3, layers=2, has_state=True),
        dict(batch=1, length=1, vocabulary=9, width=2, hidden=2, layers=3),
    ]),
    "attention": (attention, [
        dict(embedding=8, heads=2, batch=2, n=4, m=4),
        dict(embedding=6, heads=3, batch=2, n=3, m=5),
        dict(embedding=4, heads=1, batch=3, n=2, m=4, bias=False),
        dict(embedding=4, heads=2, batch=2, n=5, m=5, is_causal=True),
        dict(embedding=6, heads=2, batch=2, n=3, m=4, mask="flags"),
        dict(embedding=4, heads=2, batch=3, n=2, m=4, mask="padding"),
        dict(embedding=4, heads=2, batch=2, n=3, m=4, mask="numbers"),
        dict(embedding=4, heads=2, batch=2, n=2, m=5, is_causal=True),
    ]),
    "rms-norm": (rms_norm, [
        dict(shape=(4, 5), normalized=(5,)),
        dict(shape=(2, 3, 5), normalized=(3, 5), eps=0.1),
        dict(shape=(3, 2, 4), normalized=(4,), elementwise_affine=False),
    ]),
    "transformer-encoder": (transformer, [
        dict(kind=nn.TransformerEncoderLayer, embedding=6, heads=2, batch=2, n=4,
             dim_feedforward=8),
        dict(kind=nn.TransformerEncoderLayer, embedding=8, heads=4, batch=3, n=5,
             dim_feedforward=7, norm_first=True, activation="gelu", has_padding=True),
        dict(kind=nn.TransformerEncoderLayer, embedding=4, heads=1, batch=2, n=3,
             dim_feedforward=5, bias=False, layer_norm_eps=0.01, mask="flags", has_padding=True),
        dict(kind=nn.TransformerEncoderLayer, embedding=6, heads=3, batch=2, n=4,
             dim_feedforward=6, activation="gelu", mask="numbers"),
        dict(kind=nn.TransformerEncoderLayer, embedding=6, heads=2, batch=2, n=4,
             dim_feedforward=8, num_layers=3, has_norm=True, norm_first=True, is_causal=True),
        dict(kind=nn.TransformerEncoderLayer, embedding=4, heads=2, batch=2, n=5,
             dim_feedforward=6, num_layers=2, mask="flags"),
    ]),
    "transformer-decoder": (transformer, [
        dict(kind=nn.TransformerDecoderLayer, embedding=6, heads=2, batch=2, n=4, m=3,
             dim_feedforward=8, is_causal=True),
        dict(kind=nn.TransformerDecoderLayer, embedding=8, heads=4, batch=3, n=3, m=5,
             dim_feedforward=7, norm_first=True, activation="gelu", has_padding=True, mask="flags"),
        dict(kind=nn.TransformerDecoderLayer, embedding=4, heads=1, batch=2, n=3, m=4,
             dim_feedforward=5, bias=False, mask="numbers", memory_mask="flags"),
        dict(kind=nn.TransformerDecoderLayer, embedding=4, heads=2, batch=2, n=4, m=6,
             dim_feedforward=6, num_layers=2, has_norm=True, norm_first=True, is_causal=True,
             memory_mask="numbers"),
        dict(kind=nn.TransformerDecoderLayer, embedding=6, heads=2, batch=2, n=4, m=3,
             dim_feedforward=5, num_layers=2),
    ]),
    "sinusoidal-positions": (sinusoidal, [
        dict(shape=(2, 5, 6)),
        dict(shape=(2, 30, 7), offset=1000),
        dict(shape=(3, 1), offset=2),
    ]),
    "rotary-positions": (rotary, [
        dict(shape=(2, 3, 5, 8), width=8, pairing="halves"),
        dict(shape=(2, 5, 8), width=8, pairing="interleaved", offset=700),
        dict(shape=(2, 2, 4, 7), width=4, pairing="halves", base=500.0, offset=3),
        dict(shape=(3, 6), width=2, pairing="interleaved"),
    ]),
    "gpt": (gpt, [
        dict(vocabulary=11, context=8, width=8, layers=2, heads=2, batch=3, length=6),
        dict(vocabulary=7, context=5, width=6, layers=3, heads=3, batch=2, length=5, bias=False),
        dict(vocabulary=9, context=6, width=8, layers=1, heads=4, batch=2, length=4,
             is_tied=False),
    ]),
}


def make(layer, options):
    """The module of a case, with PyTorch's first parameters, and inputs."""
    return CASES[layer][0](**options)


def inner(module):
    """The layer itself, whose state goes to files."""
    return getattr(module, "norm", getattr(module, "layer", module))


def results(module, inputs):
    found = module(*inputs)
    return list(found) if isinstance(found, tuple) else [found]


def written(options):
    """What a case is set to, for readers that know no PyTorch."""
    result = {key: value for key, value in options.items() if key not in ("kind", "dtype")}
    if options.get("momentum", 0) is None:
        result["is_cumulative"] = True
    return result


def arrays(module, inputs):
    layer = inner(module)
    with torch.no_grad():
        for parameter in layer.parameters():
            parameter.copy_(numbers(*parameter.shape) * 0.5)
    result = {f"state/{name}": value.clone() for name, value in layer.state_dict().items()}
    for value in inputs:
        value.requires_grad_(value.dtype.is_floating_point)
    outputs = results(module, inputs)
    cotangents = [numbers(*output.shape) for output in outputs]
    sum((output * g).sum() for output, g in zip(outputs, cotangents)).backward()
    for index, value in enumerate(inputs):
        result[f"input/{index}"] = value.detach()
        if value.grad is not None:
            result[f"gradient/input/{index}"] = value.grad
    for index, (output, cotangent) in enumerate(zip(outputs, cotangents)):
        result[f"output/{index}"] = output.detach()
        result[f"cotangent/{index}"] = cotangent
    for name, parameter in layer.named_parameters():
        result[f"gradient/{name}"] = parameter.grad
    for name, buffer in layer.named_buffers():
        result[f"after/{name}"] = buffer
    exact = ("state/", "input/", "cotangent/")
    return {
        name: value.float() if value.dtype == torch.float64 and name.startswith(exact) else value
        for name, value in result.items()
    }


def main():
    torch.set_default_dtype(torch.float64)
    HERE.mkdir(exist_ok=True)
    for layer, (_, cases) in CASES.items():
        torch.manual_seed(17)
        file = {}
        for index, options in enumerate(cases):
            for name, value in arrays(*make(layer, options)).items():
                file[f"{index}/{name}"] = value.contiguous()
        settings = json.dumps([written(options) for options in cases])
        save_file(file, HERE / f"{layer}.safetensors", metadata={"cases": settings})


if __name__ == "__main__":
    main()
