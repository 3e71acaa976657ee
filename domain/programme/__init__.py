"""Venues, halls and their seating plans, events and their performances."""
