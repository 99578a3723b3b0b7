"""Decoders of Llama's and GPT-2's form in PyTorch, with random weights, that write token by token."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn import functional

from torch_encoder import joined
from works import DECODER

#: Writes so many tokens behind the same ones, each time, and returns the scores of the last.
Writer = Callable[[int], Tensor]


def llama() -> nn.Module:
    """Returns `transformers`' model of Llama's form."""
    from transformers import LlamaConfig, LlamaForCausalLM

    config = LlamaConfig(
        vocab_size=DECODER.vocabulary,
        hidden_size=DECODER.width,
        num_hidden_layers=DECODER.layers,
        num_attention_heads=DECODER.heads,
        num_key_value_heads=DECODER.key_value_heads,
        intermediate_size=DECODER.feed_forward,
        max_position_embeddings=2048,
    )
    torch.manual_seed(0)
    return LlamaForCausalLM(config).eval()


def gpt2() -> nn.Module:
    """Returns `transformers`' model of GPT-2's form."""
    from transformers import GPT2Config, GPT2LMHeadModel

    config = GPT2Config(
        vocab_size=DECODER.vocabulary,
        n_embd=DECODER.width,
        n_layer=DECODER.layers,
        n_head=DECODER.heads,
        bos_token_id=0,
        eos_token_id=0,
    )
    torch.manual_seed(0)
    return GPT2LMHeadModel(config).eval()


def prompt() -> Tensor:
    """Returns the random tokens that are read before: (1, length)."""
    torch.manual_seed(0)
    return torch.randint(DECODER.vocabulary, (1, DECODER.read))


def transformers_writer(model: nn.Module, start: Tensor) -> Writer:
    """Returns what writes with `transformers`' own cache."""
    from transformers import DynamicCache

    cache = DynamicCache(config=model.config)
    first = model(start, past_key_values=cache).logits[:, -1]

    def write(count: int) -> Tensor:
        scores = first
        for _ in range(count):
            token = scores.argmax(1, keepdim=True)
            scores = model(token, past_key_values=cache).logits[:, -1]
        # Forgets what was written.
        cache.crop(-count)
        return scores

    return write


def written_out_writer(model: nn.Module, start: Tensor) -> Writer:
    """Returns what writes with a decoder that does nothing but the arithmetic."""
    first = model(start, 0)

    def write(count: int) -> Tensor:
        scores = first
        for place in range(start.shape[1], start.shape[1] + count):
            scores = model(scores.argmax(1, keepdim=True), place)
        return scores

    return write


class Cache(nn.Module):
    """The keys and values of a block, in memory that is taken once."""

    def __init__(self, heads: int, width: int) -> None:
        super().__init__()
        length = DECODER.read + DECODER.written
        self.keys, self.values = (torch.zeros(1, heads, length, width) for _ in range(2))

    def attend(self, queries: Tensor, keys: Tensor, values: Tensor, place: int) -> Tensor:
        """Stores keys and values from a place on, and gathers what queries there look at."""
        length = queries.shape[2]
        end = place + length
        self.keys[:, :, place:end] = keys
        self.values[:, :, place:end] = values
        gathered = functional.scaled_dot_product_attention(
            queries,
            self.keys[:, :, :end],
            self.values[:, :, :end],
            is_causal=length > 1,
            enable_gqa=queries.shape[1] != keys.shape[1],
        )
        return gathered.transpose(1, 2).flatten(2)


class Llama(nn.Module):
    """Llama's form, written out, with the weights of `transformers`' model."""

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        body = model.model
        self.tokens, self.norm, self.output = body.embed_tokens, body.norm, model.lm_head
        self.blocks = nn.ModuleList(map(LlamaBlock, body.layers))
        width = DECODER.width // DECODER.heads
        frequencies = 10_000.0 ** (-torch.arange(0, width, 2) / width)
        angles = torch.outer(torch.arange(DECODER.read + DECODER.written), frequencies)
        self.cosines, self.sines = angles.cos().repeat(1, 2), angles.sin().repeat(1, 2)

    def forward(self, tokens: Tensor, place: int) -> Tensor:
        """Returns the scores behind the last of these tokens, which stand from a place on."""
        x = self.tokens(tokens)
        end = place + tokens.shape[1]
        cosines, sines = self.cosines[place:end], self.sines[place:end]
        for block in self.blocks:
            x = block(x, place, cosines, sines)
        return self.output(rms_norm(x[:, -1], self.norm))


