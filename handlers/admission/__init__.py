"""The usher's screens: where they stand, and what a code is worth."""
