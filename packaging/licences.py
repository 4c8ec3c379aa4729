#!/usr/bin/env python3
"""Prints the licences of everything inside the package that others wrote: crates, fonts, icons, texts, samples.

Texts that several crates share word by word stand once. A crate that ships no licence text is named with the licence
that it states.
"""

import re
import sys
from collections import defaultdict
from pathlib import Path

from crates import ROOT, linked_crates

LICENCE_FILE = re.compile(r"(licen[cs]e|copying|notice|unlicense|ofl)", re.IGNORECASE)
RULE = "=" * 100
# Kept beside the assets that they are for.
ASSET_LICENCES = ["assets/fonts/Inter-LICENSE.txt", "assets/fonts/AtkinsonHyperlegible-LICENSE.txt",
                  "assets/fonts/ems/OFL.txt", "assets/fonts/ems-readability/OFL.txt",
                  "assets/icons/Phosphor-LICENSE.txt"]


def licence_texts(crate):
    folder = Path(crate["manifest_path"]).parent
    files = sorted(path for path in folder.iterdir() if path.is_file() and LICENCE_FILE.match(path.name))
    texts = [path.read_text(encoding="utf-8", errors="replace").replace("\r\n", "\n").strip() for path in files]
    # A few crates ship links to files that their archives lack, as one short line.
    return [text for text in texts if len(text) > 100]


def main():
    _, crates = linked_crates()
    names_by_text, stated, silent = defaultdict(list), [], []
    for crate in crates:
        name = f"{crate['name']} {crate['version']}"
        stated.append(f"{name}: {crate['license'] or 'see its text'}")
        texts = licence_texts(crate)
        for text in texts:
            names_by_text[text].append(name)
        if not texts:
            silent.append(f"{name}: {crate['license']} ({', '.join(crate['authors']) or 'its authors'})")
    out = sys.stdout
    out.write("What others wrote and Longhand holds\n\n")
    out.write((ROOT / "assets/README.md").read_text(encoding="utf-8").replace("# Assets", "Fonts, icons, texts, samples"))
    out.write("\nCrates and the licences that they state\n\n")
    out.writelines(f"    {line}\n" for line in stated)
    out.write("\nCrates that ship no text of their licence\n\n")
    out.writelines(f"    {line}\n" for line in silent)
    for path in ASSET_LICENCES:
        out.write(f"\n{RULE}\n{path}\n{RULE}\n\n{(ROOT / path).read_text(encoding='utf-8').strip()}\n")
    for text, names in sorted(names_by_text.items(), key=lambda item: item[1]):
        out.write(f"\n{RULE}\n{', '.join(names)}\n{RULE}\n\n{text}\n")


if __name__ == "__main__":
    main()
