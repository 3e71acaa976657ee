"""Charges, refunds, the journal, and the port to whoever moves the money."""
