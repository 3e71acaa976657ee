"""Presentation: what people see and press. Knows the domain and aiogram, no database."""
