#!/usr/bin/env python3
"""Prints the bill of materials of the program as CycloneDX 1.6 JSON: crates, models, fonts.

The same sources give the same bytes: there is no time and no random number in it.
"""

import hashlib
import json
import tomllib
from pathlib import Path

from crates import ROOT, linked_crates

MODELS = ["models/student", "models/teacher", "models/open-student", "models/ink-labeller"]
FONTS = [("Inter", "assets/fonts/Inter-Regular.ttf", "OFL-1.1"), ("Inter", "assets/fonts/Inter-SemiBold.ttf", "OFL-1.1"),
         ("Atkinson Hyperlegible", "assets/fonts/AtkinsonHyperlegible-Regular.ttf", "OFL-1.1"),
         ("Phosphor", "assets/icons/Phosphor.ttf", "MIT")]


def sha256(path):
    return [{"alg": "SHA-256", "content": hashlib.sha256((ROOT / path).read_bytes()).hexdigest()}]


def expression(licence):
    # Older crates part alternatives by a slash, which SPDX does not know.
    return licence.replace("/", " OR ") if licence else None


def crate_component(crate, checksums):
    name, version = crate["name"], crate["version"]
    component = {"type": "library", "bom-ref": f"pkg:cargo/{name}@{version}", "name": name, "version": version,
                 "purl": f"pkg:cargo/{name}@{version}"}
    if crate["license"]:
        component["licenses"] = [{"expression": expression(crate["license"])}]
    if checksum := checksums.get((name, version)):
        component["hashes"] = [{"alg": "SHA-256", "content": checksum}]
    return component


def model_component(folder):
    manifest = tomllib.loads((ROOT / folder / "model.toml").read_text(encoding="utf-8"))
    return {"type": "machine-learning-model", "bom-ref": folder, "name": manifest["title"],
            "version": manifest["version"], "licenses": [{"license": {"name": manifest["license"]}}],
            "hashes": sha256(f"{folder}/model.onnx")}


def font_component(name, path, licence):
    return {"type": "data", "bom-ref": path, "name": name, "description": Path(path).name,
            "licenses": [{"license": {"id": licence}}], "hashes": sha256(path)}


def main():
    root, crates = linked_crates()
    lock = tomllib.loads((ROOT / "Cargo.lock").read_text(encoding="utf-8"))
    checksums = {(package["name"], package["version"]): package.get("checksum") for package in lock["package"]}
    program = {"type": "application", "bom-ref": "longhand", "name": root["name"], "version": root["version"],
               "licenses": [{"expression": root["license"]}]}
    components = [crate_component(crate, checksums) for crate in crates]
    components += [model_component(folder) for folder in MODELS]
    components += [font_component(*font) for font in FONTS]
    bom = {"$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json", "bomFormat": "CycloneDX",
           "specVersion": "1.6", "version": 1, "metadata": {"component": program}, "components": components}
    print(json.dumps(bom, indent=2, ensure_ascii=False))


if __name__ == "__main__":
    main()
