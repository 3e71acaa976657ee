"""The screens of the staff: the team, a member, inviting and joining."""

from __future__ import annotations

from domain.people.model import Grant, Role
from handlers.payments.callbacks import OpenAccounts
from handlers.people.callbacks import (
    ALL_VENUES,
    AskRevoke,
    DecideJoin,
    JoinTeam,
    MakeInvitation,
    OpenInvitation,
    OpenInvite,
    OpenMember,
    OpenTeam,
    PickRole,
    Revoke,
)
from handlers.people.roles import role_name, what_they_do
from handlers.people.team_queries import InvitationFacts, InviteChoice, Member, Team, VenueNames
from handlers.programme.views import turning
from handlers.programme.words import capital, one_line
from handlers.records.callbacks import OpenTasks
from handlers.ticketing.wording import back, bold, escaped, home, way
from handlers.ui.callbacks import Home, OpenDoor, OpenStaff
from handlers.ui.i18n import Html, Texts, clean_name
from handlers.ui.screen import Button, Row, Screen, button, grid, link

_VENUE_MOST = 48
_VENUES_SHOWN = 8


def team_screen(t: Texts, team: Team) -> Screen:
    lines = [bold("👥 " + t.plain("Team"))]
    lines += [_member_line(t, member.display_name, member.grants, team.venues) for member in team.members]
    rows: list[Row] = list(
        grid([button(_name(t, m.display_name), OpenMember(person_id=m.person_id)) for m in team.members], 2)
    )
    rows += turning(t, team.page, team.more, lambda page: OpenTeam(page=page))
    tasks = t.plain("Tasks") + (f" ({team.tasks})" if team.tasks else "")
    rows.append((button("➕ " + t.plain("Invite"), OpenInvite()), button("📋 " + tasks, OpenTasks())))
    rows.append((button("🧾 " + t.plain("Accounts"), OpenAccounts()),))
    rows.append((home(t),))
    return Screen("\n".join(lines), tuple(rows), here=OpenTeam(page=team.page).pack())


def member_screen(t: Texts, member: Member) -> Screen:
    actor = member.actor
    lines: list[str] = [bold(clean_name(_name(t, actor.display_name)))]
    lines += ["• " + escaped(_grant(t, grant, member.venues)) for grant in actor.grants]
    rows: list[Row] = [
        (button(t.plain("Take away: {role}", role=_grant(t, grant, member.venues)), _ask(actor.person_id, grant)),)
        for grant in member.revocable
    ]
    rows.append(way(t, back(t, OpenStaff())))
    return Screen("\n".join(lines), tuple(rows), here=OpenMember(person_id=actor.person_id).pack())


def revoke_screen(t: Texts, member: Member, grant: Grant) -> Screen:
    """Asks once more."""
    name, role = clean_name(_name(t, member.actor.display_name)), _grant(t, grant, member.venues)
    person_id, venue_id = member.actor.person_id, _number(grant.venue_id)
    text = t("Take this role away from {name}: {role}? It is gone at once.", name=name, role=role)
    yes = button(t.plain("Yes, take it away"), Revoke(person_id=person_id, role=grant.role, venue_id=venue_id))
    rows = ((yes,), way(t, back(t, OpenMember(person_id=person_id))))
    return Screen(text, rows, here=_ask(person_id, grant).pack())


def roles_screen(t: Texts, choice: InviteChoice) -> Screen:
    buttons = [button(role_name(t, role), PickRole(role=role)) for role in choice.roles]
    lines = [bold(t("Invite to the team")), t("As what?")]
    return Screen("\n".join(lines), (*grid(buttons, 2), way(t, back(t, OpenStaff()))), here=OpenInvite().pack())


def places_screen(t: Texts, role: Role, choice: InviteChoice) -> Screen:
    rows = [
        (button(capital(_place(t, place, choice.venues)), MakeInvitation(role=role, venue_id=_number(place))),)
        for place in choice.places[-_VENUES_SHOWN:]
    ]
    lines = [bold(t("Invite: {role}", role=role_name(t, role))), t("For which venue?")]
    return Screen("\n".join(lines), (*rows, way(t, back(t, OpenInvite()))), here=PickRole(role=role).pack())


def invitation_screen(t: Texts, facts: InvitationFacts, url: str, share_url: str, until: str) -> Screen:
    """For the manager: the link to pass on. ``until``: when it expires, in words."""
    invitation = facts.invitation
    lines = [bold(t("Invitation: {role}", role=_role_and_place(t, facts))), *_standing(t, facts, url, until)]
    rows: list[Row] = []
    if invitation.used_by is None:
        rows.append((link("📤 " + t.plain("Send the link"), share_url),))
    elif invitation.decided_at is None:
        rows.append(decision(t, invitation.id))
    rows.append(way(t, back(t, OpenStaff())))
    return Screen("\n".join(lines), tuple(rows), here=OpenInvitation(invitation_id=invitation.id).pack())


