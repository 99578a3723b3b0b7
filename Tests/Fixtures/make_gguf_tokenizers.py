"""Makes GGUF files with tokenizers by the package gguf, and writes down into which tokens transformers (and
sentencepiece) cut random texts by them.

Run with: python make_gguf_tokenizers.py FOLDER     (needs torch, transformers, gguf, sentencepiece)

For each file NAME.gguf there is NAME.json: the texts, `ids` by transformers reading the file, `own` by what
the tokenizer was made with, and `decoded`, the texts of the ids.
"""

import io
import json
import random
import string
import sys
import textwrap
from pathlib import Path

import gguf
import numpy as np
import sentencepiece
import transformers
from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers.integrations.gguf.gguf_tokenizer_mapping import GGUF_PRE_TOKENIZER_SPLITS

FOLDER = Path(sys.argv[1])
SENTENCES = [
    "There was once a fox who lived at the edge of the wood; it's cunning, and they'll say so.",
    "The fox met a hare, and the hare said: where ARE you going? I'VE 1234 reasons (or 56789).",
    "새가 노래한다. Der Vogel singt; ein Bär brummt — ¿qué tal? 🦊 Привет мир, 12 345 раз.",
    "日本語のテキストと中文文本。\n\n  def f(x):\n    return x  # HTTPServer\r\n\tand tabs",
] + [line for module in (textwrap, string) for line in open(module.__file__).read().split("\n\n")]
WORDS = sorted({word for text in SENTENCES for word in text.split()})
CONTROL = ["<|endoftext|>", "<|begin|>", "<|im_end|>"]


def texts(count, seed):
    """Words, spaces of all kinds, letters of all scripts, digits, controls; special tokens now and then."""
    source = random.Random(seed)

    def part():
        kind = source.randrange(12)
        if kind < 5:
            return source.choice(WORDS) + source.choice(["", " ", " ", " ", "  ", "\n", "\t", "\r\n", "\u3000"])
        if kind == 5:
            return "".join(source.choice(string.printable) for _ in range(source.randrange(8)))
        if kind == 6:
            return str(source.randrange(10 ** source.randrange(1, 12)))
        if kind == 7:
            return "".join(chr(source.choice([
                source.randrange(0xA0, 0x600), source.randrange(0x900, 0xE00), source.randrange(0x3040, 0x9FFF),
                source.randrange(0xAC00, 0xD7A3), source.randrange(0x1F300, 0x1F700), 0x301, 0x200D]))
                for _ in range(source.randrange(1, 7)))
        if kind == 8:
            return source.choice(["'s", "'LL", "'re", "don't", "\u2019s", "…", "½²Ⅷ", "e\u0301"]) * source.randrange(3)
        if kind == 9:
            return source.choice("aAnN =-.!") * source.randrange(1, 20)
        if kind == 10:
            return source.choice(CONTROL) if source.randrange(3) == 0 else " "
        return " " * source.randrange(1, 9)

    return ["".join(part() for _ in range(source.randrange(10))) for _ in range(count)]


