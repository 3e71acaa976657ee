"""Ticketing's routers."""

from __future__ import annotations

from aiogram import Router

from handlers.ticketing import choosing_routes, order_routes, ticket_routes

router = Router(name="ticketing")
router.include_routers(choosing_routes.router, order_routes.router, ticket_routes.router)
