"""The providers of checkouts that the settings switch on. Their libraries are loaded for nobody else."""

from __future__ import annotations

from contextlib import AsyncExitStack
from urllib.parse import urlsplit

from bot.checkouts import Checkouts
from bot.config import Settings, SettingsFault
from domain.payments.checkout_model import Way
from domain.payments.ports import CheckoutProvider
from domain.ports import Clock
from storage.unit_of_work import UnitOfWork


def make_checkouts(settings: Settings, uow: UnitOfWork, clock: Clock, stack: AsyncExitStack) -> Checkouts:
    """Raises SettingsFault for keys that cannot be used."""
    providers: list[CheckoutProvider] = []
    ways: list[Way] = []
    if settings.has_stripe:
        providers.append(_stripe(settings))
        ways.append(Way.STRIPE)
    if settings.has_wechatpay:
        providers.append(_wechatpay(settings, clock))
        ways += [Way.WECHATPAY, Way.WECHATPAY_H5] if settings.wechatpay_h5 else [Way.WECHATPAY]
    if settings.has_alipay:
        providers.append(_alipay(settings, clock))
        ways.append(Way.ALIPAY)
    for provider in providers:
        stack.push_async_callback(provider.stop)
    # Without any provider the invoice is the way that there is, as ever.
    invoices = bool(settings.payment_token.get_secret_value()) or not providers
    return Checkouts(uow, providers, ways, invoices=invoices)


def _stripe(settings: Settings) -> CheckoutProvider:
    from bot.adapters.payments_stripe import StripeCheckout

    return StripeCheckout(
        settings.stripe_key.get_secret_value(),
        settings.stripe_webhook_secret.get_secret_value(),
        settings.stripe_api,
        _address(settings, "return"),
    )


def _wechatpay(settings: Settings, clock: Clock) -> CheckoutProvider:
    from bot.adapters.payments_wechatpay import WeChatPayKeys, WeChatPayments

    assert settings.wechatpay_key_file is not None
    assert settings.wechatpay_platform_file is not None
    try:
        keys = WeChatPayKeys.read(
            merchant_id=settings.wechatpay_merchant_id,
            app_id=settings.wechatpay_app_id,
            api_v3_key=settings.wechatpay_api_v3_key.get_secret_value(),
            key_file=settings.wechatpay_key_file,
            serial=settings.wechatpay_key_serial,
            platform_file=settings.wechatpay_platform_file,
            platform_id=settings.wechatpay_platform_id,
        )
        # Two houses may share a merchant's number, but no address.
        mark = f"foyer {urlsplit(settings.app_url).netloc}"[:128]
        return WeChatPayments(keys, clock, settings.wechatpay_api, mark=mark, **_addresses(settings, "wechatpay"))
    except Exception as error:
        # The library raises bare exceptions for keys that it cannot read.
        names = "FOYER_WECHATPAY_KEY_FILE, FOYER_WECHATPAY_PLATFORM_FILE, FOYER_WECHATPAY_PLATFORM_ID"
        raise SettingsFault(f"{names}: the keys of WeChat Pay cannot be used: {_why(error)}") from None


def _alipay(settings: Settings, clock: Clock) -> CheckoutProvider:
    from bot.adapters.payments_alipay import AlipayKeys, AlipayPayments

    assert settings.alipay_key_file is not None
    assert settings.alipay_public_key_file is not None
    try:
        keys = AlipayKeys.read(settings.alipay_app_id, settings.alipay_key_file, settings.alipay_public_key_file)
        return AlipayPayments(keys, clock, settings.alipay_api, **_addresses(settings, "alipay"))
    except (OSError, ValueError, IndexError, TypeError) as error:
        names = "FOYER_ALIPAY_KEY_FILE, FOYER_ALIPAY_PUBLIC_KEY_FILE"
        raise SettingsFault(f"{names}: the keys of Alipay cannot be used: {_why(error)}") from None


def _addresses(settings: Settings, provider: str) -> dict[str, str]:
    return {
        "notify_url": _address(settings, f"{provider}/notify"),
        "go_url": _address(settings, f"go/{provider}"),
        "return_url": _address(settings, "return"),
    }


def _address(settings: Settings, path: str) -> str:
    return f"{settings.app_url}/pay/{path}"


def _why(error: Exception) -> str:
    """Which file is missing may be said; what stands in one may not."""
    return str(error) if isinstance(error, OSError) else type(error).__name__
