"""Runs each Python text of a document by itself, in the folder that it is started in.

Run with: python ../../Scripts/run_python_texts.py ../../docs/coming-from-pytorch.md
from Examples/weights, where one of the texts writes its files (needs torch, safetensors).

Prints what the texts print, and ends with an error if one of them fails.
"""

import re
import subprocess
import sys
from pathlib import Path


def main():
    document = Path(sys.argv[1]).read_text()
    texts = re.findall(r"^```python\n(.*?)^```$", document, re.DOTALL | re.MULTILINE)
    failures = 0
    for number, text in enumerate(texts, 1):
        print(f"--- {number}", flush=True)
        failures += subprocess.run([sys.executable, "-c", text]).returncode != 0
    sys.exit(f"{failures} of {len(texts)} texts failed" if failures or not texts else 0)


if __name__ == "__main__":
    main()
