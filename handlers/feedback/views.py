"""The screens of surveys: how was it, one question a screen, the end; and typing forms for others."""

from __future__ import annotations

from domain.feedback.model import CallState, Channel, Question, QuestionKind, Survey
from handlers.feedback.callbacks import (
    AskMe,
    BeginAnswers,
    ChooseEntry,
    DropForm,
    EndSurvey,
    FeedbackHome,
    GiveAnswer,
    HideMe,
    NewEntry,
    OpenCases,
    OpenQuestion,
    OpenReports,
)
from handlers.feedback.queries import EntryFacts, HomeFacts, SheetFacts, VisitFacts
from handlers.feedback.words import channel_name, stage_name, value_text
from handlers.ticketing.queries import Showing
from handlers.ticketing.wording import back, bold, clipped, escaped, home, label, short_title, title_of, way, when
from handlers.ui.callbacks import OpenFeedback
from handlers.ui.i18n import Html, Texts
from handlers.ui.screen import Button, Row, Screen, button, grid
from handlers.ui.screen import link as web_link

_TEXT_MOST = 300
_TITLE = 34


def feedback_screen(t: Texts, facts: HomeFacts) -> Screen:
    """Where everything about feedback begins."""
    lines: list[str] = [bold("💬 " + t.plain("Tell us how it was"))]
    rows: list[Row] = []
    for showing in facts.visits:
        title = short_title(t, showing.event.title, _TITLE)
        rows.append((button(label("💬 " + title), OpenFeedback(performance_id=showing.performance.id)),))
    if facts.visits:
        lines.append(t("These visits wait for your words. It takes two minutes, and you can stop at any time."))
    else:
        lines.append(t("After a visit you are asked here how it was. Nothing waits for you at this moment."))
    lines += _contact(t, facts.survey)
    if facts.draft is not None:
        entry = OpenQuestion(performance_id=facts.draft.performance_id, entry=True, question=-1)
        rows.append((button("📝 " + t.plain("Go on with the form"), entry),))
    if facts.enters:
        rows.append((button("📝 " + t.plain("Paper form or call"), ChooseEntry()),))
    staff = [button("⚠️ " + t.plain("Cases"), OpenCases())] if facts.sees_cases else []
    staff += [button("📊 " + t.plain("Feedback reports"), OpenReports())] if facts.manages else []
    rows += [tuple(staff)] if staff else []
    if facts.wants:
        rows.append((button("🔕 " + t.plain("Do not ask me after visits"), AskMe(wants=False)),))
    else:
        lines.append(t("You are not asked after visits, as you wished."))
        rows.append((button("🔔 " + t.plain("Ask me after visits"), AskMe(wants=True)),))
    rows += _link_row(t, facts.survey)
    return Screen("\n\n".join(lines), (*rows, way(t)), here=FeedbackHome().pack())


def invitation_screen(t: Texts, facts: VisitFacts) -> Screen:
    """ "How was it?" """
    title = title_of(t, facts.showing.event.title)
    about = when(t, facts.showing.performance, facts.showing.venue, facts.now)
    lines: list[str] = [bold("💬 " + t.plain("How was it?")), f"{escaped(title)}\n{escaped(about)}"]
    rows: list[Row] = []
    performance_id = facts.showing.performance.id
    if facts.early:
        lines.append(t("When it is over you can tell us here how it was."))
    elif facts.is_open:
        begun = facts.state is CallState.BEGUN
        lines.append(escaped(clipped(t.of(facts.survey.intro), 400)))
        lines.append(t("One tap a question, two minutes at most. What you have answered is kept: you can go on later."))
        words = t.plain("Go on") if begun else t.plain("Begin")
        rows.append((button("▶️ " + words, BeginAnswers(performance_id=performance_id)),))
    else:
        done = facts.state is CallState.DONE
        lines.append(t("Thank you: you have told us.") if done else t("This survey is closed."))
    lines += _contact(t, facts.survey)
    rows += _link_row(t, facts.survey)
    rows.append((button("🔕 " + t.plain("Do not ask me after visits"), AskMe(wants=False)),))
    here = OpenFeedback(performance_id=performance_id).pack()
    return Screen("\n\n".join(lines), (*rows, way(t, back(t, FeedbackHome()))), here=here)


def question_screen(t: Texts, facts: SheetFacts) -> Screen:
    """One question; the end where all are answered. Awaits text or a photo where the question does."""
    if facts.number is None:
        return end_screen(t, facts)
    survey, number = facts.sheet.survey, facts.number
    question = survey.questions[number]
    place = facts.path.index(number) + 1
    head = t("Question {number} of {count} · {stage}", number=place, count=len(facts.path), stage=_stage(t, question))
    lines: list[str] = [*_entry_head(t, facts), head, bold(clipped(t.of(question.text), _TEXT_MOST))]
    lines += _hints(t, facts, question)
    rows = [*_choices(t, facts, question, number), *_way_on(t, facts, number)]
    return Screen("\n\n".join(lines), tuple(rows), here=_question(facts, number).pack())


