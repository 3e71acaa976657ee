"""Choosing seats, the order, the tickets, and handing them on."""
