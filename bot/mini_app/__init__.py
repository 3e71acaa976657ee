"""The house's pages inside the messenger (Mini Apps): who opens them is proved by Telegram, once, by ``initData``."""
