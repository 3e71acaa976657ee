"""What is wrong with a sheet, and what to do about it: one sentence per reason code."""

from __future__ import annotations

from collections.abc import Mapping

from handlers.ui.i18n import N_

#: ``{…}`` are the fault's parameters.
SHEET_FAULTS: Mapping[str, str] = {
    # Whole files
    "file_too_large": N_("The file is larger than {most} MB once unpacked; split it."),
    "not_utf8": N_("The file is not in UTF-8. Save it again as “CSV UTF-8”, or as XLSX."),
    "not_a_sheet": N_("This is not a CSV file."),
    "broken_csv": N_("The CSV cannot be read ({why}). A quotation mark may be missing."),
    "not_a_workbook": N_("The workbook cannot be read. Open it, save it again as XLSX and try once more."),
    # Headings
    "no_rows": N_("The sheet has no rows."),
    "too_many_rows": N_("A sheet may have {most} rows; split it."),
    "unknown_column": N_("There is no such column. Correct the heading, or begin it with # to keep it to yourselves."),
    "double_column": N_("This column is there twice."),
    "missing_column": N_("This column is missing."),
    "cell_without_heading": N_("The cell in column number {position} has no heading above it."),
    # Cells
    "empty": N_("This must not be empty."),
    "too_long": N_("At most {most} characters fit here."),
    "bad_character": N_("There is an invisible control character in the text; type it anew."),
    "out_of_range": N_("The value must lie between {least} and {most}."),
    "not_yes_or_no": N_("Write yes or no."),
    "unknown_word": N_("Write one of: {known}."),
    "not_a_time": N_("Write date and time like 2026-12-31 19:30."),
    "no_such_time": N_("This hour does not exist in {zone}: the clocks go forward. Choose another time."),
    "ambiguous_time": N_("This hour exists twice in {zone}: the clocks go back. Add {first} or {second} to the time."),
    "wrong_offset": N_("In {zone} this time has the offset {offset}."),
    "unknown_gate": N_("The venue has no gate “{name}”; known are: {known}."),
    "unknown_zone": N_("The plan has no zone “{name}”; known are: {known}."),
    # Shifts
    "unknown_venue": N_("There is no venue “{name}”; known are: {known}."),
    "unknown_person": N_(
        "Nobody on the team is called “{name}”. Write the name as /team shows it, or @ and the Telegram name."
    ),
    "several_persons": N_(
        "Several people on the team are called “{name}”. Write one of these numbers instead: {known}."
    ),
    "not_in_role": N_("{name} does not hold this role here. Invite them to it first."),
    "shift_length": N_("The end must come after the beginning, by {hours} hours at most."),
    "two_shifts": N_("The person is on duty at that time already, by row {other}."),
    "shift_elsewhere": N_("The person has another shift at that time."),
}