def write(name, model, tokens, types, count=1500, own=None, **keys):
    path = FOLDER / f"{name}.gguf"
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_name("model")
    writer.add_context_length(256)
    writer.add_embedding_length(32)
    writer.add_block_count(1)
    writer.add_feed_forward_length(32)
    writer.add_head_count(2)
    writer.add_layer_norm_rms_eps(1e-6)
    writer.add_tokenizer_model(model)
    writer.add_token_list(tokens)
    writer.add_token_types(types)
    if "pre" in keys:
        writer.add_tokenizer_pre(keys["pre"])
    if "scores" in keys:
        writer.add_token_scores(keys["scores"])
    if "merges" in keys:
        writer.add_token_merges(keys["merges"])
    for key in ("bos", "eos", "unk"):
        if key in keys:
            getattr(writer, f"add_{key}_token_id")(keys[key])
    if "begins" in keys:
        writer.add_add_bos_token(keys["begins"])
    if "space" in keys:
        writer.add_add_space_prefix(keys["space"])
    source = np.random.default_rng(1)

    def tensor(name, *shape):
        writer.add_tensor(name, source.normal(0, 0.3, shape).astype(np.float32))

    tensor("token_embd.weight", len(tokens), 32)
    tensor("output_norm.weight", 32)
    for part, shape in (
            ("attn_q", (32, 32)), ("attn_k", (32, 32)), ("attn_v", (32, 32)), ("attn_output", (32, 32)),
            ("ffn_gate", (32, 32)), ("ffn_up", (32, 32)), ("ffn_down", (32, 32)), ("attn_norm", (32,)),
            ("ffn_norm", (32,))):
        tensor(f"blk.0.{part}.weight", *shape)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    judge = transformers.AutoTokenizer.from_pretrained(FOLDER, gguf_file=path.name)
    samples = texts(count, name)
    ids = [judge.backend_tokenizer.encode(text).ids for text in samples]
    (FOLDER / f"{name}.json").write_text(json.dumps({
        "texts": samples, "ids": ids, "own": [own(text) for text in samples] if own else [],
        "decoded": [judge.backend_tokenizer.decode(row, skip_special_tokens=True) for row in ids]}))


def sentence_pieces():
    """SentencePiece's pairs: with a space put in front and without, with a token of a user's own."""
    for space in (True, False):
        model = io.BytesIO()
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=iter(SENTENCES * 3), model_writer=model, model_type="bpe", vocab_size=900,
            byte_fallback=True, normalization_rule_name="identity", remove_extra_whitespaces=False,
            add_dummy_prefix=space, control_symbols=CONTROL, user_defined_symbols=["<think>", "\n\n"],
            minloglevel=2, split_by_whitespace=True, max_sentence_length=100_000,
            allow_whitespace_only_pieces=True, hard_vocab_limit=False)
        reader = sentencepiece.SentencePieceProcessor(model_proto=model.getvalue())
        size = range(reader.get_piece_size())
        types = [
            2 if reader.is_unknown(i) else 6 if reader.is_byte(i) else 3 if reader.is_control(i)
            else 4 if reader.id_to_piece(i) in ("<think>", "\n\n") else 1 for i in size]
        write(
            "sentencepiece" + ("" if space else "-no-space"), "llama",
            [reader.id_to_piece(i) for i in size], types, scores=[reader.get_score(i) for i in size],
            bos=1, eos=2, unk=0, pre="default", space=space,
            own=lambda text: [1] + reader.encode(text))


def byte_level():
    """Pairs of bytes, for a name of each way to cut."""
    byte_level = pre_tokenizers.ByteLevel(add_prefix_space=False)
    ways = {"gpt-2": byte_level, "smollm": pre_tokenizers.Sequence(
        [pre_tokenizers.Digits(individual_digits=True), byte_level])}
    for name in ("llama-bpe", "dbrx", "qwen2", "qwen35", "tekken", "gpt-4o"):
        ways[name] = pre_tokenizers.Sequence([
            pre_tokenizers.Split(Regex(GGUF_PRE_TOKENIZER_SPLITS[name]), behavior="isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
    for name, way in ways.items():
        made = Tokenizer(models.BPE(ignore_merges=name in ("llama-bpe", "tekken")))
        made.pre_tokenizer, made.decoder = way, decoders.ByteLevel()
        made.train_from_iterator(SENTENCES * 3, trainers.BpeTrainer(
            vocab_size=1200, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), special_tokens=CONTROL,
            show_progress=False))
        vocabulary = sorted(made.get_vocab().items(), key=lambda entry: entry[1])
        merges = [" ".join(pair) for pair in json.loads(made.to_str())["model"]["merges"]]
        made.save(str(FOLDER / f"{name}.tokenizer.json"))
        write(
            name, "gpt2", [token for token, _ in vocabulary],
            [3 if token in CONTROL else 1 for token, _ in vocabulary], pre=name, merges=merges, bos=1,
            eos=0, begins=False, own=lambda text: made.encode(text).ids)


if __name__ == "__main__":
    transformers.logging.set_verbosity_error()
    FOLDER.mkdir(exist_ok=True)
    sentence_pieces()
    byte_level()
