"""The screens of memberships."""

from __future__ import annotations

from domain.codes import CodeKind
from domain.money import Money
from domain.programme.model import Venue
from domain.ticketing.member_ports import MemberTier
from handlers.ticketing.members.callbacks import (
    AskMemberAtWindow,
    AskMembers,
    ChooseMemberAtWindow,
    EndThisMembership,
    NewTier,
    OpenTier,
    OpenTiers,
    TakeThisMembership,
)
from handlers.ticketing.members.queries import FoundMembers, MembershipFacts, TierFacts, TiersFacts
from handlers.ticketing.window.callbacks import OpenWindowOrder
from handlers.ticketing.wording import back, bold, clipped, escaped, home, label, last_day_text, listed, way, word
from handlers.ui.callbacks import OpenEvents
from handlers.ui.i18n import Texts
from handlers.ui.ports import Links
from handlers.ui.screen import Row, Screen, button

#: What a manager types; the same in every language.
EXAMPLE, EXAMPLE_PRICES = "Friends 20% 2", "Friends A=300 B=200 2"
EXAMPLE_MEMBERS = "2027-12-31 M-101 M-102 M-103"
_VENUES_MOST, _ENDS_MOST = 3, 6


def tiers_screen(t: Texts, facts: TiersFacts) -> Screen:
    """For managers, the newest first."""
    lines = [bold("⭐ " + t.plain("Members"))]
    if not facts.tiers:
        lines.append(t("There are none."))
    rows: list[Row] = []
    for tier, count in facts.tiers:
        members = t.plain_plural("{count} member", "{count} members", count)
        text = f"⭐ {word(tier.name)} · {members}"
        rows.append((button(label(text), OpenTier(tier_id=tier.id)),))
    for venue in facts.venues[:_VENUES_MOST]:
        name = f" · {clipped(t.of(venue.name), 30)}" if len(facts.venues) > 1 else ""
        rows.append((button(label("＋ " + t.plain("New membership") + name), NewTier(venue_id=venue.id)),))
    return Screen("\n".join(lines), (*rows, way(t)), here=OpenTiers().pack())


def tier_screen(t: Texts, facts: TierFacts, links: Links) -> Screen:
    """What it takes off; the newest members, and the links that nobody has opened yet."""
    lines: list[str] = [bold("⭐ " + word(facts.tier.name)), escaped(less_text(t, facts.tier, facts.venue))]
    lines.append(
        t.plural(
            "For {count} place in each performance.",
            "For {count} places in each performance.",
            facts.tier.per_performance,
        )
    )
    rows: list[Row] = []
    for one in facts.members:
        until = last_day_text(t, one.valid_until, facts.venue.timezone)
        if one.person_id is None:
            lines.append(escaped(f"{word(one.number)} · {links.secret(CodeKind.MEMBERSHIP, one.id)}"))
        else:
            lines.append("✅ " + t("{number}, until {when}", number=word(one.number), when=until))
        text = "⏹ " + t.plain("End {number}", number=word(one.number))
        rows.append((button(label(text), EndThisMembership(membership_id=one.id)),))
    grant = button("＋ " + t.plain("Add members"), AskMembers(tier_id=facts.tier.id))
    here = OpenTier(tier_id=facts.tier.id).pack()
    return Screen("\n".join(lines), ((grant,), *rows[:_ENDS_MOST], way(t, back(t, OpenTiers()))), here=here)


def new_tier_screen(t: Texts, venue: Venue) -> Screen:
    """Awaits text."""
    lines = [
        bold("⭐ " + t.plain("New membership")),
        t(
            "Type in one line: its name, a share off or the members’ prices by category, and for how many places in a"
            " performance."
        ),
        f"<code>{EXAMPLE}</code>",
        f"<code>{EXAMPLE_PRICES}</code>",
    ]
    return Screen("\n".join(lines), (way(t, back(t, OpenTiers())),), here=NewTier(venue_id=venue.id).pack())


def members_screen(t: Texts, tier: MemberTier) -> Screen:
    """Awaits text."""
    lines = [
        bold("＋ " + t.plain("Add members")),
        t("Type the last day, then the members’ numbers as in your own list. Each gets a link to be sent to them."),
        f"<code>{EXAMPLE_MEMBERS}</code>",
    ]
    to_tier = back(t, OpenTier(tier_id=tier.id))
    return Screen("\n".join(lines), (way(t, to_tier),), here=AskMembers(tier_id=tier.id).pack())


def membership_screen(t: Texts, facts: MembershipFacts) -> Screen:
    """Behind its link: for whoever opens it first, and for its member."""
    membership, tier = facts.membership, facts.membership.tier
    until = last_day_text(t, membership.valid_until, facts.venue.timezone)
    lines = [
        bold("⭐ " + t("Membership: {name}", name=word(tier.name))),
        escaped(f"📍 {clipped(t.of(facts.venue.name), 48)}"),
        escaped(less_text(t, tier, facts.venue)),
        t("Good until {when}.", when=until),
    ]
    rows: list[Row] = []
    if facts.own:
        lines.append(t("It is yours. On your order press “Members’ price”."))
        rows.append((button("🎭 " + t.plain("What’s on"), OpenEvents()),))
    else:
        take = button("⭐ " + t.plain("This is mine"), TakeThisMembership(membership_id=membership.id))
        rows.append((take,))
    return Screen("\n".join(lines), (*rows, (home(t),)))


def ask_member_screen(t: Texts, order_id: int) -> Screen:
    """Awaits text."""
    lines = [
        bold("⭐ " + t.plain("Members’ price")),
        t("Type the member’s number or the last digits of their telephone, or paste the link of their membership."),
    ]
    to_order = back(t, OpenWindowOrder(order_id=order_id))
    return Screen("\n".join(lines), (way(t, to_order),), here=AskMemberAtWindow(order_id=order_id).pack())


def choose_member_screen(t: Texts, facts: FoundMembers) -> Screen:
    """Several have this number, or a telephone that ends so."""
    lines = [bold("⭐ " + t.plain("Members’ price")), t("Which one?")]
    rows: list[Row] = []
    for one, text in zip(facts.members, member_texts(t, facts), strict=True):
        chosen = ChooseMemberAtWindow(order_id=facts.order_id, membership_id=one.id)
        rows.append((button(label("⭐ " + text), chosen),))
    to_order = back(t, OpenWindowOrder(order_id=facts.order_id))
    here = AskMemberAtWindow(order_id=facts.order_id).pack()
    return Screen("\n".join(lines), (*rows, way(t, to_order)), here=here)


def member_texts(t: Texts, facts: FoundMembers) -> list[str]:
    """Tier, number, last day. Plain."""
    return [
        " · ".join((word(one.tier.name), word(one.number), last_day_text(t, one.valid_until, facts.zone)))
        for one in facts.members
    ]


def less_text(t: Texts, tier: MemberTier, venue: Venue) -> str:
    """Plain."""
    if tier.percent:
        return t.plain("{percent} % off", percent=tier.percent)
    prices = [f"{word(name)} {t.money(Money(minor, venue.currency))}" for name, minor in list(tier.prices.items())[:8]]
    return t.plain("Members’ prices: {prices}", prices=listed(t, prices))
