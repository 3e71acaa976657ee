"""Callback data of the records' screens."""

from __future__ import annotations

from aiogram.filters.callback_data import CallbackData


class OpenMyData(CallbackData, prefix="my"):
    pass


class SendMyData(CallbackData, prefix="myf"):
    pass


class OpenForget(CallbackData, prefix="fg"):
    pass


class Forget(CallbackData, prefix="fgy"):
    """Names whom: pressed twice, it does not erase the person that a second press brings about."""

    person_id: int


class OpenTasks(CallbackData, prefix="tsk"):
    pass


class OpenTask(CallbackData, prefix="tsko"):
    task_id: int


class TaskDone(CallbackData, prefix="tskd"):
    task_id: int
