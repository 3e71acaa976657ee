"""Promotion codes: entered by who buys, made and withdrawn by managers."""