def invited_screen(t: Texts, facts: InvitationFacts) -> Screen:
    """For the guest who has opened the link."""
    role = facts.invitation.role
    lines = [
        bold(t("You are invited to the team")),
        escaped(_role_and_place(t, facts)),
        what_they_do(t, role),
        Html(""),
        t("If you say yes, a manager is asked to confirm you. Your Telegram name is shown to them."),
    ]
    join = button(t.plain("Yes, I join"), JoinTeam(invitation_id=facts.invitation.id))
    return Screen("\n".join(lines), ((join,), (home(t),)))


def waiting_screen(t: Texts, facts: InvitationFacts) -> Screen:
    text = t("Thank you. A manager has been asked to confirm you. You will hear from us here.")
    return Screen(f"{bold(_role_and_place(t, facts))}\n{text}", ((home(t),),), here=Home().pack())


def asks_screen(t: Texts, facts: InvitationFacts) -> Screen:
    """A notice to those who may confirm."""
    guest = clean_name(_name(t, facts.guest))
    lines = [
        bold("👥 " + t.plain("Somebody wants to join the team")),
        t("{name} has opened an invitation: {role}.", name=guest, role=_role_and_place(t, facts)),
        t("Confirm only if you know that it is them."),
    ]
    return Screen("\n".join(lines), (decision(t, facts.invitation.id),))


def decided_screen(t: Texts, facts: InvitationFacts) -> Screen:
    """The same card afterwards."""
    guest = clean_name(_name(t, facts.guest))
    confirmed = bool(facts.invitation.confirmed)
    verdict = t("✅ Confirmed: {name} is on the team now.", name=guest)
    if not confirmed:
        verdict = t("✕ Declined: {name} is not on the team.", name=guest)
    return Screen("\n".join([verdict, escaped(_role_and_place(t, facts))]))


def welcome_screen(t: Texts, facts: InvitationFacts) -> Screen:
    """A notice to the new member."""
    role = facts.invitation.role
    ways: list[Button] = []
    if role in (Role.USHER, Role.MANAGER, Role.OWNER):
        ways.append(button("🚪 " + t.plain("Check tickets"), OpenDoor()))
    if role in (Role.MANAGER, Role.OWNER):
        ways.append(button("👥 " + t.plain("Team"), OpenStaff()))
    lines = [bold(t("Welcome to the team!")), escaped(_role_and_place(t, facts)), what_they_do(t, role)]
    return Screen("\n".join(lines), tuple(row for row in (tuple(ways), (home(t),)) if row))


def declined_screen(t: Texts) -> Screen:
    """A notice to somebody whom no manager knew."""
    text = t("Your invitation to the team was not confirmed. If that is a mistake, ask whoever invited you.")
    return Screen(text, ((home(t),),))


def decision(t: Texts, invitation_id: int) -> Row:
    return (
        button("✅ " + t.plain("Confirm"), DecideJoin(invitation_id=invitation_id, confirmed=True)),
        button("✖️ " + t.plain("Decline"), DecideJoin(invitation_id=invitation_id, confirmed=False)),
    )


def _standing(t: Texts, facts: InvitationFacts, url: str, until: str) -> list[Html]:
    invitation = facts.invitation
    if invitation.used_by is None:
        return [
            t("Send this link to the one person it is meant for. It works once, until {when}.", when=until),
            Html(f"<code>{escaped(url)}</code>"),
            t("When it is opened you are asked to confirm."),
        ]
    guest = clean_name(_name(t, facts.guest))
    if invitation.decided_at is None:
        return [t("{name} has used it and waits to be confirmed.", name=guest)]
    if invitation.confirmed:
        return [t("{name} has joined.", name=guest)]
    return [t("{name} was not confirmed.", name=guest)]


def _role_and_place(t: Texts, facts: InvitationFacts) -> str:
    venue = facts.venue if facts.venue is not None else facts.house
    place = one_line(t.of(venue), _VENUE_MOST)
    role = role_name(t, facts.invitation.role)
    return t.plain("{role} ({place})", role=role, place=place) if place else role


def _member_line(t: Texts, name: str, grants: tuple[Grant, ...], venues: VenueNames) -> Html:
    roles = one_line(t.plain(", ").join(_grant(t, grant, venues) for grant in grants), 200)
    return Html("• " + t("{name}: {roles}", name=clean_name(_name(t, name)), roles=roles))


def _grant(t: Texts, grant: Grant, venues: VenueNames) -> str:
    role = role_name(t, grant.role)
    if grant.venue_id is None and len(venues) <= 1:
        return role
    return t.plain("{role} ({place})", role=role, place=_place(t, grant.venue_id, venues))


def _place(t: Texts, venue_id: int | None, venues: VenueNames) -> str:
    if venue_id is None:
        return t.plain("all venues")
    return one_line(t.of(venues.get(venue_id, {})), _VENUE_MOST) or f"#{venue_id}"


def _name(t: Texts, name: str) -> str:
    return one_line(name, _VENUE_MOST) or t.plain("somebody without a name")


def _number(venue_id: int | None) -> int:
    return ALL_VENUES if venue_id is None else venue_id


def _ask(person_id: int, grant: Grant) -> AskRevoke:
    return AskRevoke(person_id=person_id, role=grant.role, venue_id=_number(grant.venue_id))
