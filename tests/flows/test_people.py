"""Coming in, links, the staff and free text, in the running house."""

from __future__ import annotations

from collections.abc import AsyncIterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from aiogram.types import BotCommandScopeChat

from bot.container import Foyer
from domain.codes import CodeKind
from domain.people.model import Grant, Role
from domain.people.usecases import Invite
from tests.support.clock import FakeClock
from tests.support.house import SmallHouse, small_house
from tests.support.playbill import Playbill, playbill
from tests.support.running import House, Person, running_house, text_of
from tests.support.selling import buy, code_of, hold

OWNER = 900
_update_ids = count(10**9)


@pytest.fixture
async def played() -> list[Playbill]:
    return []


@pytest.fixture
async def house(database_url: str, tmp_path: Path, clock: FakeClock, played: list[Playbill]) -> AsyncIterator[House]:
    async def setup(foyer: Foyer) -> None:
        played.append(await foyer.uow.write(playbill))

    async with running_house(database_url, tmp_path, setup, clock=clock, owner_ids=frozenset({OWNER})) as running:
        yield running


async def known(house: House, id: int, name: str, language: str = "English") -> Person:
    person = await house.person(id, name)
    await person.says("/start")
    await person.presses(language)
    return person


async def id_of(house: House, person: Person) -> int:
    found = await house.foyer.uow.read(lambda tx: tx.people.actor_by_account("telegram", str(person.id)))
    assert found is not None
    return found[0].person_id


async def test_the_first_start_asks_for_a_language_and_says_what_is_kept(house: House) -> None:
    anna = await house.person(1001, "Anna", "fr")
    await anna.says("/start")
    first = await anna.sees()
    assert "艺厅" in first
    assert "The Foyer" in first
    assert first.count("/forget") == 2
    await anna.presses("简体中文")
    assert "欢迎来到艺厅" in await anna.sees()
    assert "Anna" in await anna.sees()
    await anna.presses("语言")
    await anna.presses("English")
    assert "Welcome to The Foyer" in await anna.sees()
    await anna.says("/start")
    assert "Welcome to The Foyer" in await anna.sees()  # not asked again


async def test_a_link_waits_for_the_language(house: House, played: list[Playbill]) -> None:
    anna = await house.person(1001, "Anna")
    await anna.opens(house.foyer.links.poster(CodeKind.EVENT, played[0].concert_id))
    assert "/forget" in await anna.sees()
    await anna.presses("简体中文")
    assert "自新大陆" in await anna.sees()
    await anna.presses("首页")
    await anna.presses("语言")
    await anna.presses("English")
    assert "Welcome to The Foyer" in await anna.sees()  # the link is used up


async def test_a_stranger_takes_a_ticket_handed_on_after_choosing_a_language(house: House) -> None:
    uow, small = house.foyer.uow, await house.foyer.uow.write(small_house)
    anna = await known(house, 1001, "Anna")
    await sell(house, small, anna)
    await anna.presses("Home")
    await anna.presses("1 ticket: Concert")
    await anna.presses("Hand")
    ben = await house.person(1002, "Ben")
    await ben.opens(await anna.link())
    assert "/forget" in await ben.sees()
    await ben.presses("English")
    assert "Concert" in await ben.sees()
    tickets = await uow.read(lambda tx: tx.people.actor_by_account("telegram", "1002"))
    assert tickets is not None
    await ben.presses("Take")
    ben_id = await id_of(house, ben)
    assert len(await uow.read(lambda tx: tx.ticketing.tickets_of_holder(ben_id))) == 1


async def sell(house: House, small: SmallHouse, person: Person) -> int:
    ticket_id = (await buy(house.foyer.uow, small, await id_of(house, person), 1))[0]
    await house.settle()
    return ticket_id


async def test_a_ticket_s_link_shows_it_to_its_holder_only(house: House) -> None:
    small = await house.foyer.uow.write(small_house)
    anna, ben = await known(house, 1001, "Anna"), await known(house, 1002, "Ben")
    ticket_id = await sell(house, small, anna)
    opened = await code_of(house.foyer.uow, ticket_id)
    url = house.foyer.links.secret(opened.kind, opened.id)
    await anna.opens(url)
    assert "Concert" in await anna.sees()
    await ben.opens(url)
    assert "Concert" not in await ben.sees()
    await ben.says(f"look what I found: {url}")  # pasted into a text
    assert "Concert" not in await ben.sees()
    await ben.opens(url[:-1] + ("A" if url[-1] != "A" else "B"))
    assert "not one of our codes" in await ben.sees()


async def test_home_leads_back_to_what_is_running(house: House) -> None:
    small = await house.foyer.uow.write(small_house)
    anna = await known(house, 1001, "Anna")
    await house.foyer.uow.write(hold(small, await id_of(house, anna), 1, 2))
    await anna.says("/start")
    assert "Places are kept for you: Concert" in await anna.sees()
    assert "Continue: 2 places until 13:10" in " ".join(await anna.buttons())


