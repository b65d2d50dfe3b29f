"""OFD (GB/T 33190), the state's format for official documents and invoices: its pages, and an invoice's fields."""

from __future__ import annotations

import ofdkit

from embeddings.errors import Unreadable
from embeddings.reading.containers.archives import check_archive
from embeddings.reading.text.lines import Lines, plausible_title
from embeddings.types import Document, ReadingNote

_INVOICE = (
    ("发票号码", "invoice_number"),
    ("发票代码", "invoice_code"),
    ("开票日期", "issue_date"),
    ("合计金额", "amount_without_tax"),
    ("合计税额", "tax_amount"),
    ("价税合计", "total_amount"),
    ("开票人", "issuer"),
    ("备注", "note"),
)
_MOST_NAMED = 20
_PARTIES = (("购买方", "buyer"), ("销售方", "seller"))
_PARTY = (("名称", "name"), ("纳税人识别号", "tax_id"))


def read_ofd(file: str, data: bytes) -> Document:
    """Its pages; where they are pictures only, Unreadable says so. Raises Unreadable where it is no OFD file."""
    check_archive(data)
    try:
        with ofdkit.open(data) as document:
            out = Lines()
            empty: list[int] = []
            for number, page in enumerate(document.pages, 1):
                try:
                    text = page.text()
                except ofdkit.OFDError:
                    text = ""
                if not text.strip():
                    empty.append(number)
                for line in text.split("\n"):
                    if line.strip():
                        out.add(number, line)
                    else:
                        out.gap()
                out.gap()
            _add_invoice(out, document)
            pages = len(document.pages)
            title = plausible_title(document.info.title)
            body = "".join("".join(line.text.split()) for line in out.lines)
            if title and "".join(title.split()) not in body:
                title = None
    except ofdkit.OFDError as error:
        raise Unreadable("不是 OFD 文件，或已损坏。", "Not an OFD file, or a damaged one.") from error
    if not out.lines and pages:
        raise Unreadable(
            "OFD 各页都是图片，没有文字；请另存为 PDF。", "All pages of the OFD are pictures; save it as PDF."
        )
    notes = [ReadingNote(f"{pages} 页。", f"Pages: {pages}.")]
    if empty:
        listed = ", ".join(map(str, empty[:_MOST_NAMED])) + (" …" if len(empty) > _MOST_NAMED else "")
        zh, en = f"没有文字（可能是图片）的页：{listed}。", f"Pages without text (pictures, perhaps): {listed}."
        notes.append(ReadingNote(zh, en, left_out=True))
    return Document(file, "page", tuple(out.lines), title, notes=tuple(notes))


def _add_invoice(out: Lines, document: ofdkit.OFDDocument) -> None:
    """The fields of an invoice as sentences: on the page, names and values stand far from each other."""
    try:
        invoice = document.invoice()
    except ofdkit.OFDError:
        return
    if invoice is None:
        return
    fields = invoice.to_dict()
    last = out.lines[-1].number if out.lines else 1
    out.gap()
    for label, name in _INVOICE:
        if fields.get(name):
            out.add(last, f"{label}：{fields[name]}。")
    for party, key in _PARTIES:
        for label, name in _PARTY:
            if (fields.get(key) or {}).get(name):
                out.add(last, f"{party}{label}：{fields[key][name]}。")
