"""Presentation: aiogram routers and pure views, one package per area."""
