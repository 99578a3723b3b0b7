"""Writes copies of the folder sentence-encoder whose settings say in other places how long texts may be, and
how the library `sentence-transformers` takes each: length.txt and vectors.npy beside the copy's files.

Run with: python judge_sentence_lengths.py FOLDER

(needs sentence-transformers)
"""

import json
import shutil
import sys
from pathlib import Path

import numpy as np
from sentence_transformers import SentenceTransformer

TEXTS = ["The old bird sings in the tree over the lake. " * 12, "A bird.", "Snow AND Wind AT the Station"]
BODY, WORDS = "sentence_bert_config.json", "tokenizer_config.json"


def change(folder, name, **values):
    path = folder / name
    settings = json.loads(path.read_text()) if path.exists() else {}
    settings.update(values)
    path.write_text(json.dumps({key: value for key, value in settings.items() if value is not None}))


def keep_letters(folder):
    path = folder / "tokenizer.json"
    settings = json.loads(path.read_text())
    settings["normalizer"] = None
    path.write_text(json.dumps(settings))


def rename(folder, name):
    (folder / BODY).rename(folder / name)


CASES = {
    "tokenizer": lambda f: change(f, WORDS, model_max_length=9),
    "module": lambda f: (change(f, WORDS, model_max_length=9), change(f, BODY, max_seq_length=7)),
    "arguments": lambda f: change(f, BODY, max_seq_length=7, tokenizer_args={"model_max_length": 6}),
    "endless": lambda f: change(f, WORDS, model_max_length=10**30),
    "too-long": lambda f: change(f, WORDS, model_max_length=512),
    "unsaid": lambda f: change(f, WORDS, model_max_length=None),
    "old-key": lambda f: change(f, WORDS, model_max_length=None, max_len=11),
    "old-file": lambda f: (change(f, BODY, max_seq_length=8), rename(f, "sentence_roberta_config.json")),
    "lower-case": lambda f: (change(f, BODY, max_seq_length=12, do_lower_case=True), keep_letters(f)),
}

root = Path(sys.argv[1])
(root / "texts.txt").write_text("\n".join(TEXTS) + "\n")
(root / "names.txt").write_text("\n".join(CASES) + "\n")
for name, prepare in CASES.items():
    folder = root / name
    shutil.copytree(Path(__file__).parent / "sentence-encoder", folder)
    prepare(folder)
    encoder = SentenceTransformer(str(folder), device="cpu")
    (folder / "length.txt").write_text(str(encoder.max_seq_length))
    np.save(folder / "vectors.npy", encoder.encode(TEXTS).astype(np.float32))
