"""A sentence encoder of MiniLM's form in PyTorch, with random weights: tokens to vectors."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from works import ENCODER


class SentenceVectors(nn.Module):
    """The mean of the vectors that BERT of `transformers` gives to a text's tokens."""

    def __init__(self, attention: str = "sdpa") -> None:
        from transformers import BertConfig, BertModel

        super().__init__()
        config = BertConfig(
            vocab_size=ENCODER.vocabulary,
            hidden_size=ENCODER.width,
            num_hidden_layers=ENCODER.layers,
            num_attention_heads=ENCODER.heads,
            intermediate_size=ENCODER.inner,
            attn_implementation=attention,
        )
        self.body = BertModel(config, add_pooling_layer=False)

    def forward(self, tokens: Tensor) -> Tensor:
        return self.body(input_ids=tokens).last_hidden_state.mean(1)


class WrittenOut(nn.Module):
    """The same in few calls, of the same weights: queries, keys and values by one product, and
    nothing of what `transformers` does around it."""

    def __init__(self, model: SentenceVectors) -> None:
        super().__init__()
        self.embeddings = model.body.embeddings
        self.layers = nn.ModuleList(map(Layer, model.body.encoder.layer))

    def forward(self, tokens: Tensor) -> Tensor:
        tables = self.embeddings
        # Of type 0 all.
        x = tables.word_embeddings(tokens) + tables.token_type_embeddings.weight[0]
        x = tables.LayerNorm(x + tables.position_embeddings.weight[: tokens.shape[1]])
        for layer in self.layers:
            x = layer(x)
        return x.mean(1)


class Layer(nn.Module):
    """A block of `transformers`, written out."""

    def __init__(self, layer: nn.Module) -> None:
        super().__init__()
        own = layer.attention.self
        self.projections = joined(own.query, own.key, own.value)
        self.mixed, self.norm1 = layer.attention.output.dense, layer.attention.output.LayerNorm
        self.hidden = layer.intermediate.dense
        self.output, self.norm2 = layer.output.dense, layer.output.LayerNorm

    def forward(self, x: Tensor) -> Tensor:
        batch, length, width = x.shape
        parts = self.projections(x).view(batch, length, 3, ENCODER.heads, -1)
        gathered = functional.scaled_dot_product_attention(*parts.permute(2, 0, 3, 1, 4))
        x = self.norm1(x + self.mixed(gathered.transpose(1, 2).reshape(batch, length, width)))
        return self.norm2(x + self.output(functional.gelu(self.hidden(x))))


def joined(*layers: nn.Linear) -> nn.Linear:
    """Returns a linear layer whose outputs are those of several, one after the other."""
    has_bias = layers[0].bias is not None
    result = nn.Linear(layers[0].in_features, sum(layer.out_features for layer in layers), has_bias)
    with torch.no_grad():
        result.weight.copy_(torch.cat([layer.weight for layer in layers]))
        if has_bias:
            result.bias.copy_(torch.cat([layer.bias for layer in layers]))
    return result


def quantized(model: nn.Module) -> nn.Module:
    """Returns the model with weights of 8 bits, and inputs that are rounded as they come."""
    return torch.ao.quantization.quantize_dynamic(model, {nn.Linear}, dtype=torch.qint8)


def models() -> dict[str, nn.Module]:
    """Returns both, with the same weights."""
    torch.manual_seed(0)
    model = SentenceVectors().eval()
    return {"transformers": model, "written out": WrittenOut(model).eval()}


def texts(count: int, length: int) -> Tensor:
    """Returns random tokens."""
    return torch.randint(ENCODER.vocabulary, (count, length))