class LlamaBlock(nn.Module):
    """A block of Llama's form."""

    def __init__(self, layer: nn.Module) -> None:
        super().__init__()
        own, inner = layer.self_attn, layer.mlp
        self.norm1, self.norm2 = layer.input_layernorm, layer.post_attention_layernorm
        self.projections = joined(own.q_proj, own.k_proj, own.v_proj)
        self.mixed = own.o_proj
        self.gate_and_up, self.down = joined(inner.gate_proj, inner.up_proj), inner.down_proj
        self.cache = Cache(DECODER.key_value_heads, DECODER.width // DECODER.heads)

    def forward(self, x: Tensor, place: int, cosines: Tensor, sines: Tensor) -> Tensor:
        heads, shared = DECODER.heads, DECODER.key_value_heads
        all_heads = self.projections(rms_norm(x, self.norm1)).unflatten(2, (heads + 2 * shared, -1))
        turned, values = all_heads.transpose(1, 2).split((heads + shared, shared), 1)
        halves = turned.chunk(2, -1)
        turned = turned * cosines + torch.cat((-halves[1], halves[0]), -1) * sines
        queries, keys = turned.split((heads, shared), 1)
        x = x + self.mixed(self.cache.attend(queries, keys, values, place))
        gate, up = self.gate_and_up(rms_norm(x, self.norm2)).chunk(2, -1)
        return x + self.down(functional.silu(gate) * up)


def rms_norm(x: Tensor, norm: nn.Module) -> Tensor:
    """Applies a norm of `transformers`."""
    return functional.rms_norm(x, x.shape[-1:], norm.weight, norm.variance_epsilon)


class GPT2(nn.Module):
    """GPT-2's form, written out, with the weights of `transformers`' model."""

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        body = model.transformer
        self.tokens, self.places, self.norm = body.wte, body.wpe, body.ln_f
        self.blocks = nn.ModuleList(map(GPT2Block, body.h))

    def forward(self, tokens: Tensor, place: int) -> Tensor:
        """Returns the scores behind the last of these tokens, which stand from a place on."""
        x = self.tokens(tokens) + self.places.weight[place : place + tokens.shape[1]]
        for block in self.blocks:
            x = block(x, place)
        return functional.linear(self.norm(x[:, -1]), self.tokens.weight)


class GPT2Block(nn.Module):
    """A block of GPT-2's form."""

    def __init__(self, layer: nn.Module) -> None:
        super().__init__()
        self.norm1, self.norm2 = layer.ln_1, layer.ln_2
        self.projections, self.mixed = linear(layer.attn.c_attn), linear(layer.attn.c_proj)
        self.hidden, self.output = linear(layer.mlp.c_fc), linear(layer.mlp.c_proj)
        self.cache = Cache(DECODER.heads, DECODER.width // DECODER.heads)

    def forward(self, x: Tensor, place: int) -> Tensor:
        heads = self.projections(self.norm1(x)).unflatten(2, (3 * DECODER.heads, -1))
        parts = heads.transpose(1, 2).chunk(3, 1)
        x = x + self.mixed(self.cache.attend(*parts, place))
        return x + self.output(functional.gelu(self.hidden(self.norm2(x)), approximate="tanh"))


def linear(layer: nn.Module) -> nn.Linear:
    """Returns a linear layer of GPT-2's kind, whose weight is turned over, as a usual one."""
    result = nn.Linear(*layer.weight.shape)
    with torch.no_grad():
        result.weight.copy_(layer.weight.T)
        result.bias.copy_(layer.bias)
    return result


#: The forms: `transformers`' model, and what writes it out.
FORMS: dict[str, tuple[Callable[[], nn.Module], type[nn.Module]]] = {
    "llama": (llama, Llama),
    "gpt2": (gpt2, GPT2),
}
