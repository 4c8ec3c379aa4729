#!/usr/bin/env python3
"""Validates exported PAGE XML, and ALTO where its schema is at hand, against their schemas.

    pip install lxml ocrd
    trials/schemas.py --program target/release/longhand assets/samples/*.jpg
    trials/schemas.py --program target/release/longhand --alto-xsd alto-4-2.xsd assets/samples/*.jpg

The schema of PAGE is in the wheel of `ocrd` (`ocrd_validators/page.xsd`); that of ALTO comes from the Library of Congress.
"""

import argparse
import importlib.util
import subprocess
import tempfile
from pathlib import Path

from lxml import etree


def schema_of_page():
    package = importlib.util.find_spec("ocrd_validators")
    if package is None:
        raise SystemExit("ocrd_validators is not installed: pip install ocrd, or name the schema with --page-xsd")
    return Path(package.origin).parent / "page.xsd"


def faults(program, image, kind, schema, folder):
    out = folder / f"{image.stem}.{kind}"
    subprocess.run([program, "export", "--quick", "--format", kind, "--out", out, image], check=True,
                   stdout=subprocess.DEVNULL)
    files = sorted(out.rglob("*.xml")) if out.is_dir() else [out]
    for file in files:
        schema.validate(etree.parse(str(file)))
        yield from (f"{image.name}, {kind}, line {error.line}: {error.message}" for error in schema.error_log)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", required=True)
    parser.add_argument("--page-xsd", type=Path)
    parser.add_argument("--alto-xsd", type=Path)
    parser.add_argument("images", type=Path, nargs="+")
    options = parser.parse_args()
    schemas = {"page-xml": options.page_xsd or schema_of_page()}
    if options.alto_xsd:
        schemas["alto"] = options.alto_xsd
    found = []
    with tempfile.TemporaryDirectory() as folder:
        for kind, path in schemas.items():
            schema = etree.XMLSchema(etree.parse(str(path)))
            for image in options.images:
                found.extend(faults(options.program, image, kind, schema, Path(folder)))
    print("\n".join(found) or f"{len(options.images)} pages are valid {' and '.join(schemas)}")
    raise SystemExit(1 if found else 0)


if __name__ == "__main__":
    main()
