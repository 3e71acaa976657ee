"""Vouchers: bought, sold at the window, given by the house, kept, and put towards an order."""
