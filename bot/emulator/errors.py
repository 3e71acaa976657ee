"""Every error text of the Bot API that this server can give, in one table.

Each entry says where its words come from:

* ``CLIENT``: Telegram's own Bot API server, tdlib/telegram-bot-api, file ``Client.cpp``; checked at `CLIENT_COMMIT`.
* ``TDLIB``: the library beneath it, tdlib/td, folder ``td/telegram``; checked at `TDLIB_COMMIT`.
* ``UNVERIFIED``: Telegram's main servers, whose source is not public. The text is what bots report to have seen.

tests/fidelity/test_error_texts.py compares the first two with the sources.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

CLIENT_COMMIT = "01a3679c0bbf9bbba03d1d3e20f621fa4becddcc"
TDLIB_COMMIT = "022d60202e446ad1287b9fb68e687c8a0760788b"


class Source(Enum):
    """Where the words of an error come from."""

    CLIENT = "telegram-bot-api/Client.cpp"
    TDLIB = "td/telegram"
    UNVERIFIED = "unverified"


_PREFIXES = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    409: "Conflict",
    413: "Request Entity Too Large",
    429: "Too Many Requests",
    500: "Internal Server Error",
    502: "Bad Gateway",
    503: "Service Unavailable",
    504: "Gateway Timeout",
}
_PLACEHOLDER = re.compile(r"\{\w+\}")


@dataclass(frozen=True, slots=True)
class ErrorText:
    """One error: HTTP code, words with `{placeholders}`, and where they come from.

    `parts` are the string literals of the source that make up the text, when they are not the text between its
    placeholders.
    """

    code: int
    text: str
    source: Source = Source.CLIENT
    parts: tuple[str, ...] = ()

    def literals(self) -> tuple[str, ...]:
        """The pieces that must stand inside string literals of the source."""
        return self.parts or tuple(part for part in _PLACEHOLDER.split(self.text) if part.strip(' ":'))


def describe(code: int, message: str) -> str:
    """The `description` field: prefix of the code and the message, its first letter made small.

    The rule is Client::fail_query_with_error's: a message whose second character is a capital or an underscore is
    a constant of the main servers and stays as it is.
    """
    prefix = _PREFIXES.get(code, "Bad Request")
    if message.startswith(prefix) or not message:
        return message or prefix
    constant = len(message) > 1 and (message[1] == "_" or "A" <= message[1] <= "Z")
    return f"{prefix}: {message if constant else message[0].lower() + message[1:]}"


class ApiError(Exception):
    """A call is refused. `retry_after`, in seconds, becomes the answer's `parameters.retry_after`."""

    retry_after: int | None = None

    def __init__(self, error: ErrorText, /, **values: object) -> None:
        self.error = error
        self.code = error.code
        self.words = error.text.format(**values) if values else error.text
        self.description = describe(error.code, self.words)
        super().__init__(self.description)


def too_many_requests(retry_after: int) -> ApiError:
    """429 with `parameters.retry_after`, in whole seconds."""
    error = ApiError(RETRY_AFTER, seconds=retry_after)
    error.retry_after = retry_after
    return error


def within(outer: ErrorText, inner: ApiError) -> ApiError:
    """The error of a part told as the error of the whole, "Can't parse X: …", the inner words kept as they are."""
    return ApiError(outer, why=inner.words)


_TD = Source.TDLIB
_UN = Source.UNVERIFIED

# The request as such
UNAUTHORIZED = ErrorText(401, "Unauthorized")
METHOD_NOT_FOUND = ErrorText(404, "Not Found: method not found")
NOT_FOUND = ErrorText(404, "Not Found", _UN)
INTERNAL = ErrorText(500, "Internal Server Error", _UN)
TOO_LARGE = ErrorText(413, "Request Entity Too Large", _UN)
RETRY_AFTER = ErrorText(429, "Too Many Requests: retry after {seconds}")
PARAMETER_REQUIRED = ErrorText(400, 'Parameter "{name}" is required', parts=('Parameter "', '" is required'))
BAD_BODY = ErrorText(400, "Can't parse request", _UN)

# Polling and webhook
CONFLICT_WEBHOOK = ErrorText(
    409,
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
)
CONFLICT_POLLING = ErrorText(
    409, "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
)
CONFLICT_SET_WEBHOOK = ErrorText(409, "Conflict: terminated by setWebhook request")
WEBHOOK_URL_INVALID = ErrorText(400, "Bad Request: invalid webhook URL specified")
WEBHOOK_BAD = ErrorText(400, "Bad Request: bad webhook: {why}")
WEBHOOK_SECRET_LONG = ErrorText(400, "Bad Request: secret token is too long")
WEBHOOK_SECRET_CHARACTERS = ErrorText(400, "Bad Request: secret token contains unallowed characters")

