"""Settings of the ways to pay outside the messenger. A house switches on what it has; half of one is none."""

from __future__ import annotations

import re
from pathlib import Path

from pydantic import SecretStr, field_validator
from pydantic_settings import BaseSettings

_NOBODY = SecretStr("")


class CheckoutSettings(BaseSettings):
    """Part of ``bot.config.Settings``."""

    stripe_key: SecretStr = _NOBODY
    stripe_webhook_secret: SecretStr = _NOBODY
    stripe_api: str = "https://api.stripe.com"

    wechatpay_merchant_id: str = ""
    wechatpay_app_id: str = ""
    wechatpay_api_v3_key: SecretStr = _NOBODY
    #: The merchant's private key (apiclient_key.pem), and the serial number of its certificate.
    wechatpay_key_file: Path | None = None
    wechatpay_key_serial: str = ""
    #: WeChat Pay's public key with its id, or its platform certificate, which has its own.
    wechatpay_platform_file: Path | None = None
    wechatpay_platform_id: str = ""
    #: Whether WeChat has granted H5 for this house's domain.
    wechatpay_h5: bool = False
    wechatpay_api: str = "https://api.mch.weixin.qq.com"

    alipay_app_id: str = ""
    alipay_key_file: Path | None = None
    alipay_public_key_file: Path | None = None
    alipay_api: str = "https://openapi.alipay.com/gateway.do"

    @field_validator("stripe_api", "wechatpay_api", "alipay_api")
    @classmethod
    def _address(cls, value: str) -> str:
        # Keys and money go there: plain http is for tests on this very machine.
        if not re.match(r"https://[^/\s]+|http://(127\.0\.0\.1|localhost)(?=[:/]|$)", value):
            raise ValueError("should be an address that begins with https://")
        return value.rstrip("/")

    @field_validator("wechatpay_api_v3_key")
    @classmethod
    def _api_v3_key(cls, value: SecretStr) -> SecretStr:
        if value.get_secret_value() and len(value.get_secret_value().encode()) != 32:
            raise ValueError("should be the APIv3 key of 32 characters")
        return value

    @property
    def has_stripe(self) -> bool:
        return bool(self.stripe_key.get_secret_value())

    @property
    def has_wechatpay(self) -> bool:
        return bool(self.wechatpay_merchant_id)

    @property
    def has_alipay(self) -> bool:
        return bool(self.alipay_app_id)

    def check_checkouts(self, public_url: str) -> None:
        """Raises ValueError with a sentence that names what is missing."""
        groups = {
            "Stripe": ("stripe_key", "stripe_webhook_secret"),
            "WeChat Pay": (
                "wechatpay_merchant_id",
                "wechatpay_app_id",
                "wechatpay_api_v3_key",
                "wechatpay_key_file",
                "wechatpay_key_serial",
                "wechatpay_platform_file",
            ),
            "Alipay": ("alipay_app_id", "alipay_key_file", "alipay_public_key_file"),
        }
        for provider, names in groups.items():
            missing = [f"FOYER_{name.upper()}" for name in names if not self._is_given(name)]
            if len(missing) == len(names):
                continue
            if missing:
                raise ValueError(f"{', '.join(missing)}: missing, and {provider} does not go without")
            if not public_url:
                raise ValueError(f"FOYER_PUBLIC_URL is missing: {provider} calls this house back there")

    def checkout_secrets(self) -> list[str]:
        hidden = (self.stripe_key, self.stripe_webhook_secret, self.wechatpay_api_v3_key)
        return [secret.get_secret_value() for secret in hidden]

    def _is_given(self, name: str) -> bool:
        value = getattr(self, name)
        return bool(value.get_secret_value() if isinstance(value, SecretStr) else value)
