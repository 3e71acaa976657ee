"""The local messenger: a Bot API server on loopback, with people to talk to. It imports nothing else of Foyer."""

from .profile import TEST_PROVIDER_TOKEN, BotProfile
from .server import Emulator

__all__ = ["TEST_PROVIDER_TOKEN", "BotProfile", "Emulator"]
