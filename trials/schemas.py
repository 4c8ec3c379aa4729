#!/usr/bin/env python3
"""Validates exported PAGE XML and ALTO against their schemas.

    pip install lxml
    pip download --no-deps --no-binary kraken kraken==4.3.13
    trials/schemas.py --program target/release/longhand --kraken kraken-4.3.13.tar.gz assets/samples/*.jpg

The schemas are those that the tests of kraken bring: PAGE of 2019, ALTO 4.3, of which 4.2 is a part.
"""

import argparse
import io
import subprocess
import tarfile
import tempfile
from pathlib import Path

from lxml import etree

# By the formats' names on the command line.
SCHEMAS = {"page-xml": "pagecontent.xsd", "alto": "alto-4-3.xsd"}


class InArchive(etree.Resolver):
    """Finds the schemas that others import, which are stated by their places in the web, in an archive."""

    def __init__(self, archive):
        super().__init__()
        files = tarfile.open(archive)
        self.files = {Path(name).name: files.extractfile(name).read() for name in files.getnames()
                      if name.endswith(".xsd")}

    def resolve(self, url, _id, context):
        return self.resolve_string(self.files[Path(url).name], context)

    def schema(self, name):
        parser = etree.XMLParser()
        parser.resolvers.add(self)
        return etree.XMLSchema(etree.parse(io.BytesIO(self.files[name]), parser))


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
    parser.add_argument("--kraken", type=Path, required=True, help="the archive of kraken's sources")
    parser.add_argument("images", type=Path, nargs="+")
    options = parser.parse_args()
    archive = InArchive(options.kraken)
    found = []
    with tempfile.TemporaryDirectory() as folder:
        for kind, name in SCHEMAS.items():
            schema = archive.schema(name)
            for image in options.images:
                found.extend(faults(options.program, image, kind, schema, Path(folder)))
    print("\n".join(found) or f"{len(options.images)} pages are valid {' and '.join(SCHEMAS)}")
    raise SystemExit(1 if found else 0)


if __name__ == "__main__":
    main()
