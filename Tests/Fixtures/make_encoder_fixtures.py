"""Makes small random encoders of the BERT family with the library `transformers`, each a folder as it lies
on a model hub, and beside it expected.safetensors: texts, and what the library computes of them in float64.

Run with: python make_encoder_fixtures.py              writes the fixtures in encoders/
          python make_encoder_fixtures.py FOLDER       writes more and larger ones there, for a test

(needs torch, transformers and safetensors)
"""

import json
import sys
from pathlib import Path

import torch
import transformers
from safetensors.torch import load_file, save_file

FAMILIES = {
    "bert": ("Bert", dict(type_vocab_size=2, pad_token_id=0)),
    "roberta": ("Roberta", dict(type_vocab_size=1, pad_token_id=1)),
    "xlm-roberta": ("XLMRoberta", dict(type_vocab_size=1, pad_token_id=1)),
    "distilbert": ("DistilBert", dict(pad_token_id=0)),
}
HEADS = ["Model", "ForSequenceClassification", "ForTokenClassification", "ForMaskedLM"]
TYPES = {"F32": torch.float32, "F16": torch.float16, "BF16": torch.bfloat16}


def config(family, small, activation, labels, tied):
    prefix, options = FAMILIES[family]
    width, heads, wide, layers, words = (8, 2, 12, 2, 20) if small else (48, 4, 80, 3, 150)
    places = 16 if small else 90
    if family == "distilbert":
        options = options | dict(dim=width, n_heads=heads, hidden_dim=wide, n_layers=layers,
                                 activation=activation)
    else:
        options = options | dict(hidden_size=width, num_attention_heads=heads, intermediate_size=wide,
                                 num_hidden_layers=layers, hidden_act=activation, layer_norm_eps=1e-6)
    return getattr(transformers, prefix + "Config")(
        vocab_size=words, max_position_embeddings=places, num_labels=labels, tie_word_embeddings=tied, **options)


def randomize(model, generator):
    with torch.no_grad():
        for name, weight in model.named_parameters():
            noise = torch.randn(weight.shape, generator=generator) * 0.3
            weight.copy_(1 + noise if "orm.weight" in name else noise)


def texts(family, config, lengths, generator):
    ids = [torch.randint(2, config.vocab_size, (n,), generator=generator) for n in lengths]
    # Padding within a text is passed over where places are counted from its number.
    if "roberta" in family:
        ids[-1][1] = config.pad_token_id
    types = getattr(config, "type_vocab_size", 1)
    return ids, [torch.randint(0, types, (n,), generator=generator) for n in lengths]


def make(folder, family, head, small, activation="gelu", kind="F32", shards=False, tied=True, seed=0):
    generator = torch.Generator().manual_seed(seed)
    model_type = getattr(transformers, FAMILIES[family][0] + head)
    settings = config(family, small, activation, labels=3, tied=tied)
    model = model_type(settings).eval()
    randomize(model, generator)
    model.tie_weights()
    model.to(TYPES[kind]).save_pretrained(folder, max_shard_size=("4KB" if small else "60KB") if shards else "1GB")
    model = model_type.from_pretrained(folder).double().eval()
    lengths = [1, 6, 3, 9] if small else [5, 1, 70, 16, 33, 2]
    ids, types = texts(family, settings, lengths, generator)
    hidden, logits = [], []
    with torch.no_grad():
        for text, kinds in zip(ids, types):
            inputs = dict(input_ids=text[None], output_hidden_states=True)
            if family != "distilbert":
                inputs["token_type_ids"] = kinds[None]
            output = model(**inputs)
            hidden.append(output.hidden_states[-1][0])
            if head == "ForSequenceClassification":
                logits.append(output.logits)
            elif head != "Model":
                logits.append(output.logits[0])
    expected = {
        "ids": torch.cat(ids).int(),
        "types": torch.cat(types).int(),
        "lengths": torch.tensor(lengths).int(),
        "hidden": torch.cat(hidden).float(),
    }
    if logits:
        expected["logits"] = torch.cat(logits).float()
    save_file(expected, Path(folder) / "expected.safetensors")
    # The version of the library is no matter of the model.
    path = Path(folder) / "config.json"
    settings = json.loads(path.read_text())
    settings.pop("transformers_version", None)
    path.write_text(json.dumps(settings, indent=1) + "\n")
    (Path(folder) / "generation_config.json").unlink(missing_ok=True)


def old_names(folder):
    """As files had them before 2019: gamma and beta of norms, and one written by torch.save."""
    path = Path(folder) / "model.safetensors"
    weights = {
        name.replace("LayerNorm.weight", "LayerNorm.gamma").replace("LayerNorm.bias", "LayerNorm.beta"):
            array.clone() for name, array in load_file(path).items()
    }
    path.unlink()
    torch.save(weights, Path(folder) / "pytorch_model.bin")


def main():
    if len(sys.argv) == 1:
        root = Path(__file__).parent / "encoders"
        make(root / "bert", "bert", "Model", True, seed=1)
        make(root / "bert-classifier", "bert", "ForSequenceClassification", True, "gelu_new", seed=2)
        make(root / "roberta-tokens", "roberta", "ForTokenClassification", True, "relu", "BF16", seed=3)
        make(root / "xlm-roberta-shards", "xlm-roberta", "ForMaskedLM", True, "gelu", shards=True, seed=4)
        make(root / "distilbert-classifier", "distilbert", "ForSequenceClassification", True, "gelu",
             "F16", seed=5)
        return
    root, seed = Path(sys.argv[1]), 10
    activations = ["gelu", "gelu_new", "relu"]
    for family in FAMILIES:
        for head in HEADS:
            for kind in TYPES:
                seed += 1
                name = f"{family}-{head}-{kind}"
                make(root / name, family, head, False, activations[seed % 3], kind,
                     shards=seed % 4 == 0, seed=seed)
        make(root / f"{family}-untied", family, "ForMaskedLM", False, "silu", tied=False, seed=seed + 100)
    make(root / "bert-old", "bert", "ForSequenceClassification", False, seed=7)
    old_names(root / "bert-old")


main()
