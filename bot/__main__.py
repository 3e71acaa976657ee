"""``python -m bot`` is ``foyer``."""

from bot.cli import main

if __name__ == "__main__":
    main()
