"""Reports for managers."""

from __future__ import annotations

import asyncio

from aiogram import Router
from aiogram.types import CallbackQuery

from domain.people.model import Role
from handlers.feedback.callbacks import CommentMedia, OpenComments, OpenReport, OpenReports, ReportFile
from handlers.feedback.report_paper import report_pdf
from handlers.feedback.report_queries import FindMedia, FindReport, FindReports
from handlers.feedback.report_views import (
    comment_photo,
    comment_voice,
    comments_screen,
    report_file,
    report_screen,
    reports_screen,
)
from handlers.feedback.themes import themes_of
from handlers.ui.routing import allowed
from handlers.ui.talk import Talk

router = Router(name="feedback.reports")

MANAGERS = frozenset({Role.MANAGER})


@router.callback_query(OpenReports.filter())
@allowed(MANAGERS)
async def open_reports(query: CallbackQuery, talk: Talk) -> None:
    await talk.show(reports_screen(talk.t, await talk.read(FindReports(talk.actor.person_id))))


@router.callback_query(OpenReport.filter())
@allowed(MANAGERS)
async def open_report(query: CallbackQuery, callback_data: OpenReport, talk: Talk) -> None:
    await _show(talk, callback_data.by, callback_data.value)


@router.callback_query(ReportFile.filter())
@allowed(MANAGERS)
async def send_file(query: CallbackQuery, callback_data: ReportFile, talk: Talk) -> None:
    facts = await talk.read(FindReport(talk.actor.person_id, callback_data.by, callback_data.value))
    themes = await asyncio.to_thread(themes_of, facts.comments)
    make = report_pdf if callback_data.format == "pdf" else report_file
    await talk.send(make(talk.t, facts, themes))
    await talk.show(report_screen(talk.t, facts, themes))


@router.callback_query(OpenComments.filter())
@allowed(MANAGERS)
async def open_comments(query: CallbackQuery, callback_data: OpenComments, talk: Talk) -> None:
    facts = await talk.read(FindReport(talk.actor.person_id, callback_data.by, callback_data.value))
    await talk.show(comments_screen(talk.t, facts, callback_data.page))


@router.callback_query(CommentMedia.filter())
@allowed(MANAGERS)
async def open_media(query: CallbackQuery, callback_data: CommentMedia, talk: Talk) -> None:
    response_id, about = callback_data.response_id, callback_data.about
    facts = await talk.read(FindMedia(talk.actor.person_id, response_id, about))
    if facts.media.is_photo:
        await talk.show(comment_photo(talk.t, facts, callback_data))
    else:
        await talk.play(comment_voice(talk.t, facts))


async def _show(talk: Talk, by: str, value: str) -> None:
    facts = await talk.read(FindReport(talk.actor.person_id, by, value))
    themes = await asyncio.to_thread(themes_of, facts.comments)
    await talk.show(report_screen(talk.t, facts, themes))
