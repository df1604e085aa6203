"""Checks what is installed against what was tested; needs no network.

    python .ci/audit.py [--strict]

- every line of `requirements/tested.txt` is pinned and has sha256 hashes, and names no server;
- every installed package of that list has a licence that docs/licences.md names for it;
- every file of every such package is, byte for byte, what its own record says;
- versions that differ from the tested ones are told; with --strict they are an error.

It does not know of weaknesses found since: for that, with a network, `pip-audit -r
requirements/tested.txt`.
"""

from __future__ import annotations

import base64
import hashlib
import re
import sys
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TESTED = ROOT / "requirements" / "tested.txt"
LICENCES = ROOT / "docs" / "licences.md"


def pinned(text: str) -> dict[str, tuple[str, int]]:
    """Return version and number of hashes by package."""
    found: dict[str, tuple[str, int]] = {}
    for entry in text.replace("\\\n", " ").splitlines():
        line = entry.split("#")[0].strip()
        if not line:
            continue
        match = re.match(r"([A-Za-z0-9._-]+)==(\S+)(.*)", line)
        if match is None:
            raise SystemExit(f"{TESTED.name}: '{line[:60]}' is not pinned")
        found[match[1].lower()] = (match[2], len(re.findall(r"--hash=sha256:[0-9a-f]{64}", line)))
    return found


def licence_rows(text: str) -> dict[str, str]:
    """Return the licence by package, from the table of the page."""
    rows = re.findall(r"^\| `([^`]+)` \| ([^|]+) \|", text, re.MULTILINE)
    return {name.lower(): licence.strip() for name, licence in rows}


def licence_of(package: Distribution) -> str:
    """Return the licence that a package declares for itself."""
    about = package.metadata
    if about.get("License-Expression"):
        return str(about["License-Expression"])
    classifiers = [
        c.split("::")[-1].strip()
        for c in about.get_all("Classifier", [])
        if c.startswith("License ::") and c != "License :: OSI Approved"
    ]
    first = (about.get("License") or "").strip().splitlines()
    return ", ".join(classifiers) or (first[0][:60] if first else "not declared")


def changed_files(package: Distribution) -> list[str]:
    """Return the files that are not what the package's record says."""
    wrong = []
    for file in package.files or []:
        if file.hash is None:
            continue
        try:
            data = Path(str(file.locate())).read_bytes()
        except OSError:
            wrong.append(f"{file} is missing")
            continue
        digest = hashlib.new(file.hash.mode, data).digest()
        found = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        # pip writes the interpreter's path into the first line of scripts.
        if found != file.hash.value and "/bin/" not in f"/{file}":
            wrong.append(f"{file} was changed")
    return wrong


def main() -> int:
    """Look, print, and return the exit code."""
    text = TESTED.read_text()
    problems = [f"{TESTED.name} names a server" for _ in re.findall(r"https?://|--index", text)]
    rows, checked, notes = licence_rows(LICENCES.read_text()), 0, []
    for name, (version, hashes) in pinned(text).items():
        if hashes == 0:
            problems.append(f"{name} has no hash")
        if name not in rows:
            problems.append(f"{name} has no row in {LICENCES.name}")
        try:
            package = distribution(name)
        except PackageNotFoundError:
            notes.append(f"{name} is not installed")
            continue
        checked += 1
        if package.version != version:
            notes.append(f"{name} is {package.version}, tested was {version}")
        elif name in rows and rows[name] != licence_of(package):
            problems.append(f"{name}: licence '{licence_of(package)}', listed '{rows[name]}'")
        problems += [f"{name}: {wrong}" for wrong in changed_files(package)]
    print(f"{len(pinned(text))} pinned packages, {checked} installed and looked at file by file")
    for note in notes:
        print(f"note: {note}")
    for problem in problems:
        print(f"problem: {problem}")
    return 1 if problems or ("--strict" in sys.argv and notes) else 0


if __name__ == "__main__":
    sys.exit(main())
