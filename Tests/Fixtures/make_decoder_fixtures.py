"""Makes random language models with the library transformers, and writes down what it computes with them.

Without an argument: the small ones in the folder `decoders`, which are committed. With a folder: models
of every form that is read, for the tests that run where there is a Python with transformers.

Each model is a folder as on a model hub, and `expected.json` in it says, for a prompt, the hidden states
behind the last norm, the likeliest token after each, and the tokens that are written after it by taking
the likeliest.
"""

import json
import shutil
import sys
from pathlib import Path

import torch
import transformers
from safetensors.torch import load_file, save_file
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, processors, trainers

SENTENCES = [
    "There was once a fox who lived at the edge of the wood.",
    "The fox met a hare, and the hare said: where are you going?",
    "새가 노래한다. Der Vogel singt; ein Bär brummt — ¿qué tal? 🦊",
]


def tokenizer(special, begins):
    """A byte-level BPE with few merges; `begins` says whether the special token stands before a text."""
    result = Tokenizer(models.BPE())
    result.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    result.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=280, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        special_tokens=[AddedToken(special, special=True)], show_progress=False)
    result.train_from_iterator(SENTENCES * 3, trainer)
    if begins:
        result.post_processor = processors.TemplateProcessing(
            single=f"{special} $A", special_tokens=[(special, 0)])
    return result


