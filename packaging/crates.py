"""The crates inside the program, for Linux: what `cargo metadata` says of those that `cargo tree` lists."""

import json
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TARGET = "x86_64-unknown-linux-gnu"


def cargo(*arguments):
    return subprocess.run(["cargo", *arguments, "--locked"], cwd=ROOT, check=True, capture_output=True,
                          text=True).stdout


def linked_crates():
    """The program's own package, and those that are compiled into it, sorted by name and version."""
    # The graph of `cargo metadata` also has optional crates that no feature turns on; the tree has what is built.
    tree = cargo("tree", "--edges", "normal,no-proc-macro", "--prefix", "none", "--target", TARGET, "--format", "{p}")
    linked = {tuple(line.split()[:2]) for line in tree.splitlines() if line}
    metadata = json.loads(cargo("metadata", "--format-version", "1", "--filter-platform", TARGET))
    packages = [package for package in metadata["packages"] if (package["name"], f"v{package['version']}") in linked]
    root = next(package for package in packages if package["id"] == metadata["resolve"]["root"])
    packages.remove(root)
    return root, sorted(packages, key=lambda crate: (crate["name"], crate["version"]))
