"""All of the area's routes."""

from __future__ import annotations

from aiogram import Router

from handlers.assistance.drink_routes import router as drinks
from handlers.assistance.enquiry_routes import router as enquiries
from handlers.assistance.help_routes import router as help_router

router = Router(name="assistance")
router.include_routers(help_router, drinks, enquiries)
