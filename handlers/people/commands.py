"""The commands that a messenger's menu offers, in the reader's language."""

from __future__ import annotations

from handlers.ui.i18n import N_, texts

_AUDIENCE = (
    ("events", N_("what’s on")),
    ("tickets", N_("my tickets")),
    ("reminders", N_("which reminders I want")),
    ("vouchers", N_("vouchers: buy, see, give")),
    ("help", N_("how it works, where to find us")),
    ("feedback", N_("tell us how it was")),
    ("lost", N_("I lost something")),
    ("language", N_("中文 / English")),
    ("mydata", N_("what is stored about me")),
    ("forget", N_("erase what is stored about me")),
    ("start", N_("to the beginning")),
)
_STAFF = (
    ("incident", N_("staff: report an incident, at once")),
    ("incidents", N_("staff: what is going on")),
    ("announce", N_("safety and managers: tell the audience")),
    ("shifts", N_("staff: my shifts, who is on duty")),
    ("lists", N_("staff: opening, patrol and closing lists")),
    ("found", N_("staff: lost property")),
    ("today", N_("managers: what needs me, tonight, sales")),
    ("door", N_("staff: check tickets")),
    ("calls_for_help", N_("staff: who needs help at their seat")),
    ("desk", N_("floor and box office: drinks to be handed out")),
    ("questions", N_("box office: questions that wait for an answer")),
    ("find", N_("staff: find a guest, such as /find F12")),
    ("tonight", N_("managers: who is inside tonight")),
    ("window", N_("box office: sell at the window")),
    ("gates", N_("staff: open and close gates")),
    ("stage", N_("stage and managers: say how it goes")),
    ("calls", N_("box office: whom to call")),
    ("changes", N_("managers: move or cancel a performance")),
    ("codes", N_("managers: promotion codes")),
    ("team", N_("managers: the team")),
    ("invite", N_("managers: invite somebody to the team")),
    ("cases", N_("staff: who was unhappy and waits for an answer")),
    ("actions", N_("staff: what is being improved")),
    ("members", N_("managers: memberships")),
    ("tasks", N_("managers: what needs a hand")),
    ("accounts", N_("managers: the month for the accountant")),
)


def commands(locale: str, staff: bool) -> list[tuple[str, str]]:
    """(command without its stroke, description), in the order of the menu. Bot API: at most 100 of them, with
    descriptions of 1 to 256 characters."""
    t = texts(locale)
    return [(command, t.plain(description)) for command, description in _AUDIENCE + (_STAFF if staff else ())]