# Chats and persons
CHAT_ID_EMPTY = ErrorText(400, "Bad Request: chat_id is empty")
CHAT_UNSPECIFIED = ErrorText(400, "Chat identifier is not specified")
CHAT_NOT_FOUND = ErrorText(400, "Bad Request: chat not found")
USER_ID_INVALID = ErrorText(400, "Invalid {name} specified", parts=("Invalid ", " specified"))
USER_NOT_FOUND = ErrorText(400, "user not found")
BLOCKED = ErrorText(403, "bot was blocked by the user")
NO_ADMINISTRATORS = ErrorText(400, "Bad Request: there are no administrators in the private chat")
CHAT_ACTION_WRONG = ErrorText(400, "Wrong parameter action in request")

# Texts
TEXT_MISSING = ErrorText(400, "Message text is empty")
TEXT_EMPTY = ErrorText(400, "Text must be non-empty", _TD)
TEXT_TOO_MANY_BYTES = ErrorText(400, "Text is too long")
TEXT_TOO_LONG = ErrorText(400, "Message is too long", _TD)
CAPTION_TOO_LONG = ErrorText(400, "Message caption is too long", _TD)
PARSE_MODE_UNSUPPORTED = ErrorText(400, "Unsupported parse_mode")
ENTITY_BAD = ErrorText(400, "Can't parse MessageEntity: {why}")
ENTITY_NOT_OBJECT = ErrorText(400, "expected an Object")
ENTITY_TYPE_UNSUPPORTED = ErrorText(400, "Unsupported type specified")
LINK_PREVIEW_JSON = ErrorText(400, "Can't parse link preview options JSON object")
LINK_PREVIEW_TYPE = ErrorText(400, "Object expected as link preview options")

# HTML markup
HTML = ErrorText(400, "Can't parse entities: {why}", _TD)
HTML_UNCLOSED_START = ErrorText(400, "Unclosed start tag at byte offset {offset}", _TD)
HTML_UNCLOSED_NAMED = ErrorText(
    400,
    'Unclosed start tag "{tag}" at byte offset {offset}',
    _TD,
    parts=('Unclosed start tag "', '" at byte offset '),
)
HTML_UNSUPPORTED = ErrorText(
    400,
    'Unsupported start tag "{tag}" at byte offset {offset}',
    _TD,
    parts=('Unsupported start tag "', '" at byte offset '),
)
HTML_EMPTY_ATTRIBUTE = ErrorText(
    400,
    'Empty attribute name in the tag "{tag}" at byte offset {offset}',
    _TD,
    parts=('Empty attribute name in the tag "', '" at byte offset '),
)
HTML_NAME_TOKEN = ErrorText(400, "Unexpected end of name token at byte offset {offset}", _TD)
HTML_SPAN = ErrorText(400, 'Tag "span" must have class "tg-spoiler" at byte offset {offset}', _TD)
HTML_UNEXPECTED_END = ErrorText(400, "Unexpected end tag at byte offset {offset}", _TD)
HTML_UNCLOSED_END = ErrorText(400, "Unclosed end tag at byte offset {offset}", _TD)
HTML_UNMATCHED_END = ErrorText(
    400,
    'Unmatched end tag at byte offset {offset}, expected "</{tag}>", found "</{found}>"',
    _TD,
    parts=("Unmatched end tag at byte offset ", ', expected "</', '>", found "</', '>"'),
)
HTML_NO_END = ErrorText(
    400,
    'Can\'t find end tag corresponding to start tag "{tag}"',
    _TD,
    parts=("Can't find end tag corresponding to start tag \"",),
)
HTML_EMOJI = ErrorText(400, "Invalid custom emoji identifier specified", _TD)

# Keyboards
MARKUP_JSON = ErrorText(400, "Can't parse reply keyboard markup JSON object")
MARKUP_NOT_OBJECT = ErrorText(400, "Object expected as reply markup")
MARKUP_KEYBOARD_ROWS = ErrorText(400, 'Field "keyboard" must be an Array of Arrays')
MARKUP_INLINE_ROWS = ErrorText(400, 'Field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays')
MARKUP_INLINE_BUTTON = ErrorText(400, "Can't parse inline keyboard button: {why}")
MARKUP_BUTTON = ErrorText(400, "Can't parse keyboard button: {why}")
BUTTON_NOT_OBJECT = ErrorText(400, "InlineKeyboardButton must be an Object")
BUTTON_TYPE = ErrorText(400, "KeyboardButton must be a String or an Object")
FIELD_MISSING = ErrorText(400, 'Can\'t find field "{name}"', _UN)
BUTTON_WITHOUT_ACTION = ErrorText(400, "Text buttons are unallowed in the inline keyboard")
BUTTON_TEXT_EMPTY = ErrorText(400, "Inline keyboard button text must be non-empty", _TD)
KEYBOARD_TEXT_EMPTY = ErrorText(400, "Keyboard button text must be non-empty", _TD)
BUTTON_DATA_INVALID = ErrorText(400, "BUTTON_DATA_INVALID", _UN)
BUTTON_URL_INVALID = ErrorText(400, "BUTTON_URL_INVALID", _UN)
BUTTON_TYPE_INVALID = ErrorText(400, "BUTTON_TYPE_INVALID", _UN)
BUTTON_STYLE_INVALID = ErrorText(400, "invalid button style specified")
MARKUP_TOO_LONG = ErrorText(400, "reply markup is too long")
MARKUP_INLINE_EXPECTED = ErrorText(400, "Inline keyboard expected", _TD)

