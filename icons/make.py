#!/usr/bin/env python3
"""Draws every icon file from longhand.svg: PNGs for Linux, `.ico` for Windows, `.icns` for macOS.

Takes rsvg-convert (Debian: librsvg2-bin) and Pillow. The files are kept beside the drawing, so that building and
packaging need neither.
"""

import subprocess
from io import BytesIO
from pathlib import Path

from PIL import Image

FOLDER = Path(__file__).resolve().parent
DRAWING = FOLDER / "longhand.svg"
PNG_SIZES = [16, 24, 32, 48, 64, 128, 256, 512]
ICO_SIZES = [16, 24, 32, 48, 64, 128, 256]
ICNS_SIZES = [16, 32, 64, 128, 256, 512, 1024]


def drawn(size):
    """The PNG of the drawing at its own size: scaling a large one down would blur the small ones."""
    command = ["rsvg-convert", "--width", str(size), "--height", str(size), str(DRAWING)]
    return subprocess.run(command, check=True, capture_output=True).stdout


def opened(size):
    return Image.open(BytesIO(drawn(size))).convert("RGBA")


def main():
    for size in PNG_SIZES:
        opened(size).save(FOLDER / f"longhand-{size}.png", optimize=True)
    for name, sizes in [("longhand.ico", ICO_SIZES), ("longhand.icns", ICNS_SIZES)]:
        *smaller, largest = [opened(size) for size in sizes]
        chosen = {"sizes": [(size, size) for size in sizes]} if name.endswith("ico") else {}
        largest.save(FOLDER / name, append_images=smaller, **chosen)


if __name__ == "__main__":
    main()
