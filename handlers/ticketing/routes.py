"""Ticketing's routers."""

from __future__ import annotations

from aiogram import Router

from handlers.ticketing import choosing_routes, order_routes, sending_routes, ticket_routes
from handlers.ticketing.changes import routes as changes_routes
from handlers.ticketing.groups import routes as group_routes
from handlers.ticketing.members import routes as member_routes
from handlers.ticketing.moves import holder_routes as move_holder_routes
from handlers.ticketing.moves import routes as move_routes
from handlers.ticketing.promotions import routes as promotion_routes
from handlers.ticketing.waiting import routes as waiting_routes
from handlers.ticketing.window import block_routes, chat_routes, drawer_routes
from handlers.ticketing.window import routes as window_routes

router = Router(name="ticketing")
router.include_routers(
    choosing_routes.router,
    order_routes.router,
    sending_routes.router,
    ticket_routes.router,
    changes_routes.router,
    waiting_routes.router,
    promotion_routes.router,
    member_routes.router,
    group_routes.router,
    move_routes.router,
    move_holder_routes.router,
    window_routes.router,
    drawer_routes.router,
    block_routes.router,
    chat_routes.router,
)
