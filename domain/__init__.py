"""The rules of the house: standard library only; no text, no SQL, no Telegram."""
