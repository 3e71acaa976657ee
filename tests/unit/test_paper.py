"""Tickets on paper: what a printer, a scanner and a screen reader find in the file."""

from __future__ import annotations

import io
import time
from dataclasses import replace

import pytest
import zxingcpp
from pypdf import PageObject, PdfReader
from pypdf.generic import IndirectObject

from bot.adapters.fonts import Type
from bot.adapters.paper import print_paper, print_tickets
from bot.adapters.pdf import Pdf
from domain.programme.model import EventKind
from handlers.ui.paper import Paper, PaperSize, TicketPaper, TicketSheets
from handlers.ui.pictures import Fact, Ribbon, RibbonTone, TicketFace

PAYLOAD = "https://t.me/FoyerDemoBot?start=T1abcdefghijklmnopqrstuvwxyz01234"
POINTS_A_MM = 72 / 25.4
FACE = TicketFace(
    house="星河艺术中心",
    title="红楼梦：大观园",
    date="11月28日周六 19:30",
    venue="大剧场 · 星河艺术中心",
    facts=(Fact("入口", "东门"), Fact("区域", "池座"), Fact("排", "12"), Fact("座", "18")),
    payload=PAYLOAD,
    code="A3F 7K2",
    kind=EventKind.DANCE,
    seed="hlm",
    concession="儿童",
    step_free="无障碍通道：从东侧电梯到二层",
    party="2 / 5",
)
DETAILS = (Fact("价格", "¥280"), Fact("含税 6 %", "¥15.85"), Fact("订单", "1042"), Fact("收据", "877"))
HOSTILE = [
    "很长的标题" * 40,
    "x" * 300,
    "שלום עולם " * 20,
    "مرحبا بالعالم (1) " * 10,
    "\u202e\u2066<b>&amp;\u0000\n\t)Tj ET (\\" * 20,
    "🎉👩‍👩‍👧🏳️‍🌈" * 30,
    "ก็้้้้้" * 30,
    "\ud800 lone surrogate",
    "",
]


def sheets(size: PaperSize, *faces: TicketFace) -> TicketSheets:
    tickets = tuple(TicketPaper(face, DETAILS) for face in faces or (FACE,))
    return TicketSheets("zh_Hans", "电子票：红楼梦", tickets, size, "请勿出示给他人。", "门票二维码")


def text_of(page: PageObject) -> str:
    """pypdf takes the two bytes of a letter for two letters where the encoding is a stream, as fpdf2 writes it."""
    return page.extract_text().replace("\0", "")


def read(pdf: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(pdf), strict=True)


@pytest.mark.parametrize("size", PaperSize)
def test_everything_on_the_ticket_can_be_read_as_text(size: PaperSize) -> None:
    text = text_of(read(print_tickets(sheets(size))).pages[0]).replace("\n", "")
    for word in (FACE.house, FACE.title, FACE.date, FACE.venue, FACE.code, FACE.concession, FACE.step_free, FACE.party):
        assert word in text
    for fact in (*FACE.facts, *DETAILS):
        assert fact.label in text
        assert fact.value in text


@pytest.mark.parametrize("size", PaperSize)
def test_code_is_read_from_the_paper_and_large_enough(size: PaperSize) -> None:
    page = read(print_tickets(sheets(size))).pages[0]
    (picture,) = page.images
    (found,) = zxingcpp.read_barcodes(picture.image)
    assert found.text == PAYLOAD
    # The picture is drawn by "w 0 0 h x y cm" (ISO 32000-1, 8.9.5), w and h in points.
    drawn = next(
        words
        for words in map(str.split, page.get_contents().get_data().decode("latin-1").splitlines())
        if words[-2:] == ["Do", "Q"]
    )
    width, height = float(drawn[1]) / POINTS_A_MM, float(drawn[4]) / POINTS_A_MM
    assert width == pytest.approx(height)
    assert width >= 40


