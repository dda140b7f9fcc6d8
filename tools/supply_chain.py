"""What the service is made of: `sbom` writes a CycloneDX list of its packages, `licences` the page docs/licences.md.

python tools/supply_chain.py sbom > sbom.json
python tools/supply_chain.py licences > docs/licences.md

Both read requirements.lock for names, versions and hashes, and the installed packages for their licences; no network.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import Any, NamedTuple
from uuid import NAMESPACE_URL, uuid5

LOCK = Path(__file__).parents[1] / "requirements.lock"
_PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)(?:\s*;\s*([^\\]*))?", re.MULTILINE)
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")
_CLASSIFIER = "License :: OSI Approved :: "
# Licences that packages name in words of their own, as SPDX has them.
_SPDX = {
    "apache 2.0": "Apache-2.0",
    "apache license 2.0": "Apache-2.0",
    "apache software license": "Apache-2.0",
    "bsd": "BSD-3-Clause",
    "bsd license": "BSD-3-Clause",
    "gnu general public license v2 or later (gplv2+)": "GPL-2.0-or-later",
    "mit license": "MIT",
    "new bsd": "BSD-3-Clause",
    "python software foundation license": "PSF-2.0",
}


class Package(NamedTuple):
    """A locked package; `licence` is None where it isn't installed here (another system's)."""

    name: str
    version: str
    where: str  # the marker under which it is installed, empty: everywhere
    hashes: tuple[str, ...]
    licence: str | None


def packages(lock: str) -> Iterator[Package]:
    """The packages of a lock file."""
    pins = list(_PIN.finditer(lock))
    for pin, following in zip(pins, [*pins[1:], None], strict=True):
        text = lock[pin.end() : following.start() if following else len(lock)]
        name, version, where = pin.group(1), pin.group(2), (pin.group(3) or "").strip()
        yield Package(name, version, where, tuple(_HASH.findall(text)), licence_of(name))


def licence_of(name: str) -> str | None:
    """The licence that an installed package declares, as SPDX has it where that is known."""
    try:
        about = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return None
    if expression := about.get("License-Expression"):
        return str(expression)
    found = [c.removeprefix(_CLASSIFIER) for c in about.get_all("Classifier") or () if c.startswith(_CLASSIFIER)]
    words = found or [(about.get("License") or "not declared").splitlines()[0][:80]]
    return " OR ".join(_SPDX.get(word.casefold(), word) for word in words)


def sbom(found: list[Package]) -> dict[str, Any]:
    """A CycloneDX 1.6 document: the same packages give the same document, whenever it is made."""
    serial = uuid5(NAMESPACE_URL, ",".join(f"{package.name}=={package.version}" for package in found))
    root = {"type": "application", "bom-ref": "khop", "name": "khop", "version": metadata.version("khop")}
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{serial}",
        "version": 1,
        "metadata": {"component": root | {"licenses": [{"license": {"id": "Apache-2.0"}}]}},
        "components": [_component(package) for package in found],
        "dependencies": [{"ref": "khop", "dependsOn": [_purl(package) for package in found]}],
    }


def _component(package: Package) -> dict[str, Any]:
    component: dict[str, Any] = {
        "type": "library",
        "bom-ref": _purl(package),
        "name": package.name,
        "version": package.version,
        "purl": _purl(package),
        "properties": [{"name": "khop:sha256", "value": digest} for digest in package.hashes],
    }
    if package.licence is not None:
        component["licenses"] = [{"license": {"name": package.licence}}]
    return component


def _purl(package: Package) -> str:
    return f"pkg:pypi/{package.name.lower().replace('_', '-')}@{package.version}"


def licences(found: list[Package]) -> str:
    """The page of licences."""
    lines = [
        "# Licences of what the service is made of",
        "",
        "Made by `make licences` from `requirements.lock` and the installed packages; development tools aren't in it.",
        "",
        "| package | version | licence |",
        "|---|---|---|",
    ]
    for package in found:
        where = f" (only where {package.where})" if package.where else ""
        told = package.licence or "of another system: not installed here"
        lines.append(f"| {package.name}{where} | {package.version} | {told.replace('|', '/')} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Print what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("sbom", "licences"))
    found = sorted(packages(LOCK.read_text(encoding="utf-8")))
    if parser.parse_args().what == "sbom":
        json.dump(sbom(found), sys.stdout, indent=1)
        print()
    else:
        print(licences(found), end="")


if __name__ == "__main__":
    main()
