"""Performances that are moved or cancelled: managers decide, holders answer, clerks call."""
