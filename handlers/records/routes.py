"""What is stored about a person, its erasure, and the tasks of managers."""

from __future__ import annotations

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from domain.people.model import Role
from domain.records.tasks import REFUND_BY_HAND
from domain.records.usecases import FinishTask, ForgetMe, MyData
from handlers.records.callbacks import (
    Forget,
    OpenForget,
    OpenMyData,
    OpenTask,
    OpenTasks,
    SendMyData,
    TaskDone,
)
from handlers.records.digest.routes import router as digest_router
from handlers.records.queries import LookAtBelongings, LookAtTask, LookAtTasks
from handlers.records.task_views import proof_screen, task_screen, tasks_screen
from handlers.records.views import forget_screen, forgotten_screen, my_data_file, my_data_screen, sent_screen
from handlers.ui.routing import EVERYBODY, Awaits, AwaitsPhoto, allowed
from handlers.ui.talk import Talk

router = Router(name="records")
router.include_router(digest_router)

MANAGERS = frozenset({Role.MANAGER})
PROOF = "records.proof"
#: Kept in the conversation: the task that a proof is awaited for.
_PROVING = "records.proving"
_PROOF_MOST = 200


@router.message(Command("mydata"))
@allowed(EVERYBODY)
async def command_my_data(message: Message, talk: Talk) -> None:
    await _send_my_data(talk)


@router.callback_query(OpenMyData.filter())
@allowed(EVERYBODY)
async def open_my_data(query: CallbackQuery, talk: Talk) -> None:
    await talk.show(my_data_screen(talk.t))


@router.callback_query(SendMyData.filter())
@allowed(EVERYBODY)
async def send_my_data(query: CallbackQuery, talk: Talk) -> None:
    await _send_my_data(talk)


@router.message(Command("forget"))
@allowed(EVERYBODY)
async def command_forget(message: Message, talk: Talk) -> None:
    await _show_forget(talk)


@router.callback_query(OpenForget.filter())
@allowed(EVERYBODY)
async def open_forget(query: CallbackQuery, talk: Talk) -> None:
    await _show_forget(talk)


@router.callback_query(Forget.filter())
@allowed(EVERYBODY)
async def forget(query: CallbackQuery, callback_data: Forget, talk: Talk) -> None:
    # Whoever presses twice is somebody new by then: there is nothing left to erase.
    if callback_data.person_id == talk.actor.person_id:
        await talk.write(ForgetMe(talk.actor.person_id))
    talk.conversation.forgotten = True
    await talk.show(forgotten_screen(talk.t))


@router.message(Command("tasks"))
@allowed(MANAGERS)
async def command_tasks(message: Message, talk: Talk) -> None:
    await _show_tasks(talk)


@router.callback_query(OpenTasks.filter())
@allowed(MANAGERS)
async def open_tasks(query: CallbackQuery, talk: Talk) -> None:
    await _show_tasks(talk)


@router.callback_query(OpenTask.filter())
@allowed(MANAGERS)
async def open_task(query: CallbackQuery, callback_data: OpenTask, talk: Talk) -> None:
    await talk.show(task_screen(talk.t, await talk.read(LookAtTask(talk.actor.person_id, callback_data.task_id))))


@router.callback_query(TaskDone.filter())
@allowed(MANAGERS)
async def task_done(query: CallbackQuery, callback_data: TaskDone, talk: Talk) -> None:
    facts = await talk.read(LookAtTask(talk.actor.person_id, callback_data.task_id))
    if facts.task.kind == REFUND_BY_HAND and facts.task.done_at is None:
        await talk.show(proof_screen(talk.t, facts))
        talk.conversation.data[_PROVING] = facts.task.id
        talk.conversation.await_text(PROOF)
        return
    await _finish(talk, callback_data.task_id, "")


@router.message(Awaits(PROOF))
@allowed(MANAGERS)
async def proof_written(message: Message, talk: Talk) -> None:
    await _finish(talk, talk.conversation.data.get(_PROVING, 0), (message.text or "")[:_PROOF_MOST])


@router.message(AwaitsPhoto(PROOF))
@allowed(MANAGERS)
async def proof_photographed(message: Message, talk: Talk) -> None:
    """The photo stays with Telegram; what is kept is where it lies there."""
    assert message.photo is not None
    await _finish(talk, talk.conversation.data.get(_PROVING, 0), f"photo:{message.photo[-1].file_id}")


async def _finish(talk: Talk, task_id: int, proof: str) -> None:
    await talk.write(FinishTask(talk.actor.person_id, task_id, proof))
    talk.conversation.data.pop(_PROVING, None)
    await talk.toast(talk.t.plain("Done. Thank you!"))
    await _show_tasks(talk)


async def _send_my_data(talk: Talk) -> None:
    data = await talk.read(MyData(talk.actor.person_id))
    await talk.send(my_data_file(talk.t, data))
    await talk.show(sent_screen(talk.t))


async def _show_forget(talk: Talk) -> None:
    belongings = await talk.read(LookAtBelongings(talk.actor.person_id))
    await talk.show(forget_screen(talk.t, talk.actor.person_id, belongings))


async def _show_tasks(talk: Talk) -> None:
    await talk.show(tasks_screen(talk.t, await talk.read(LookAtTasks(talk.actor.person_id))))
