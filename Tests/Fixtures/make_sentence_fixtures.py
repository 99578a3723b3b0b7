"""Makes Tests/Fixtures/sentence-encoder: a sentence encoder as it lies on a model hub, with a little BERT
of random weights, and what the libraries sentence-transformers and tokenizers make of some sentences
(needs torch, transformers, sentence-transformers).

The tests and examples of commands and of searching take it where no real model is at hand.
"""

import json
import pathlib
import shutil

import numpy
import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.models import Normalize, Pooling, Transformer
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

SENTENCES = [
    "A small bird sings in the old tree.",
    "The bird builds its nest under our roof.",
    "Two birds fly over the lake in the morning.",
    "The train to the coast leaves at nine.",
    "Our train was late again this morning.",
    "The station is closed for two days.",
    "She bakes bread with honey and nuts.",
    "The soup needs salt and a little lemon.",
    "Fresh bread smells good in the morning.",
    "It rained all night over the hills.",
    "Snow covers the roof of the old station.",
    "The wind was cold at the lake.",
]

folder = pathlib.Path(__file__).parent / "sentence-encoder"
shutil.rmtree(folder, ignore_errors=True)
torch.manual_seed(0)

tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
tokenizer.decoder = decoders.WordPiece()
tokenizer.train_from_iterator(SENTENCES, trainers.WordPieceTrainer(
    vocab_size=160, special_tokens=["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"],
    show_progress=False))
tokenizer.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
fast = PreTrainedTokenizerFast(
    tokenizer_object=tokenizer, unk_token="[UNK]", pad_token="[PAD]", cls_token="[CLS]",
    sep_token="[SEP]", mask_token="[MASK]")

model = BertModel(BertConfig(
    vocab_size=tokenizer.get_vocab_size(), hidden_size=16, num_hidden_layers=2,
    num_attention_heads=4, intermediate_size=32, max_position_embeddings=64,
    initializer_range=0.15, pad_token_id=0))
plain = folder.parent / "sentence-encoder-plain"
model.save_pretrained(plain)
fast.save_pretrained(plain)
body = Transformer(str(plain), max_seq_length=48)
encoder = SentenceTransformer(
    modules=[body, Pooling(16, pooling_mode="mean"), Normalize()], device="cpu")
encoder.save(str(folder))
shutil.rmtree(plain)
for name in ["README.md", ".gitattributes"]:
    (folder / name).unlink(missing_ok=True)
# As many folders on hubs, it asks for padding: of batches, not of a text that stands alone.
saved = Tokenizer.from_file(str(folder / "tokenizer.json"))
saved.enable_truncation(32)
saved.enable_padding(length=32)
saved.save(str(folder / "tokenizer.json"))

texts = SENTENCES + ["", "Ünknown wörds, 새가 노래한다!", "  birds\t\tbirds  "]
vectors = encoder.encode(texts, convert_to_numpy=True)
numpy.save(folder / "expected.npy", vectors.astype(numpy.float32))
encodings = [tokenizer.encode(text) for text in texts]
(folder / "expected.json").write_text(json.dumps(
    [{"text": text, "ids": encoding.ids, "tokens": encoding.tokens,
      "offsets": [list(offset) for offset in encoding.offsets]}
     for text, encoding in zip(texts, encodings)], ensure_ascii=False, indent=1) + "\n")