def end_screen(t: Texts, facts: SheetFacts) -> Screen:
    """Everything is answered. Who hides their name decides here whether the house may answer them."""
    lines: list[str] = [*_entry_head(t, facts)]
    performance_id = facts.showing.performance.id
    rows: list[Row] = []
    if facts.entry:
        lines.append(bold(t("That was the last question.")))
        lines.append(t("Send it when it says what the form or the caller says."))
        rows.append((button("✅ " + t.plain("Send"), _end(performance_id, entry=True)),))
    elif facts.sheet.anonymous:
        lines.append(bold("🕶 " + t.plain("That was the last question.")))
        lines.append(t("When you send it, nothing leads from your answers to you any more, and nobody can undo that."))
        rows.append((button("✅ " + t.plain("Send without my name"), _end(performance_id)),))
        if facts.has_case:
            lines.append(
                t(
                    "The house would like to answer you. If you want to hear it, the answer is brought to you without"
                    " telling anybody who you are; when the matter is settled, that is forgotten too."
                )
            )
            rows.append((button("✉️ " + t.plain("Send, and let me hear"), _end(performance_id, reachable=True)),))
    else:
        lines.append(bold("🙏 " + t.plain("That was the last question. Thank you!")))
        if facts.has_case:
            lines.append(t("You were not content with something: the house will answer you here."))
        rows.append((button("✅ " + t.plain("Send"), _end(performance_id)),))
        rows.append((_hide(t, facts),))
    path = facts.path
    rows.append(way(t, back(t, _question(facts, path[-1]))))
    here = OpenQuestion(performance_id=performance_id, entry=facts.entry, question=-1).pack()
    return Screen("\n\n".join(lines), tuple(rows), here=here)


def thanks_screen(t: Texts, survey: Survey | None, *, entry: bool) -> Screen:
    if entry:
        rows: tuple[Row, ...] = ((button("📝 " + t.plain("Next form"), ChooseEntry()),), way(t))
        return Screen(bold("✅ " + t.plain("The form is kept.")), rows, here=FeedbackHome().pack())
    lines = [bold("🙏 " + t.plain("Thank you for your words.")), t("The house reads all of them.")]
    lines += _contact(t, survey)
    return Screen("\n\n".join(lines), (*_link_row(t, survey), way(t)), here=FeedbackHome().pack())


def entries_screen(t: Texts, facts: EntryFacts) -> Screen:
    """Staff choose which performance a form or a call is about."""
    lines: list[str] = [bold("📝 " + t.plain("Paper form or call"))]
    rows: list[Row] = []
    if facts.draft is not None:
        lines.append(t("You have begun a form. Finish it first, or throw it away."))
        entry = OpenQuestion(performance_id=facts.draft.performance_id, entry=True, question=-1)
        rows.append((button("📝 " + t.plain("Go on with the form"), entry),))
        rows.append((button("🗑 " + t.plain("Throw it away"), DropForm()),))
    elif not facts.showings:
        lines.append(t("There was no performance in the last two weeks."))
    else:
        lines.append(t("Which performance is it about?"))
    for showing in () if facts.draft else facts.showings:
        text = f"{short_title(t, showing.event.title, 24)} · {when(t, showing.performance, showing.venue, facts.now)}"
        choose = NewEntry(performance_id=showing.performance.id, channel="")
        rows.append((button(label(text), choose),))
    return Screen("\n\n".join(lines), (*rows, way(t, back(t, FeedbackHome()))), here=ChooseEntry().pack())


def channel_screen(t: Texts, showing: Showing) -> Screen:
    """On paper, or by telephone."""
    lines = [bold("📝 " + title_of(t, showing.event.title)), t("How did the words come to you?")]
    signs = {Channel.PAPER: "📄 " + t.plain("A paper form"), Channel.PHONE: "☎️ " + t.plain("A call")}
    performance_id = showing.performance.id
    rows = [(button(text, NewEntry(performance_id=performance_id, channel=kind)),) for kind, text in signs.items()]
    here = NewEntry(performance_id=performance_id, channel="").pack()
    return Screen("\n\n".join(lines), (*rows, way(t, back(t, ChooseEntry()))), here=here)


def _entry_head(t: Texts, facts: SheetFacts) -> list[str]:
    if not facts.entry:
        return []
    channel = channel_name(t, facts.sheet.response.channel)
    title = title_of(t, facts.showing.event.title)
    return [t("📝 For somebody else, {channel}: {title}", channel=channel, title=title)]


