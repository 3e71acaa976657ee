// The payment sheet: choose how it goes, pay, see the outcome.

import * as api from "./api.js";
import { el, icon } from "./dom.js";
import { price } from "./invoice.js";
import { openSheet } from "./sheet.js";

const METHODS = [["paid", "card_good"], ["declined", "card_bad"], ["abandoned", "card_gone"]];

/**
 * `what` is `{message_id}` or `{link}`; of a link the page knows no `invoice`, so neither title nor price.
 */
export function openPayment(screen, { what, invoice = null, user, ctx }) {
  const { t } = ctx;
  const amount = invoice ? price(invoice, ctx.lang) : "";
  const title = invoice ? invoice.title : what.link;
  const radios = METHODS.map(([outcome, key], index) => el("label", { class: "method" },
    el("input", { type: "radio", name: `method-${user}`, value: outcome, checked: index === 0 }),
    el("span", { class: "method-text" }, el("b", { text: t(key) }), el("small", { text: t(`${key}_hint`) }))));
  const methods = el("fieldset", { class: "methods" }, el("legend", { text: t("pay_with") }), radios);
  const payButton = el("button", { type: "submit", class: "primary", text: t("pay", { amount }).trim(), "data-autofocus": true });
  const outcome = el("p", { class: "pay-outcome", role: "status" });
  const form = el("form", { on: { submit: (event) => { event.preventDefault(); submit(); } } },
    methods, payButton, el("p", { class: "muted small", text: t("test_money") }));
  const sheet = openSheet(screen, {
    title: t("payment"), t,
    content: [
      el("div", { class: "pay-what" }, el("h3", { text: title, dir: "auto" }), el("b", { text: amount })),
      outcome, form,
    ],
  });

  async function submit() {
    const chosen = new FormData(form).get(`method-${user}`);
    methods.disabled = true;
    payButton.disabled = true;
    payButton.setAttribute("aria-busy", "true");
    tell("", t("paying", { bot: ctx.botName }));
    try {
      const result = await api.pay(user, what, chosen);
      show(result);
    } catch (error) {
      if (!(error instanceof api.ApiError)) throw error;
      retry(error.message);
    }
  }

  function show({ status, error }) {
    const text = t(`pay_${status}`, { bot: ctx.botName });
    if (status !== "paid") {
      retry(status === "refused" && error ? `${text} ${error}` : text); // the bot's own reason
      return;
    }
    const done = el("button", { type: "button", class: "primary", text: t("ok"), on: { click: () => sheet.close(true) } });
    form.replaceWith(done);
    tell("good", text);
    outcome.prepend(el("span", { class: "seal" }, icon("check")));
    done.focus();
  }

  function retry(text) {
    tell("bad", text);
    methods.disabled = false;
    payButton.disabled = false;
    payButton.removeAttribute("aria-busy");
    payButton.textContent = t("try_again");
    payButton.focus();
  }

  function tell(kind, text) {
    outcome.dataset.kind = kind;
    outcome.textContent = text;
  }
}
