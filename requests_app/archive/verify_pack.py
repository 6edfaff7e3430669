"""Checks this evidence pack: python3 verify.py, in the unpacked folder. Python's standard library is all it needs."""

import hashlib
import json
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ITSELF = {"manifest.json", "verify.py"}


def changed_files() -> list[str]:
    """Every file against its SHA-256 in manifest.json, and none that is not listed."""
    listed = json.loads((HERE / "manifest.json").read_text(encoding="utf-8"))["files"]
    wrong = []
    for name, digest in listed.items():
        path = HERE / name
        if not path.is_file():
            wrong.append(f"{name} is missing")
        elif hashlib.sha256(path.read_bytes()).hexdigest() != digest:
            wrong.append(f"{name} was changed")
    here = {path.relative_to(HERE).as_posix() for path in HERE.rglob("*") if path.is_file()}
    return wrong + [f"{name} is not listed" for name in sorted(here - set(listed) - ITSELF)]


def broken_chain() -> list[str]:
    """Every event's hash from its own content, each naming the one before, up to the head that the case keeps."""
    case = json.loads((HERE / "case.json").read_text(encoding="utf-8"))
    events = json.loads((HERE / "journal.json").read_text(encoding="utf-8"))
    previous = ""
    for number, event in enumerate(events, 1):
        content = event["content"]
        text = json.dumps(content, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
        if (content["number"], content["case"]) != (number, case["public_id"]):
            return [f"event {number} is missing or belongs to another case"]
        if content["previous"] != previous:
            return [f"event {number} does not follow event {number - 1}"]
        if hashlib.sha256(text.encode()).hexdigest() != event["hash"]:
            return [f"event {number} was changed"]
        previous = event["hash"]
    if (len(events), previous) != (case["chain_length"], case["chain_head"]):
        return ["the journal does not end where the case says"]
    return []


def main() -> int:
    """Say what was found; 1 if anything is wrong."""
    wrong = changed_files() + broken_chain()
    for line in wrong:
        sys.stdout.write(f"WRONG: {line}\n")
    manifest = hashlib.sha256((HERE / "manifest.json").read_bytes()).hexdigest()
    sys.stdout.write(f"{'Broken' if wrong else 'Whole'}. SHA-256 of manifest.json: {manifest}\n")
    sys.stdout.write("The portal's journal notes the same number under evidence_packed.\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
