"""Makes a small random Llama with transformers, and GGUF files of it as llama.cpp's converter lays them
out: rows of queries and keys in the order of turned pairs.

Run with: python make_gguf_llama.py FOLDER          (needs torch, transformers, gguf)
"""

import sys
from pathlib import Path

import gguf
import numpy as np
import torch
from gguf import GGMLQuantizationType as Type
from gguf.quants import quantize
from transformers import LlamaConfig, LlamaForCausalLM

FOLDER = Path(sys.argv[1])
HEADS, KEY_HEADS, WIDTH, LAYERS = 4, 2, 64, 2
PARTS = {
    "self_attn.q_proj": "attn_q", "self_attn.k_proj": "attn_k", "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output", "mlp.gate_proj": "ffn_gate", "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down", "input_layernorm": "attn_norm",
    "post_attention_layernorm": "ffn_norm",
}
OTHERS = {
    "model.embed_tokens.weight": "token_embd.weight", "model.norm.weight": "output_norm.weight",
    "lm_head.weight": "output.weight",
}


def name_of(name):
    if name in OTHERS:
        return OTHERS[name]
    _, _, layer, rest = name.split(".", 3)
    return f"blk.{layer}.{PARTS[rest.removesuffix('.weight')]}.weight"


def turned(name, numbers):
    """Each head's first and second half of rows, one of each in turn."""
    heads = HEADS if "q_proj" in name else KEY_HEADS if "k_proj" in name else None
    if heads is None:
        return numbers
    halves = numbers.reshape(heads, 2, numbers.shape[0] // heads // 2, numbers.shape[1])
    return np.ascontiguousarray(halves.swapaxes(1, 2).reshape(numbers.shape))


def write(model, kind):
    writer = gguf.GGUFWriter(None, "llama")
    writer.add_context_length(128)
    writer.add_embedding_length(WIDTH)
    writer.add_block_count(LAYERS)
    writer.add_feed_forward_length(96)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(KEY_HEADS)
    writer.add_rope_dimension_count(WIDTH // HEADS)
    writer.add_rope_freq_base(10000.0)
    writer.add_layer_norm_rms_eps(1e-6)
    for name, tensor in model.state_dict().items():
        numbers = turned(name, tensor.float().numpy())
        if kind == Type.F32 or numbers.ndim == 1:
            writer.add_tensor(name_of(name), numbers)
        else:
            writer.add_tensor(name_of(name), quantize(numbers, kind), raw_dtype=kind)
    writer.write_header_to_file(FOLDER / f"{kind.name}.gguf")
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


if __name__ == "__main__":
    torch.manual_seed(3)
    model = LlamaForCausalLM(LlamaConfig(
        vocab_size=101, hidden_size=WIDTH, intermediate_size=96, num_hidden_layers=LAYERS,
        num_attention_heads=HEADS, num_key_value_heads=KEY_HEADS, max_position_embeddings=128,
        initializer_range=0.2, tie_word_embeddings=False))
    model.save_pretrained(FOLDER)
    for kind in (Type.F32, Type.Q8_0, Type.Q4_0):
        write(model, kind)
