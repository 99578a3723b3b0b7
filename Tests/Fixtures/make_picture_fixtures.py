"""Makes the JPEG files in jpeg/ with Pillow, and what they hold beside them, for the tests to read.

Run with: python make_picture_fixtures.py          (needs numpy, pillow)
"""

from pathlib import Path

import numpy as np
from PIL import Image

OUT = Path(__file__).parent / "jpeg"


def main():
    OUT.mkdir(exist_ok=True)
    y, x = np.mgrid[0:30, 0:45]
    red = 127 + 120 * np.sin(x / 7)
    green = 127 + 120 * np.cos(y / 5)
    blue = (x * 5 + y * 3) % 256
    colors = np.stack([red, green, blue], axis=2).astype(np.uint8)
    gray = colors.mean(axis=2).astype(np.uint8)
    Image.fromarray(colors).save(OUT / "colors.jpg", quality=90)
    Image.fromarray(colors).save(OUT / "progressive.jpg", quality=90, progressive=True)
    Image.fromarray(gray).save(OUT / "gray.jpg", quality=90)
    Image.fromarray(colors).convert("CMYK").save(OUT / "cmyk.jpg")
    for name in ("colors", "progressive", "gray"):
        image = Image.open(OUT / f"{name}.jpg")
        (OUT / f"{name}.rgb").write_bytes(np.array(image.convert("RGB")).tobytes())
        # The brightness that the file itself has, and not one worked out from colours.
        image = Image.open(OUT / f"{name}.jpg")
        image.draft("L", image.size)
        (OUT / f"{name}.gray").write_bytes(np.array(image.convert("L")).tobytes())


if __name__ == "__main__":
    main()