async def test_staff_join_by_a_link_that_a_manager_confirms(house: House) -> None:
    owner = await known(house, OWNER, "Olga")
    await owner.says("/invite usher")
    link = await owner.link()
    ben = await house.person(1002, "Ben")
    await ben.opens(link)
    await ben.presses("English")
    assert "Usher" in await ben.sees()
    await ben.presses("Yes, I join")
    assert "A manager has been asked" in await ben.sees()
    assert "Ben" in await owner.sees()
    assert "door" not in await menu(house, 1002)
    assert await owner.presses("Confirm") == "Confirmed."
    assert (await menu(house, 1002)).items() >= {"door": "staff: check tickets", "events": "what’s on"}.items()
    assert "Ben: Usher" in plain(await owner.sees())
    assert "Welcome to the team!" in await ben.sees()
    assert "Check tickets" in " ".join(await ben.buttons())
    carl = await known(house, 1003, "Carl")
    await carl.opens(link)
    assert "used already" in await carl.sees()
    # Once more, taken away again: it is gone at the next tap.
    await owner.says("/team")
    await owner.presses("Ben")
    await owner.presses("Take away")
    assert await owner.presses("Yes, take it away") == "The role is taken away."
    assert "door" not in await menu(house, 1002)
    await ben.says("/start")
    assert "Check tickets" not in " ".join(await ben.buttons())


@pytest.mark.parametrize(("role", "said", "offers"), [("floor", "Floor", "Shifts"), ("stage", "Stage", "How it goes"),
                                                       ("safety", "Safety", "Incident")])  # fmt: skip
async def test_floor_stage_and_safety_join_the_same_way(house: House, role: str, said: str, offers: str) -> None:
    owner = await known(house, OWNER, "Olga")
    await owner.says(f"/invite {role}")
    ben = await known(house, 1002, "Ben")
    await ben.opens(await owner.link())
    assert said in await ben.sees()
    await ben.presses("Yes, I join")
    assert offers not in " ".join(await ben.buttons())
    assert await owner.presses("Confirm") == "Confirmed."
    assert "Welcome to the team!" in await ben.sees()
    await ben.says("/start")
    assert {"Shifts", "Incident", offers} <= {label.split(" ", 1)[-1] for label in await ben.buttons()}
    await ben.says("/shifts")
    assert "You have no shifts" in await ben.sees()


async def menu(house: House, chat_id: int) -> dict[str, str]:
    """Command and description, as they stand in the menu of one chat alone."""
    listed = await house.foyer.bot.get_my_commands(scope=BotCommandScopeChat(chat_id=chat_id))
    return {command.command: command.description for command in listed}


async def test_the_owners_menu_speaks_their_language(house: House) -> None:
    owner = await known(house, OWNER, "Olga")
    await owner.says("/language")
    await owner.presses("中文")
    assert (await menu(house, OWNER))["door"] == "工作人员：检票"
    await owner.says("/language")
    await owner.presses("English")
    assert (await menu(house, OWNER))["door"] == "staff: check tickets"


async def test_made_up_buttons_of_the_team_do_nothing(house: House) -> None:
    uow = house.foyer.uow
    owner, ben = await known(house, OWNER, "Olga"), await known(house, 1002, "Ben")
    owner_id, ben_id = await id_of(house, owner), await id_of(house, ben)
    await uow.write(lambda tx: tx.people.grant(ben_id, Grant(Role.USHER), None, tx.now))
    await made_up(house, owner, f"rvky:{owner_id}:owner:0")
    await made_up(house, owner, "invm:usher:9999999")
    await made_up(house, owner, "invm:audience:0")
    for data in (f"rvky:{owner_id}:owner:0", f"mem:{owner_id}", "staff", "invm:usher:0", "tsk", "joind:1:1"):
        await made_up(house, ben, data)
        assert "Team" not in await ben.sees()
    assert await uow.read(lambda tx: tx.people.grants(owner_id)) == (Grant(Role.OWNER),)
    assert await uow.read(lambda tx: tx.people.grants(ben_id)) == (Grant(Role.USHER),)


def invitation_in(house: House, link: str) -> int:
    opened = house.foyer.keyring.open(link.rpartition("=")[2])
    assert opened is not None
    return opened.id


async def made_up(house: House, person: Person, data: str) -> None:
    """A press of a button that the bot never showed: a changed app can send any."""
    sender = {"id": person.id, "is_bot": False, "first_name": person.name}
    chat = {"id": person.id, "type": "private", "first_name": person.name}
    message = {"message_id": (await person.received())[-1]["message_id"], "date": 1, "chat": chat, "text": "-"}
    press = {"id": "1", "from": sender, "chat_instance": "1", "message": message, "data": data}
    await house.foyer.receiver.receive([{"update_id": next(_update_ids), "callback_query": press}])
    await house.settle()