def _stage(t: Texts, question: Question) -> str:
    return stage_name(t, question.stage)


def _hints(t: Texts, facts: SheetFacts, question: Question) -> list[str]:
    match question.kind:
        case QuestionKind.SCALE:
            least, most = (clipped(t.of(end), 40) for end in question.ends)
            return [t("1: {least} · 5: {most}", least=least, most=most)]
        case QuestionKind.NPS:
            return [t("0: not at all likely · 10: very likely")]
        case QuestionKind.MULTIPLE:
            return [t("Choose as many as you like.")]
        case QuestionKind.TEXT:
            return [*_given(t, facts, question), t("Just write it as a message.")]
        case QuestionKind.MEDIA:
            return [*_given(t, facts, question), t("Send a photo or a voice message.")]
    return []


def _given(t: Texts, facts: SheetFacts, question: Question) -> list[str]:
    said = value_text(t, question, facts.sheet.answers.get(question.key))
    return [t("So far: “{text}”", text=said)] if said else []


def _choices(t: Texts, facts: SheetFacts, question: Question, number: int) -> list[Row]:
    given = facts.sheet.answers.get(question.key)

    def choice(text: str, value: str, *, chosen: bool) -> Button:
        data = GiveAnswer(performance_id=facts.showing.performance.id, entry=facts.entry, question=number, value=value)
        return button(("✓ " if chosen else "") + text, data)

    match question.kind:
        case QuestionKind.STARS:
            return [tuple(choice(f"{n} ★", str(n), chosen=given == n) for n in range(1, 6))]
        case QuestionKind.SCALE:
            return [tuple(choice(str(n), str(n), chosen=given == n) for n in range(1, 6))]
        case QuestionKind.NPS:
            return list(grid((choice(str(n), str(n), chosen=given == n) for n in range(11)), 6))
        case QuestionKind.SINGLE | QuestionKind.MULTIPLE:
            chosen = given if isinstance(given, tuple) else ()
            single = question.kind is QuestionKind.SINGLE
            rows: list[Row] = []
            for option in question.options:
                text = clipped(t.of(option.text), 40)
                box = "" if single else "☑️ " if option.key in chosen else "◻️ "
                rows.append((choice(box + text, option.key, chosen=single and option.key in chosen),))
            if chosen and not single:
                rows.append((button("➡️ " + t.plain("Next"), _after(facts, number)),))
            return rows
    if given is not None:
        return [(button("➡️ " + t.plain("Leave it so"), _after(facts, number)),)]
    return []


def _way_on(t: Texts, facts: SheetFacts, number: int) -> list[Row]:
    """Past the question, back, without a name, and out."""
    path = facts.path
    place = path.index(number)
    skip = GiveAnswer(performance_id=facts.showing.performance.id, entry=facts.entry, question=number, value="")
    first = FeedbackHome() if facts.entry else OpenFeedback(performance_id=facts.showing.performance.id)
    previous = back(t, _question(facts, path[place - 1]) if place else first)
    skip_row: Row = (previous, button("⏭ " + t.plain("Skip"), skip))
    last: Row = (button("⏸ " + t.plain("Go on later"), FeedbackHome()), home(t))
    if facts.entry:
        return [skip_row, (button("🗑 " + t.plain("Throw it away"), DropForm()), home(t))]
    return [skip_row, (_hide(t, facts),), last]


def _hide(t: Texts, facts: SheetFacts) -> Button:
    performance_id = facts.showing.performance.id
    if facts.sheet.anonymous:
        return button("🕶 " + t.plain("Without my name ✓"), HideMe(performance_id=performance_id, hidden=False))
    return button("🕶 " + t.plain("Answer without my name"), HideMe(performance_id=performance_id, hidden=True))


def _question(facts: SheetFacts, number: int) -> OpenQuestion:
    return OpenQuestion(performance_id=facts.showing.performance.id, entry=facts.entry, question=number)


def _after(facts: SheetFacts, number: int) -> OpenQuestion:
    """What follows on the path, answered or not."""
    path = facts.path
    place = path.index(number) + 1
    return _question(facts, path[place] if place < len(path) else -1)


def _end(performance_id: int, *, entry: bool = False, reachable: bool = False) -> EndSurvey:
    return EndSurvey(performance_id=performance_id, entry=entry, reachable=reachable)


def _contact(t: Texts, survey: Survey | None) -> list[Html]:
    """The hotline stands wherever somebody may have something to say."""
    if survey is None or not survey.hotline:
        return []
    return [t("☎️ Rather say it to a person? {phone}", phone=clipped(survey.hotline, 40))]


def _link_row(t: Texts, survey: Survey | None) -> list[Row]:
    return [(web_link("🌐 " + t.plain("On the web"), survey.link),)] if survey and survey.link else []
