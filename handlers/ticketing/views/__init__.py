"""The screens of ticketing: pure functions from facts to screens."""
