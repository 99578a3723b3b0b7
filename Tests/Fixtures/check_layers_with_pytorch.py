"""Exchanges weights with PyTorch's layers, both ways.

Run with: python check_layers_with_pytorch.py FOLDER          (needs torch, safetensors)

For case i of LAYER in make_layer_fixtures.py, FOLDER has the weights LAYER-i.safetensors and in
LAYER-i-outputs.safetensors what was computed with them from the inputs of the case. PyTorch's layer
loads the weights strictly, and must compute the same. Then LAYER-i-theirs.safetensors and
LAYER-i-theirs-outputs.safetensors are written, with weights of PyTorch's own.
"""

import sys
from pathlib import Path

import torch
from make_layer_fixtures import CASES, HERE, inner, make, results
from safetensors.torch import load_file, load_model, save_file


def main():
    folder = Path(sys.argv[1])
    count = 0
    for layer, (_, cases) in CASES.items():
        fixture = load_file(HERE / f"{layer}.safetensors")
        for index, options in enumerate(cases):
            path = folder / f"{layer}-{index}"
            inputs = []
            while (value := fixture.get(f"{index}/input/{len(inputs)}")) is not None:
                inputs.append(value)

            module, _ = make(layer, options)
            # As `load_state_dict`, but that a tied parameter may have one of its names.
            load_model(inner(module), f"{path}.safetensors", strict=True)
            found = load_file(f"{path}-outputs.safetensors")
            outputs = results(module.float(), inputs)
            assert len(outputs) == len(found)
            for place, output in enumerate(outputs):
                torch.testing.assert_close(found[str(place)], output, rtol=1e-5, atol=1e-5)

            module, _ = make(layer, options)
            state = inner(module.float()).state_dict()
            # Copies, so that a tied parameter is written under all of its names.
            state = {name: value.clone() for name, value in state.items()}
            save_file(state, f"{path}-theirs.safetensors")
            outputs = {
                str(place): output.detach().contiguous()
                for place, output in enumerate(results(module, inputs))
            }
            save_file(outputs, f"{path}-theirs-outputs.safetensors")
            count += 1
    print(f"{count} cases agree")


if __name__ == "__main__":
    main()
