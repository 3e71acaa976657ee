// One message, or one album, as a bubble.

import { bdi, el, icon } from "./dom.js";
import { renderText } from "./entities.js";
import { clock, fullName } from "./format.js";
import { invoiceCard, price } from "./invoice.js";
import { inlineKeyboard } from "./keyboard.js";
import { contactCard, documentCard, locationCard, photos, voiceNote } from "./media.js";

/** The article for a message; `messages` has several only for an album. */
export function renderMessage(messages, ctx) {
  const [first] = messages;
  const notice = serviceText(first, ctx);
  if (notice) return service(first, notice, ctx);
  const author = first.outgoing ? ctx.t("you") : ctx.botName;
  const bubble = el("div", { class: "bubble" }, body(messages, ctx));
  const keyboard = first.outgoing ? null : inlineKeyboard(first, ctx);
  return el("article", {
    class: `message ${first.outgoing ? "outgoing" : "incoming"}`,
    "aria-label": ctx.t("message_from", { name: author, time: clock(ctx.lang, first.date) }),
    dataset: { id: first.message_id, keyboard: keyboard ? "yes" : "no" },
  },
  el("div", { class: "message-column" }, bubble, keyboard), actionsButton(first, ctx));
}

function body(messages, ctx) {
  const [first] = messages;
  const told = messages.find((message) => message.caption) ?? first;
  const text = told.text ?? told.caption;
  const entities = told.entities ?? told.caption_entities;
  const parts = [
    forwarded(first, ctx),
    first.reply_to_message && quote(first.reply_to_message, ctx),
  ].filter(Boolean);
  const words = text ? [el("div", { class: "text" }, renderText(text, entities, ctx))] : [];
  const pictures = attachments(messages, text, ctx);
  parts.push(...(told.show_caption_above_media ? [...words, ...pictures] : [...pictures, ...words]));
  if (!parts.length) parts.push(el("p", { class: "text muted", text: ctx.t("unsupported") }));
  return [...parts, meta(messages, ctx)];
}

function attachments(messages, caption, ctx) {
  const [first] = messages;
  const pictures = messages.filter((message) => message.photo);
  return [
    pictures.length && photos(pictures, caption, ctx),
    ...messages.filter((message) => message.document).map((message) => documentCard(message.document, ctx)),
    first.voice && voiceNote(first.voice, ctx),
    first.location && locationCard(first.location, first.venue, ctx),
    first.contact && contactCard(first.contact),
    first.invoice && invoiceCard(first, ctx),
  ].filter(Boolean);
}

function meta(messages, ctx) {
  const [first] = messages;
  const edited = messages.some((message) => message.edit_date);
  return el("footer", { class: "meta" },
    edited && el("span", { class: "edited", text: ctx.t("edited") }),
    el("time", { datetime: new Date(first.date * 1000).toISOString(), text: clock(ctx.lang, first.date) }),
    first.outgoing && icon("check"));
}

function forwarded(message, ctx) {
  const origin = message.forward_origin;
  if (!origin) return null;
  const name = origin.sender_user ? fullName(origin.sender_user) : origin.sender_user_name ?? origin.chat?.title ?? "";
  return el("p", { class: "forwarded", text: ctx.t("forwarded_from", { name: `\u2068${name}\u2069` }) });
}

/** A line that says what a message is, for quotes. */
export function summary(message, ctx) {
  if (message.text || message.caption) return message.text ?? message.caption;
  if (message.invoice) return message.invoice.title;
  const kind = ["photo", "voice", "document", "location", "contact"].find((name) => message[name]);
  return kind ? ctx.t(kind) : ctx.t("unsupported");
}

function quote(message, ctx) {
  const own = message.outgoing ?? !message.from?.is_bot;
  return el("blockquote", { class: "reply-quote", "aria-label": ctx.t("replied_to") },
    el("b", {}, own ? ctx.t("you") : bdi(ctx.botName)), el("span", { text: summary(message, ctx), dir: "auto" }));
}

function serviceText(message, ctx) {
  if (message.successful_payment) {
    return ctx.t("you_paid", { amount: price(message.successful_payment, ctx.lang) });
  }
  if (message.refunded_payment) return ctx.t("refunded", { amount: price(message.refunded_payment, ctx.lang) });
  if (message.pinned_message) return ctx.t("pinned");
  return null;
}

function service(message, text, ctx) {
  return el("article", { class: "service", "aria-label": text, dataset: { id: message.message_id } },
    el("span", {}, icon("check"), text, " · ", clock(ctx.lang, message.date)));
}

function actionsButton(message, ctx) {
  return el("button", {
    type: "button", class: "icon-button message-actions", "aria-label": ctx.t("actions"), "aria-haspopup": "menu",
    on: { click: (event) => ctx.messageActions(message, event.currentTarget) },
  }, icon("more"));
}