def randomized(model, seed, scale):
    """The model with numbers large enough to tell tokens apart, biases and norms among them."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            noise = torch.randn(parameter.shape, generator=generator)
            if "norm" in name or ".ln_" in name:
                parameter.add_(0.2 * noise)
            else:
                parameter.copy_(noise * (scale if parameter.dim() > 1 else 0.2))
    return model


def write(folder, config, seed=1, dtype=torch.float32, scale=0.3, count=200, digits=9, finish=None, **saving):
    """Saves a random model of this configuration, and what is computed with it in float32."""
    shutil.rmtree(folder, ignore_errors=True)
    config.eos_token_id = None
    torch.manual_seed(seed)
    model = transformers.AutoModelForCausalLM.from_config(config)
    randomized(model, seed, scale).to(dtype).save_pretrained(folder, **saving)
    (folder / "generation_config.json").unlink(missing_ok=True)
    if finish:
        finish(folder)
    # Read back by the library itself, so that what is in the file counts.
    model = transformers.AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
    generator = torch.Generator().manual_seed(seed + 1)
    prompt = torch.randint(config.vocab_size, (1, 12), generator=generator)
    with torch.no_grad():
        body = getattr(model, model.base_model_prefix)
        hidden = body(prompt).last_hidden_state[0]
        scores = model(prompt).logits[0]
        written = model.generate(
            prompt, attention_mask=torch.ones_like(prompt), max_new_tokens=count, do_sample=False,
            eos_token_id=None, pad_token_id=0)
    expected = {
        "prompt": prompt[0].tolist(),
        "hidden": [[round(x, digits) for x in row] for row in hidden.tolist()],
        "likeliest": scores.argmax(-1).tolist(),
        "written": written[0, prompt.shape[1]:].tolist(),
    }
    (folder / "expected.json").write_text(json.dumps(expected) + "\n")


def without_prefix(prefix):
    """Takes what names begin with away, as in files of a model without its head."""
    def finish(folder):
        path = folder / "model.safetensors"
        weights = {name.removeprefix(prefix): array for name, array in load_file(path).items()}
        save_file(weights, path, metadata={"format": "pt"})
    return finish


def with_old_angles(folder):
    """Writes the settings of the angles where files had them before transformers 5."""
    path = folder / "config.json"
    config = json.loads(path.read_text())
    angles = config.pop("rope_parameters")
    config["rope_theta"] = angles.pop("rope_theta")
    angles["type"] = angles.pop("rope_type")
    config["rope_scaling"] = angles
    path.write_text(json.dumps(config))


def gpt2(**settings):
    return transformers.GPT2Config(**({
        "vocab_size": 80, "n_positions": 256, "n_embd": 32, "n_layer": 3, "n_head": 4,
        "bos_token_id": 0} | settings))


def llama(kind=transformers.LlamaConfig, **settings):
    return kind(**({
        "vocab_size": 80, "hidden_size": 32, "intermediate_size": 48, "num_hidden_layers": 3,
        "num_attention_heads": 4, "num_key_value_heads": 2, "max_position_embeddings": 256,
        "bos_token_id": 0, "pad_token_id": None} | settings))


def gemma(kind, **settings):
    return llama(kind, **({"head_dim": 12, "pad_token_id": 0} | settings))


YARN = {
    "rope_type": "yarn", "rope_theta": 10000.0, "factor": 4.0,
    "original_max_position_embeddings": 64}
LLAMA3 = {
    "rope_type": "llama3", "rope_theta": 500000.0, "factor": 8.0, "low_freq_factor": 1.0,
    "high_freq_factor": 4.0, "original_max_position_embeddings": 64}


def write_all(folder):
    mistral, qwen2, qwen3 = (
        transformers.MistralConfig, transformers.Qwen2Config, transformers.Qwen3Config)
    write(folder / "gpt2", gpt2())
    write(folder / "gpt2-f16", gpt2(), dtype=torch.float16)
    write(folder / "gpt2-bf16-untied", gpt2(tie_word_embeddings=False), dtype=torch.bfloat16)
    write(folder / "gpt2-gelu-inner", gpt2(activation_function="gelu", n_inner=40))
    write(folder / "gpt2-relu-scaled", gpt2(
        activation_function="relu", scale_attn_by_inverse_layer_idx=True))
    write(folder / "gpt2-unscaled", gpt2(scale_attn_weights=False), scale=0.15)
    write(folder / "gpt2-no-prefix", gpt2(), finish=without_prefix("transformer."))
    write(folder / "llama", llama())
    write(folder / "llama-all-heads", llama(num_key_value_heads=4))
    write(folder / "llama-one-key", llama(num_key_value_heads=1, tie_word_embeddings=True))
    write(folder / "llama-f16", llama(), dtype=torch.float16)
    write(folder / "llama-bf16-tied", llama(tie_word_embeddings=True), dtype=torch.bfloat16)
    write(folder / "llama-wide-heads", llama(head_dim=12))
    write(folder / "llama-biases", llama(attention_bias=True, mlp_bias=True, hidden_act="gelu"))
    write(folder / "llama-sharded", llama(), max_shard_size="20KB")
    write(folder / "llama-linear", llama(
        rope_parameters={"rope_type": "linear", "rope_theta": 10000.0, "factor": 4.0}))
    write(folder / "llama-3", llama(rope_parameters=dict(LLAMA3)))
    write(folder / "llama-3-old", llama(rope_parameters=dict(LLAMA3)), finish=with_old_angles)
    write(folder / "llama-no-prefix", llama(tie_word_embeddings=True), finish=without_prefix("model."))
    write(folder / "mistral", llama(mistral, sliding_window=None))
    write(folder / "mistral-window", llama(mistral, sliding_window=7, head_dim=10))
    write(folder / "qwen2", llama(qwen2, tie_word_embeddings=True))
    write(folder / "qwen2-window", llama(
        qwen2, use_sliding_window=True, sliding_window=16, max_window_layers=1))
    write(folder / "qwen3", llama(qwen3, head_dim=16))
    write(folder / "qwen2-yarn", llama(qwen2, rope_parameters=dict(YARN)))
    write(folder / "llama-yarn-scales", llama(rope_parameters=YARN | {
        "mscale": 1.2, "mscale_all_dim": 0.7, "beta_fast": 8, "beta_slow": 2, "truncate": False}))
    phi3, gemma2, gemma3 = (
        transformers.Phi3Config, transformers.Gemma2Config, transformers.Gemma3TextConfig)
    write(folder / "phi3", llama(phi3, original_max_position_embeddings=256))
    write(folder / "phi3-window-tied", llama(
        phi3, sliding_window=9, tie_word_embeddings=True, original_max_position_embeddings=256))
    write(folder / "phi3-part", llama(
        phi3, hidden_size=64, partial_rotary_factor=0.75, original_max_position_embeddings=256))
    write(folder / "gemma", gemma(transformers.GemmaConfig))
    write(folder / "gemma-bf16-one-key", gemma(
        transformers.GemmaConfig, num_key_value_heads=1, hidden_act="gelu"), dtype=torch.bfloat16)
    write(folder / "gemma2", gemma(gemma2, sliding_window=7, query_pre_attn_scalar=20))
    write(folder / "gemma2-caps", gemma(
        gemma2, sliding_window=100, attn_logit_softcapping=1.5, final_logit_softcapping=3.0))
    write(folder / "gemma2-no-caps", gemma(
        gemma2, sliding_window=8, attn_logit_softcapping=None, final_logit_softcapping=None))
    write(folder / "gemma3", gemma(
        gemma3, sliding_window=7, num_hidden_layers=4, sliding_window_pattern=2))
    write(folder / "gemma3-linear", gemma(
        gemma3, sliding_window=5, layer_types=["sliding_attention", "full_attention", "sliding_attention"],
        query_pre_attn_scalar=16, attention_bias=True, rope_parameters={
            "full_attention": {"rope_type": "linear", "rope_theta": 1e6, "factor": 8.0},
            "sliding_attention": {"rope_type": "default", "rope_theta": 5000.0}}))


def write_small(folder):
    """A GPT-2 and a Llama with a tokenizer, a few kilobytes each."""
    made = tokenizer("<|endoftext|>", begins=False)
    count = made.get_vocab_size()
    write(folder / "gpt2", gpt2(vocab_size=count, n_embd=8, n_layer=2, n_head=2), digits=7)
    made.save(str(folder / "gpt2" / "tokenizer.json"))
    (folder / "gpt2" / "generation_config.json").write_text(
        json.dumps({"bos_token_id": 0, "eos_token_id": 0}) + "\n")
    made = tokenizer("<s>", begins=True)
    count = made.get_vocab_size()
    write(
        folder / "llama",
        llama(
            vocab_size=count, hidden_size=16, intermediate_size=24, num_hidden_layers=2,
            rope_parameters=dict(LLAMA3), tie_word_embeddings=True),
        dtype=torch.bfloat16, digits=7)
    made.save(str(folder / "llama" / "tokenizer.json"))
    (folder / "llama" / "generation_config.json").write_text(json.dumps({
        "bos_token_id": 0, "eos_token_id": [0, 5], "do_sample": True, "temperature": 0.6,
        "top_p": 0.9}) + "\n")


if __name__ == "__main__":
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    # The models are small: threads would wait for each other.
    torch.set_num_threads(1)
    if len(sys.argv) > 1:
        write_all(Path(sys.argv[1]))
    else:
        write_small(Path(__file__).parent / "decoders")
