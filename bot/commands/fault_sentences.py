"""What is wrong with a file, and what to do about it: one sentence per reason code."""

from __future__ import annotations

from collections.abc import Mapping

from domain.errors import BadInput, PlanFault, SheetFault
from handlers.people.shifts.fault_words import SHEET_FAULTS

#: ``{…}`` are the fault's parameters.
_SENTENCES: Mapping[str, str] = {
    **SHEET_FAULTS,
    # Whole files
    "not_json": "This is not JSON: see line {line}, column {column}. Export the plan again.",
    "not_toml": "This is not TOML: {why}.",
    # Any document
    "missing": "This is missing.",
    "wrong_type": "This must be: {expected}.",
    "too_many": "At most {most} entries are read here.",
    # Plans
    "no_seats": "The plan has no seats.",
    "too_many_seats": "A plan may have {most} seats.",
    "unknown_category": "There is no category “{name}” among the plan's categories. Choose one for this seat.",
    "double_category": "Two categories are called “{name}”. Rename one.",
    "category_without_name": "“{name}” says what kind of seat it is, but not which price category; "
    "write for example “A {name}”.",
    "double_zone": "Two zones with seats are called “{name}”. Rename one: the ticket says zone, row and seat.",
    "double_seat_guid": "Another seat has the same seat_guid “{guid}”. Give this one its own.",
    "double_seat": "There are two seats {number} in row {in_row} of “{zone}”. Renumber one.",
    "same_position": "Another seat lies in the same place; move one of them or delete it.",
    "unknown_kind": "There is no kind of seat “{name}”; known are: {known}.",
    "unknown_shape": "Shapes of the kind “{name}” are not known.",
    "too_few_points": "A polygon needs {least} corners or more.",
    # Houses
    "double_key": "The key “{name}” is used twice.",
    "bad_key": "Use letters A to Z, digits, - and _ only, 40 at most: it becomes part of links.",
    "bad_locale": "“{name}” is no language such as zh_Hans or en.",
    "unknown_timezone": "“{name}” is no IANA time zone such as Asia/Shanghai.",
    "bad_currency": "“{name}” is no currency such as CNY or EUR.",
    "hall_elsewhere": "The hall belongs to another venue already; choose another key.",
    "unknown_returns": "There are no such rules for returns in the house file; known are: {known}.",
    "page_order": "Who is paged goes by its seconds, the first of them 0, each once.",
    "hours_order": "The hours must end after they begin.",
    "unknown_venue": "There is no venue “{name}”; import the house file first.",
    "venue_of_incidents": "No venue has this key; known are: {known}.",
    "survey_too_long": "Answering takes about {seconds} seconds, and may take {most}; leave some questions out.",
    "unknown_question": "There is no question “{name}” before this one.",
    "unknown_hall": "There is no such hall; known are: {known}.",
    # Headings
    # Cells
    "differs": "This says something else than row {first} does of the same event. Leave it empty or repeat it.",
    "double_performance": "This performance is in row {first} already.",
    "not_a_number": "Write a whole number.",
    "bad_language": "Write language tags such as zh or en, with commas between them.",
    "no_title": "The event needs a title in at least one language.",
    "no_poster_file": "There is no file “{name}” beside the sheet. Put it there, or empty the cell.",
    "poster_elsewhere": "Name a file in the sheet's folder or in a folder below it, such as posters/quartet.jpg.",
    "poster_unreadable": "The file cannot be read ({why}).",
    "picture_empty": "The file is empty; export the picture again.",
    "picture_too_many_bytes": "The file may have {most:,} bytes at most; export the picture smaller.",
    "picture_unreadable": "This is no picture that can be read; export it as PNG or JPEG.",
    "picture_too_large": "{width} × {height} pixels are too many; 1280 on the longer side are enough.",
    "picture_too_small": "{width} × {height} pixels are too few; at least {least} on the shorter side are needed.",
    "picture_too_long": "{width} × {height} pixels: the longer side may be at most {ratio} times the shorter.",
    "doors_after_start": "The doors open after the beginning.",
    "ends_before_start": "The end must come after the beginning, by {days} days at most.",
    "sales_open_after_close": "Sales open after they close.",
    "sales_close_after_end": "Sales close after the end.",
    "not_money": "Write an amount in {currency}, such as 380 or 380.50, without signs and spaces; 0 for free.",
    "too_fine": "{currency} has no such small coins.",
    "not_a_rate": "Write a percentage such as 6 % or 6.5 %.",
    "unknown_concession": "The house has no concession “{name}”; known are: {known}.",
    "unknown_price_category": "The hall's plan has no category “{name}”; known are: {known}.",
    "category_without_seats": "Without seats there are no categories: write price:*:… .",
    "no_price": "There is no price in this row; write 0 where it is free.",
    "no_plan_no_capacity": "The hall “{hall}” has no seating plan yet: import one, or say here how many people "
    "it takes.",
    "event_changed": "This performance is known as one of another event; give it another key.",
    "hall_changed": "This performance is on sale in another hall. Cancel it and enter a new one.",
    "seating_changed": "This performance is on sale with other seating. Cancel it and enter a new one.",
    "capacity_shrinks": "{stored} places are on sale already; set places aside instead.",
    "hall_occupied": "The performance in row {other} is in this hall at the same time.",
    "bad_block": "Write it as zone/row/seats=reason, not “{part}”.",
    "double_block": "“{part}” names a place that is set aside in this cell already.",
    "unknown_row": "“{zone}” has no row “{name}”.",
    "unknown_seat": "Row {in_row} of “{zone}” has no seat “{name}”.",
    "bad_range": "“{part}” is no range of seat numbers.",
}


def sentence(fault: BadInput) -> str:
    """Where, and what: ``row 7, column starts_at: Write date and time like …``."""
    said = _SENTENCES[fault.reason].format(**fault.params)
    return f"{place}: {said}" if (place := _place(fault)) else said


def _place(fault: BadInput) -> str:
    if isinstance(fault, SheetFault):
        return f"row {fault.row}, column {fault.column}" if fault.column else f"row {fault.row}"
    if isinstance(fault, PlanFault):
        return fault.path
    return str(fault.params.get("path", ""))