def test_three_tickets_go_on_one_a4_page_and_one_on_each_of_the_others() -> None:
    assert len(read(print_tickets(sheets(PaperSize.A4, *[FACE] * 4))).pages) == 2
    assert len(read(print_tickets(sheets(PaperSize.A6, *[FACE] * 4))).pages) == 4
    assert len(read(print_tickets(sheets(PaperSize.ROLL, *[FACE] * 4))).pages) == 4


@pytest.mark.parametrize(("size", "width"), [(PaperSize.A4, 210), (PaperSize.A6, 105), (PaperSize.ROLL, 80)])
def test_page_is_as_wide_as_the_paper(size: PaperSize, width: int) -> None:
    for page in read(print_tickets(sheets(size))).pages:
        assert float(page.mediabox.width) == pytest.approx(width * POINTS_A_MM, abs=0.1)


def test_screen_reader_is_told_language_title_and_what_the_code_is() -> None:
    pdf = read(print_tickets(sheets(PaperSize.A6)))
    root = pdf.trailer["/Root"]
    assert root["/Lang"] == "zh-Hans"
    assert root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert pdf.metadata is not None
    assert pdf.metadata.title == "电子票：红楼梦"
    elements = [_resolved(element) for element in _resolved(root["/StructTreeRoot"]["/K"][0])["/K"]]
    assert [element["/Alt"] for element in elements if element["/S"] == "/Figure"] == ["门票二维码"]
    kinds = [element["/S"] for element in elements]
    assert kinds.count("/H1") == 1
    assert kinds.count("/P") > 10, "a tagged file whose texts are not tagged is silent"


def test_void_ticket_says_so_and_its_code_is_not_read() -> None:
    void = replace(FACE, ribbon=Ribbon("已退款", RibbonTone.VOID))
    page = read(print_tickets(sheets(PaperSize.A6, void))).pages[0]
    assert "已退款" in text_of(page)
    assert FACE.code not in text_of(page)
    assert page.images[0].image is not None
    assert page.images[0].image.convert("L").getextrema()[0] > 200, "pale: no printer makes that scannable"


@pytest.mark.parametrize("size", PaperSize)
def test_hostile_texts_make_a_sound_file(size: PaperSize) -> None:
    def paper(text: str) -> TicketPaper:
        facts = (Fact(text, text),) * 4
        face = TicketFace(text, text, text, text, facts, PAYLOAD, text, EventKind.FILM, text, text, text)
        return TicketPaper(face, facts)

    everything = "".join(HOSTILE)
    made = TicketSheets("en", everything, tuple(map(paper, HOSTILE)), size, everything, everything)
    pages = read(print_tickets(made)).pages
    codes = [picture for page in pages for picture in page.images]
    assert len(pages) == (3 if size is PaperSize.A4 else len(HOSTILE))
    assert zxingcpp.read_barcodes(codes[-1].image)[0].text == PAYLOAD


def test_hebrew_stands_from_right_to_left() -> None:
    pdf = Pdf("x", "en", ["שלום"])
    pdf.add_page((1000, 500))
    pdf.line(Type(50), (100, 100), "שלום")
    page = read(pdf.finish()).pages[0]
    (font,) = page["/Resources"]["/Font"].values()
    first_drawn = b"<0001> <05DD>"  # letters are numbered as they are drawn; U+05DD ends the word
    assert first_drawn in font["/ToUnicode"].get_data()


def test_second_document_is_quick() -> None:
    """The 16 MB of the font are read once; the bound is loose, without the small copy it is 0.7 s of computing."""
    print_tickets(sheets(PaperSize.A6))
    start = time.process_time()
    print_tickets(sheets(PaperSize.A6))
    assert time.process_time() - start < 0.5


def test_letters_that_come_later_are_there_too() -> None:
    print_tickets(sheets(PaperSize.A6))
    rare = replace(FACE, title="龘靐齉爩")
    assert "龘靐齉爩" in text_of(read(print_tickets(sheets(PaperSize.A6, rare))).pages[0])


def test_nobody_prints_what_is_no_known_paper() -> None:
    with pytest.raises(TypeError):
        print_paper(Paper())


def _resolved(found: object) -> dict[str, object]:
    return found.get_object() if isinstance(found, IndirectObject) else found  # type: ignore[return-value]
