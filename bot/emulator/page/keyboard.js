// Inline keyboards under bubbles and reply keyboards under the message field.

import { el, icon } from "./dom.js";
import { invoiceKeyboard, price } from "./invoice.js";

const KIND_ICONS = [
  ["pay", "card"], ["url", "external"], ["web_app", "window"], ["copy_text", "copy"],
  ["request_contact", "contact"], ["request_location", "location"],
];

function buttonContent(text, button) {
  const kind = KIND_ICONS.find(([name]) => button[name]);
  return [el("span", { text, dir: "auto" }), kind && icon(kind[1])];
}

/** Identifies a button across edits of its message, so that its progress survives them. */
export const buttonKey = (messageId, button) => `${messageId}|${button.callback_data ?? button.text}`;

/** The keyboard under a message, or null. */
export function inlineKeyboard(message, ctx) {
  const paid = message.invoice && message.paid;
  const keyboard = message.invoice ? invoiceKeyboard(message) : message.reply_markup?.inline_keyboard;
  const rows = (keyboard ?? []).map((row) => row.filter((button) => !(paid && button.pay))).filter((row) => row.length);
  if (!rows.length) return null;
  return el("div", { class: "inline-keyboard", role: "group", "aria-label": ctx.t("buttons") },
    rows.map((row) => el("div", { class: "key-row", dataset: { columns: Math.min(row.length, 8) } },
      row.map((button) => inlineButton(message, button, ctx)))));
}

/** The server's own label ("Pay CNY 720.00") is shown in the reader's language; a bot's own words stay. */
const isDefaultPay = (text) => !text || /^Pay [A-Z]{3} [\d.,]+$/.test(text);

function inlineButton(message, button, ctx) {
  const key = buttonKey(message.message_id, button);
  const text = button.pay && isDefaultPay(button.text) ? ctx.t("pay", { amount: price(message.invoice, ctx.lang) }) : button.text;
  return el("button", {
    type: "button", class: "key", "aria-busy": ctx.isPending(key) ? "true" : null,
    dataset: { key, kind: button.pay ? "pay" : button.style ?? "" },
    on: { click: () => ctx.press(message, button, key) },
  }, buttonContent(text, button));
}

/** The reply keyboard in force (ReplyKeyboardMarkup); `onKey(button)` when one is pressed. */
export function replyKeyboard(markup, ctx, onKey) {
  return el("div", {
    class: "reply-keyboard", role: "group", "aria-label": ctx.t("answers"),
    dataset: { resize: markup.resize_keyboard ? "yes" : "no" },
  }, markup.keyboard.map((row) => el("div", { class: "key-row", dataset: { columns: Math.min(row.length, 8) } },
    row.map((entry) => {
      const button = typeof entry === "string" ? { text: entry } : entry;
      return el("button", {
        type: "button", class: "key", dataset: { kind: button.style ?? "" }, on: { click: () => onKey(button) },
      }, buttonContent(button.text, button));
    }))));
}
