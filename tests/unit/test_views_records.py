"""The screens of one's data and of the tasks, in every language, with ordinary and difficult contents."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest

from domain.money import Money
from domain.payments.bills import BILL_UNREAD
from domain.payments.checkout_model import ForeignCharge, ProviderBill
from domain.payments.comparing import AMOUNT_DIFFERS, REFUNDED_LESS, REFUNDED_MORE, UNKNOWN_HERE, UNKNOWN_THERE
from domain.payments.model import Charge, ChargeFate, Refund, RefundState
from domain.records.ports import Task
from handlers.records.queries import Belongings, TaskFacts, TaskList
from handlers.records.task_views import task_notice, task_screen, tasks_screen
from handlers.records.views import forget_screen, forgotten_screen, my_data_file, my_data_screen, sent_screen
from handlers.ui.i18n import LOCALES, Texts, texts
from tests.support.programme import BIG, NOW
from tests.support.screens import HOSTILE, check, data_of, labels

ZONE = "Asia/Shanghai"
DIFFERENCES = (AMOUNT_DIFFERS, UNKNOWN_HERE, UNKNOWN_THERE, REFUNDED_MORE, REFUNDED_LESS)
TASK = Task(BIG, "refund_by_hand", "refund", BIG, NOW + timedelta(days=2), None)
REFUND = Refund(BIG, BIG, Money(136000, "CNY"), "late", RefundState.FAILED, None, NOW, None, 9)
CHARGE = Charge(BIG, "test", "ch_1", "tg_1", BIG, 1, Money(136000, "CNY"), NOW, ChargeFate.LATE)
FOREIGN = ForeignCharge(BIG, "stripe", "pi_1", Money(136000, "CNY"), NOW)


@pytest.fixture(params=LOCALES)
def t(request: pytest.FixtureRequest) -> Texts:
    return texts(request.param)


def test_one_s_data_are_a_file_that_people_can_read(t: Texts) -> None:
    check(my_data_screen(t))
    check(sent_screen(t))
    file = my_data_file(t, {"person": [{"id": 1, "display_name": "安娜"}], "charge": []})
    check(file)
    assert "安娜" in file.content.decode()
    assert json.loads(file.content) == {"person": [{"id": 1, "display_name": "安娜"}]}


def test_erasure_says_what_goes_what_stays_and_what_to_save(t: Texts) -> None:
    plain = forget_screen(t, BIG, Belongings(0, 0))
    check(plain)
    assert data_of(plain, t.plain("Yes, erase my data")) == f"fgy:{BIG}"
    rich = forget_screen(t, BIG, Belongings(3, 1))
    text = check(rich)
    assert "3" in text
    assert data_of(rich, t.plain("My tickets"))
    assert len(rich.keyboard) == len(plain.keyboard) + 1
    gone = forgotten_screen(t)
    assert "/start" in check(gone, way_out=False)
    assert not labels(gone)


@pytest.mark.parametrize("kind", ["refund_by_hand", *DIFFERENCES, "something_else"])
def test_a_task_says_what_to_do(t: Texts, kind: str) -> None:
    task = replace(TASK, kind=kind)
    for refund, charge in ((REFUND, CHARGE), (None, CHARGE), (None, None)):
        facts = TaskFacts(task, ZONE, refund, charge, None if charge else FOREIGN)
        screen = task_screen(t, facts)
        check(screen)
        assert data_of(screen, t.plain("Done")) == f"tskd:{BIG}"
        check(task_notice(t, facts))
        done = task_screen(t, replace(facts, task=replace(task, done_at=NOW)))
        check(done)
        assert len(done.keyboard) == 1


def test_a_bill_that_cannot_be_read_is_named_by_provider_and_day(t: Texts) -> None:
    bill = ProviderBill(BIG, "wechatpay", date(2027, 3, 1))
    facts = TaskFacts(replace(TASK, kind=BILL_UNREAD, subject="bill"), ZONE, bill=bill)
    for said in (check(task_screen(t, facts)), check(task_notice(t, facts))):
        assert "wechatpay" in said
        assert {"en": "Mar 1", "zh_Hans": "3月1日"}[t.locale] in said


@pytest.mark.parametrize("name", HOSTILE)
def test_difficult_numbers_of_providers_stay_within_bounds(t: Texts, name: str) -> None:
    charge = replace(CHARGE, provider=name, provider_charge_id=name)
    check(task_screen(t, TaskFacts(replace(TASK, kind=name, subject=name), ZONE, None, charge)))
    check(tasks_screen(t, TaskList((replace(TASK, kind=name),) * 8, ZONE, more=True)))


def test_the_list_of_tasks_can_be_empty(t: Texts) -> None:
    check(tasks_screen(t, TaskList((), ZONE, more=False)))
    full = tasks_screen(t, TaskList((TASK,) * 8, ZONE, more=True))
    check(full)
    assert full.keyboard[0][0].data == f"tsko:{BIG}"
