// An invoice in the chat, drawn as a slip that is torn off when it is paid.

import { el, icon } from "./dom.js";
import { money } from "./format.js";

/** The price as people read it. */
export const price = (invoice, lang) => money(lang, invoice.total_amount, invoice.currency);

/**
 * The card; its Pay button is the first of the message's keyboard, or the card's own where the bot
 * sent none (Bot API, sendInvoice: an empty `reply_markup` shows one "Pay total price" button).
 */
export function invoiceCard(message, ctx) {
  const { invoice } = message;
  const paid = message.paid === true;
  const picture = message.invoice_photo_url;
  return el("section", { class: "invoice", "aria-label": `${ctx.t("invoice")}: ${invoice.title}` },
    picture && el("img", { src: picture, alt: "", class: "invoice-picture" }),
    el("h3", { text: invoice.title, dir: "auto" }),
    el("p", { text: invoice.description, dir: "auto" }),
    el("div", { class: "invoice-total" },
      el("span", { text: ctx.t("invoice") }),
      paid
        ? el("b", { class: "invoice-paid" }, icon("check"), ctx.t("paid"), " · ", price(invoice, ctx.lang))
        : el("b", { text: price(invoice, ctx.lang) })));
}

/** The keyboard of an invoice: Telegram adds the Pay button where the bot gave none. */
export function invoiceKeyboard(message) {
  return message.reply_markup?.inline_keyboard ?? [[{ text: "", pay: true }]];
}