def plain(text: str) -> str:
    return text.replace("\u2068", "").replace("\u2069", "")


async def test_an_invitation_needs_its_link_and_another_s_word(house: House) -> None:
    owner = await known(house, OWNER, "Olga")
    await owner.says("/invite")
    await owner.presses("Manager")
    link = await owner.link()
    await owner.opens(link)
    assert "your own link" in await owner.sees()
    ben = await known(house, 1002, "Ben")
    # The number alone, in a button that was made up, is no invitation.
    number = invitation_in(house, link)
    await made_up(house, ben, f"join:{number}")
    invitation = await house.foyer.uow.read(lambda tx: tx.people.invitation(number))
    assert invitation is not None
    assert invitation.used_by is None
    await ben.opens(link)
    await ben.presses("Yes, I join")
    # Nobody confirms themselves, and no visitor confirms anybody.
    await made_up(house, ben, f"joind:{number}:1")
    ben_id = await id_of(house, ben)
    assert await house.foyer.uow.read(lambda tx: tx.people.grants(ben_id)) == ()
    await owner.presses("Decline")
    assert "was not confirmed" in await ben.sees()
    card = next(message for message in await owner.received() if "Declined: " in text_of(message))
    assert "reply_markup" not in card, "a decision is made once"
    await made_up(house, owner, f"joind:{number}:1")
    assert await house.foyer.uow.read(lambda tx: tx.people.grants(ben_id)) == ()


async def test_a_manager_of_one_venue_invites_for_that_venue_only(house: House, played: list[Playbill]) -> None:
    uow = house.foyer.uow
    other = await uow.write(small_house)
    owner = await known(house, OWNER, "Olga")
    await owner.says("/invite manager")
    await owner.presses("Riverside")
    mia = await known(house, 1004, "Mia")
    await mia.opens(await owner.link())
    await mia.presses("Yes, I join")
    await owner.presses("Confirm")
    await mia.says("/invite usher")  # one venue: nothing to choose
    assert "Usher (Riverside)" in await mia.sees()
    first = invitation_in(house, await mia.link())
    await made_up(house, mia, f"invm:usher:{played[0].venue_id}")
    assert await uow.read(lambda tx: tx.people.invitation(first + 1)) is not None
    for venue_id in (0, other.venue_id):
        await made_up(house, mia, f"invm:usher:{venue_id}")
    await made_up(house, mia, f"invm:manager:{played[0].venue_id}")
    assert await uow.read(lambda tx: tx.people.invitation(first + 2)) is None


ANYTHING: tuple[tuple[str, str], ...] = (
    ("hello", "Welcome to The Foyer"),
    ("where are you?", "Where to find us"),
    ("language please", "Language"),
    ("what is on tonight", "Today"),
    ("my tickets", "tickets"),
    ("帮助", "How it works"),
    ("/nonsense", "I do not know this command"),
    ("qwertz <b>uiop", "I have found nothing for “qwertz <b>uiop”"),
    ("🎭🎭🎭", "I have found nothing"),
    ("x" * 4000, "I have found nothing"),
)


async def test_anything_is_answered_helpfully(house: House) -> None:
    anna = await known(house, 1001, "Anna")
    for said, answer in ANYTHING:
        await anna.says(said)
        assert answer in await anna.sees(), said
        assert any("Home" in label or "What’s on" in label for label in await anna.buttons()), said


async def test_pictures_places_and_contacts_are_answered_too(house: House) -> None:
    anna = await known(house, 1001, "Anna")
    for path, body in (
        ("/client/location", {"user": 1001, "latitude": 31.2, "longitude": 121.5}),
        ("/client/contact", {"user": 1001, "phone_number": "+4930123", "first_name": "Anna"}),
    ):
        await shares(house, path, body)
        assert "What would you like to do?" in await anna.sees()


async def shares(house: House, path: str, body: dict[str, Any]) -> None:
    await house.post(path, body)
    await house.settle()


async def test_a_ticket_s_short_code_opens_it_for_its_holder(house: House) -> None:
    small = await house.foyer.uow.write(small_house)
    anna, ben = await known(house, 1001, "Anna"), await known(house, 1002, "Ben")
    ticket_id = await sell(house, small, anna)
    ticket = await house.foyer.uow.read(lambda tx: tx.ticketing.ticket(ticket_id))
    assert ticket is not None
    typed = f"{ticket.short_code[:3]}-{ticket.short_code[3:]}".lower()
    await anna.says(typed)
    assert "Concert" in await anna.sees()
    await ben.says(typed)
    assert "found nothing" in await ben.sees()


async def test_an_invitation_from_the_command_line_works_too(house: House) -> None:
    invitation_id = await house.foyer.uow.write(Invite(None, Role.USHER))
    ben = await known(house, 1002, "Ben")
    await ben.opens(house.foyer.links.secret(CodeKind.INVITATION, invitation_id))
    assert "You are invited to the team" in await ben.sees()