# Messages that exist
REPLY_PARAMETERS_JSON = ErrorText(400, "Can't parse reply parameters JSON object")
REPLY_PARAMETERS_TYPE = ErrorText(400, "Object expected as reply parameters")
REPLY_NOT_FOUND = ErrorText(400, "message to be replied not found", parts=("message to be replied", " not found"))
EDIT_NOT_FOUND = ErrorText(400, "message to edit not found", parts=("message to edit", " not found"))
DELETE_NOT_FOUND = ErrorText(400, "message to delete not found", parts=("message to delete", " not found"))
FORWARD_NOT_FOUND = ErrorText(400, "message to forward not found", parts=("message to forward", " not found"))
COPY_NOT_FOUND = ErrorText(400, "message to copy not found", parts=("message to copy", " not found"))
PIN_NOT_FOUND = ErrorText(400, "message to pin not found", parts=("message to pin", " not found"))
UNPIN_NOT_FOUND = ErrorText(400, "Message to unpin not found")
MESSAGE_ID_MISSING = ErrorText(400, "Message identifier is not specified")
MESSAGE_IDS_MISSING = ErrorText(400, "Message identifiers are not specified")
MESSAGE_IDS_JSON = ErrorText(400, "Can't parse {name} JSON object", parts=("Can't parse ", " JSON object"))
MESSAGE_IDS_TYPE = ErrorText(400, "Expected an Array of message identifiers")
MESSAGE_IDS_TOO_MANY = ErrorText(400, "Too many message identifiers specified")
MESSAGE_ID_INVALID = ErrorText(400, "Invalid message identifier specified")
NOT_MODIFIED = ErrorText(
    400,
    "message is not modified: specified new message content and reply markup are exactly the same as a current "
    "content and reply markup of the message",
)
CANT_EDIT = ErrorText(400, "Message can't be edited", _TD)
CANT_EDIT_MEDIA = ErrorText(400, "Message media can't be edited", _TD)
NO_TEXT_TO_EDIT = ErrorText(400, "There is no text in the message to edit", _TD)
NO_CAPTION_TO_EDIT = ErrorText(400, "There is no caption in the message to edit", _TD)
CANT_DELETE = ErrorText(400, "Message can't be deleted for everyone", _TD)
CANT_FORWARD = ErrorText(400, "Messages can't be forwarded")
CANT_COPY = ErrorText(400, "The message can't be copied", _UN)

# Files and media
NO_PHOTO = ErrorText(400, "There is no photo in the request")
NO_DOCUMENT = ErrorText(400, "There is no document in the request")
NO_VOICE = ErrorText(400, "There is no voice in the request")
FILE_EMPTY = ErrorText(400, "File must be non-empty", _TD)
FILE_ID_MISSING = ErrorText(400, "Bad Request: file_id not specified")
FILE_ID_INVALID = ErrorText(400, "invalid file_id")
FILE_TOO_BIG = ErrorText(400, "Bad Request: file is too big")
FILE_WRONG = ErrorText(400, "Wrong file identifier/HTTP URL specified", _TD)
FILE_URL = ErrorText(400, "Failed to get HTTP URL content")
PHOTO_TOO_BIG = ErrorText(
    400, "File of size {size} bytes is too big", _TD, parts=("File of size ", " bytes is too big")
)
PHOTO_UNREADABLE = ErrorText(400, "IMAGE_PROCESS_FAILED", _UN)
PHOTO_DIMENSIONS = ErrorText(400, "PHOTO_INVALID_DIMENSIONS", _UN)
MEDIA_JSON = ErrorText(400, "Can't parse media JSON object")
MEDIA_INPUT_JSON = ErrorText(400, "Can't parse input media JSON object")
MEDIA_ARRAY = ErrorText(400, "Expected an Array of InputMedia")
MEDIA_BAD = ErrorText(400, "Can't parse InputMedia: {why}")
MEDIA_MISSING = ErrorText(400, "media not found")
MEDIA_TYPE = ErrorText(400, 'type "{type}" is unsupported', parts=('type "', '" is unsupported'))
ALBUM_EMPTY = ErrorText(400, "There are no messages to send", _TD)
ALBUM_TOO_MANY = ErrorText(400, "Too many messages to send as an album", _TD)
ALBUM_MIXED = ErrorText(400, "{type} can't be mixed with other media types", _TD)
LATITUDE_MISSING = ErrorText(400, "Bad Request: latitude is empty")
LONGITUDE_MISSING = ErrorText(400, "Bad Request: longitude is empty")
LOCATION_WRONG = ErrorText(400, "Wrong location specified", _UN)

