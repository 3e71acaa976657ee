"""`python -m bot.emulator --token 123456:secret [--port 8081] [--state FILE] [--strict-rates] [--latency S]`."""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
from pathlib import Path

from .profile import TEST_PROVIDER_TOKEN, BotProfile, bot_id_of
from .server import Emulator


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bot.emulator", description="The local messenger.")
    parser.add_argument("--token", action="append", required=True, help="a bot's token; may be given several times")
    parser.add_argument("--username", action="append", default=[], help="the user names, in the order of the tokens")
    parser.add_argument("--payment-token", default=TEST_PROVIDER_TOKEN, help="the provider token for sendInvoice")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8081)
    parser.add_argument("--state", type=Path, help="keep everything in this file")
    parser.add_argument("--strict-rates", action="store_true", help="30 messages a second, one per chat, else 429")
    parser.add_argument("--latency", type=float, default=0.0, help="seconds before each answer")
    return parser.parse_args()


def _bots(arguments: argparse.Namespace) -> dict[str, BotProfile]:
    bots: dict[str, BotProfile] = {}
    for index, token in enumerate(arguments.token):
        bot_id_of(token)
        names = arguments.username
        username = names[index] if index < len(names) else "foyer_bot" if index == 0 else f"foyer{index + 1}_bot"
        bots[token] = BotProfile(username, payment_tokens=(arguments.payment_token,))
    return bots


async def _serve(arguments: argparse.Namespace) -> None:
    emulator = Emulator(
        _bots(arguments),
        strict_rates=arguments.strict_rates,
        latency=arguments.latency,
        state_path=arguments.state,
    )
    base_url = await emulator.start(arguments.host, arguments.port)
    sys.stdout.write(f"{base_url}\n")
    sys.stdout.flush()
    ended = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    await ended.wait()
    await emulator.stop()


def main() -> None:
    """Serve until interrupted. A wrong argument ends it with one sentence."""
    try:
        asyncio.run(_serve(_arguments()))
    except (ValueError, OSError) as error:
        sys.exit(f"The local messenger did not start: {error}")


if __name__ == "__main__":
    main()
