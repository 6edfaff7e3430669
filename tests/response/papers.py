"""PDFs with more in them than anybody sees, as people send them by hand."""

from __future__ import annotations

import io
from collections.abc import Sequence

import pypdf
from PIL import Image
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    TextStringObject,
)

LINES = ("Dana broke it.", "My neighbour Ben Secretname saw that.", "Please help.")
HIDDEN = (
    "scannertext",
    "whitehidden",
    "unseenmode",
    "annotsecret",
    "metasecret",
    "attachsecret",
    "scriptsecret",
    "underbar",
)
"""What a file carries beside the lines that anybody sees."""


def pdf(*pages: Sequence[str], password: str = "") -> bytes:
    """Pages with these lines, and on each of them, around them and behind them what ``HIDDEN`` names."""
    writer = pypdf.PdfWriter()
    for lines in pages:
        page = writer.add_blank_page(595, 842)
        told = " ".join(f"({line}) Tj T*" for line in lines)
        stream = DecodedStreamObject()
        stream.set_data(
            f"BT /F1 12 Tf 60 760 Td 16 TL {told} ET "
            "BT 1 1 1 rg /F1 12 Tf 60 400 Td (whitehidden) Tj ET BT 3 Tr /F1 12 Tf 60 300 Td (unseenmode) Tj ET "
            "0 0 0 rg 60 252 80 3 re f BT /F1 12 Tf 60 250 Td (scannertext) Tj ET "
            "0 0 0 rg 60 200 200 20 re f BT 0 Tr /F1 12 Tf 62 204 Td (underbar) Tj ET".encode()
        )
        page[NameObject("/Contents")] = writer._add_object(stream)
        page[NameObject("/Resources")] = _helvetica(writer)
    writer.add_annotation(0, DictionaryObject({
        NameObject("/Type"): NameObject("/Annot"), NameObject("/Subtype"): NameObject("/Text"),
        NameObject("/Rect"): ArrayObject([FloatObject(side) for side in (300, 500, 320, 520)]),
        NameObject("/Contents"): TextStringObject("annotsecret"),
    }))  # fmt: skip
    writer.add_metadata({"/Title": "metasecret"})
    writer.add_attachment("attached.txt", b"attachsecret")
    writer._root_object[NameObject("/OpenAction")] = DictionaryObject(
        {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("scriptsecret")}
    )
    if password:
        writer.encrypt(password)
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


def layered(drawn: str) -> bytes:
    """A page on which each line is drawn in turn, with a picture ``/I1`` of grey specks and a form ``/X1`` at hand."""
    writer = pypdf.PdfWriter()
    page = writer.add_blank_page(595, 842)
    resources = _helvetica(writer)

    def stream(content: bytes, **keys: object) -> object:
        made = DecodedStreamObject()
        made.set_data(content)
        made.update({NameObject(f"/{key}"): value for key, value in keys.items()})
        return writer._add_object(made)

    specks = Image.effect_noise((60, 20), 90).convert("L")
    picture = stream(
        specks.tobytes(), Type=NameObject("/XObject"), Subtype=NameObject("/Image"), Width=FloatObject(60),
        Height=FloatObject(20), ColorSpace=NameObject("/DeviceGray"), BitsPerComponent=FloatObject(8),
    )  # fmt: skip
    form = stream(
        b"BT /F1 12 Tf 5 5 Td (informhid) Tj ET 0.5 g 0 0 80 10 re f 0 g BT /F1 12 Tf 5 25 Td (informseen) Tj ET",
        Type=NameObject("/XObject"), Subtype=NameObject("/Form"), Resources=resources,
        BBox=ArrayObject([FloatObject(side) for side in (0, 0, 100, 40)]),
    )  # fmt: skip
    page[NameObject("/Contents")] = stream(drawn.encode())
    named = {"/I1": picture, "/X1": form}
    page[NameObject("/Resources")] = DictionaryObject(
        {**resources, NameObject("/XObject"): DictionaryObject({NameObject(k): v for k, v in named.items()})}
    )
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


def _helvetica(writer: pypdf.PdfWriter) -> DictionaryObject:
    font = {"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/Helvetica"}
    made = writer._add_object(DictionaryObject({NameObject(k): NameObject(v) for k, v in font.items()}))
    return DictionaryObject({NameObject("/Font"): DictionaryObject({NameObject("/F1"): made})})
