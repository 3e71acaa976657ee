"""Improvement actions: opening, doing, and saying what was done."""
