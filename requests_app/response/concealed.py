"""What a file carries that nobody sees who only opens it: hidden sheets, comments, where a picture was taken.

It may mean harm, so it is read in the process of :mod:`requests_app.response.drawing` alone. Office files are read by
the parts that their standards name (ECMA-376 for ``.xlsx``, ``.docx`` and ``.pptx``, OASIS OpenDocument 1.3).
"""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from collections.abc import Callable

import pypdfium2
import pypdfium2.raw as raw
from defusedxml import ElementTree
from PIL import ExifTags, Image, UnidentifiedImageError

KINDS = (
    "hidden_sheets", "hidden_cells", "hidden_slides", "hidden_text", "comments", "changes", "notes", "macros",
    "attachments", "pivot_cache", "taken_at", "camera", "unreadable",
)  # fmt: skip
OLD_OFFICE, ZIP, PDF = b"\xd0\xcf\x11\xe0", b"PK\x03\x04", b"%PDF-"
SEEN_ON_THE_PAGE = frozenset({raw.FPDF_ANNOT_LINK, raw.FPDF_ANNOT_WIDGET, raw.FPDF_ANNOT_POPUP})
"""Annotations of a PDF that are no remark of anybody's: links, form fields, and the windows of remarks."""
LARGEST_PART = 200 * 1024 * 1024
"""Of an office file, unpacked; what is larger is not read."""
_PARTS = (
    (
        "comments",
        re.compile(r"(xl|word|ppt)/(threadedComments/|comments/)?(threaded)?[cC]omment(s?\w*|\d*)\.xml"),
    ),
    ("notes", re.compile(r"ppt/notesSlides/notesSlide\d+\.xml")),
    ("macros", re.compile(r"(xl|word|ppt)/vbaProject\.bin|Basic/.+\.xml")),
    ("pivot_cache", re.compile(r"xl/pivotCache/pivotCacheRecords\d+\.xml")),
    ("attachments", re.compile(r"(xl|word|ppt)/embeddings/.+|Object \d+/content\.xml")),
)
_READ = re.compile(
    r"xl/workbook\.xml|xl/worksheets/[^/]+\.xml|word/[^/]+\.xml|ppt/slides/[^/]+\.xml|content\.xml"
)
_ON = frozenset({"1", "true", "on"})
_MARKS: dict[str, Callable[[dict[str, str]], str]] = {
    "sheet": lambda told: "hidden_sheets" if told.get("state", "visible") != "visible" else "",
    "row": lambda told: "hidden_cells" if told.get("hidden") in _ON else "",
    "col": lambda told: "hidden_cells" if told.get("hidden") in _ON else "",
    "sld": lambda told: "hidden_slides" if told.get("show") in {"0", "false"} else "",
    "vanish": lambda told: "" if told.get("val") in {"0", "false", "off"} else "hidden_text",
    "ins": lambda _told: "changes",
    "del": lambda _told: "changes",
    "moveFrom": lambda _told: "changes",
    "changed-region": lambda _told: "changes",
    "annotation": lambda _told: "comments",
    "table-properties": lambda told: "hidden_sheets" if told.get("display") == "false" else "",
    "table-row": lambda told: "hidden_cells" if told.get("visibility", "visible") != "visible" else "",
    "table-column": lambda told: "hidden_cells" if told.get("visibility", "visible") != "visible" else "",
}
"""Elements by their local name, and what each says of what is concealed."""


def concealed_in(content: bytes) -> dict[str, int]:
    """How often it carries each of :data:`KINDS`; ``unreadable`` where a file of a kind that could does not open."""
    if content.startswith(OLD_OFFICE):
        # Also what an office program writes under a password.
        return {"unreadable": 1}
    if content.startswith(ZIP):
        return dict(_in_office_file(content))
    if PDF in content[:1024]:
        return dict(_in_pdf(content))
    return dict(_in_picture(content))


def _in_office_file(content: bytes) -> Counter[str]:
    found: Counter[str] = Counter()
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        names = set(packed.namelist())
        if not names & {"[Content_Types].xml", "content.xml"}:
            # Some other archive: what lies in it nobody can say.
            return Counter(unreadable=1)
        for part in packed.infolist():
            found.update(kind for kind, named in _PARTS if named.fullmatch(part.filename))
            if not _READ.fullmatch(part.filename):
                continue
            if part.file_size > LARGEST_PART:
                found["unreadable"] += 1
                continue
            with packed.open(part) as opened:
                for _event, element in ElementTree.iterparse(opened):
                    told = {_local(name): value for name, value in element.attrib.items()}
                    if kind := _MARKS.get(_local(element.tag), lambda _told: "")(told):
                        found[kind] += 1
                    element.clear()
    return found


def _local(name: str) -> str:
    return name.rpartition("}")[2]


def _in_pdf(content: bytes) -> Counter[str]:
    found: Counter[str] = Counter()
    try:
        file = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError:
        return Counter(unreadable=1)
    found["attachments"] += file.count_attachments()
    found["macros"] += raw.FPDFDoc_GetJavaScriptActionCount(file)
    for page in file:
        for number in range(raw.FPDFPage_GetAnnotCount(page)):
            remark = raw.FPDFPage_GetAnnot(page, number)
            found["comments"] += raw.FPDFAnnot_GetSubtype(remark) not in SEEN_ON_THE_PAGE
            raw.FPDFPage_CloseAnnot(remark)
        page.close()
    return +found


def _in_picture(content: bytes) -> Counter[str]:
    try:
        with Image.open(io.BytesIO(content)) as image:
            told, said = image.getexif(), image.info
    except (UnidentifiedImageError, OSError):
        # No picture: nothing is known of such a file, and whoever looks at the case is told that nobody searched it.
        return Counter()
    plain = {ExifTags.Base.Orientation, ExifTags.Base.XResolution, ExifTags.Base.YResolution,
             ExifTags.Base.ResolutionUnit, ExifTags.Base.ExifOffset, ExifTags.Base.GPSInfo}  # fmt: skip
    found: Counter[str] = Counter()
    found["taken_at"] += bool(told.get_ifd(ExifTags.IFD.GPSInfo))
    found["camera"] += bool(set(told) - plain or told.get_ifd(ExifTags.IFD.Exif))
    found["comments"] += bool({"comment", "Comment", "Description", "xmp", "XML:com.adobe.xmp"} & set(said))
    return +found