# Answers to queries
QUERY_TOO_OLD = ErrorText(400, "query is too old and response timeout expired or query ID is invalid")
ANSWER_TOO_LONG = ErrorText(400, "MESSAGE_TOO_LONG", _UN)
ANSWER_URL_INVALID = ErrorText(400, "URL_INVALID", _UN)

# Payments
PRICES_JSON = ErrorText(400, "Can't parse prices JSON object")
PRICES_TYPE = ErrorText(400, "Expected an Array of labeled prices")
PRICES_EMPTY = ErrorText(400, "There must be at least one price")
PRICE_BAD = ErrorText(400, "Can't parse labeled price: {why}")
PRICE_NOT_OBJECT = ErrorText(400, "LabeledPrice must be an Object")
PRICE_LABEL_EMPTY = ErrorText(400, "LabeledPrice label must be non-empty")
PROVIDER_INVALID = ErrorText(400, "PAYMENT_PROVIDER_INVALID", _UN)
CURRENCY_INVALID = ErrorText(400, "CURRENCY_INVALID", _UN)
CURRENCY_TOTAL_INVALID = ErrorText(400, "CURRENCY_TOTAL_AMOUNT_INVALID", _UN)
STARS_INVOICE_INVALID = ErrorText(400, "STARS_INVOICE_INVALID", _UN)
INVOICE_TITLE_INVALID = ErrorText(400, "INVOICE_TITLE_INVALID", _UN)
INVOICE_DESCRIPTION_INVALID = ErrorText(400, "INVOICE_DESCRIPTION_INVALID", _UN)
INVOICE_PAYLOAD_INVALID = ErrorText(400, "INVOICE_PAYLOAD_INVALID", _UN)
START_PARAM_INVALID = ErrorText(400, "START_PARAM_INVALID", _UN)
CHARGE_NOT_FOUND = ErrorText(400, "CHARGE_ID_INVALID", _UN)
CHARGE_ALREADY_REFUNDED = ErrorText(400, "CHARGE_ALREADY_REFUNDED", _UN)

# Settings
COMMANDS_JSON = ErrorText(400, "Can't parse commands JSON object")
COMMANDS_TYPE = ErrorText(400, "Expected an Array of BotCommand")
COMMAND_BAD = ErrorText(400, "Can't parse BotCommand: {why}")
COMMAND_EMPTY = ErrorText(400, "Command must be non-empty", _TD)
COMMAND_TOO_LONG = ErrorText(400, "Command length must not exceed {limit}", _TD)
COMMAND_DESCRIPTION_EMPTY = ErrorText(400, "Command description must be non-empty", _TD)
COMMAND_DESCRIPTION_TOO_LONG = ErrorText(400, "Command description length must not exceed {limit}", _TD)
COMMAND_INVALID = ErrorText(400, "BOT_COMMAND_INVALID", _UN)
COMMANDS_TOO_MANY = ErrorText(400, "BOT_COMMANDS_TOO_MUCH", _UN)
LANGUAGE_INVALID = ErrorText(400, "Invalid language code specified", _TD)
SCOPE_JSON = ErrorText(400, "Can't parse BotCommandScope JSON object")
SCOPE_BAD = ErrorText(400, "Can't parse BotCommandScope: {why}")
SCOPE_NOT_OBJECT = ErrorText(400, "BotCommandScope must be an Object")
SCOPE_TYPE = ErrorText(400, "Unsupported type specified")
SCOPE_CHAT_EMPTY = ErrorText(400, "Empty chat_id specified")
SCOPE_USER_INVALID = ErrorText(400, "Invalid user_id specified")
MENU_JSON = ErrorText(400, "Can't parse menu button JSON object")
MENU_BAD = ErrorText(400, "Can't parse menu button: {why}")
MENU_NOT_OBJECT = ErrorText(400, "MenuButton must be an Object")
MENU_TYPE = ErrorText(400, "MenuButton has unsupported type")
MENU_TEXT_EMPTY = ErrorText(400, "Menu button text must be non-empty", _TD)
NAME_TOO_LONG = ErrorText(400, "BOT_TITLE_INVALID", _UN)
DESCRIPTION_TOO_LONG = ErrorText(400, "DESCRIPTION_TOO_LONG", _UN)

TABLE: dict[str, ErrorText] = {name: value for name, value in globals().items() if isinstance(value, ErrorText)}
