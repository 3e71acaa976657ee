// The bar under the chat's header: the newest pinned message in one line, which leads to it.

import { el, icon } from "./dom.js";
import { summary } from "./message.js";

export class Pins {
  #phone;
  #ids = [];

  constructor(phone) {
    this.#phone = phone;
    this.name = el("b");
    this.line = el("span", { class: "pinned-line", dir: "auto" });
    this.element = el("button", {
      type: "button", class: "pinned-bar", hidden: true, on: { click: () => phone.log.show(this.#newest().message_id) },
    }, icon("pin"), el("span", { class: "pinned-text" }, this.name, this.line));
  }

  /** @param ids of the pinned messages, the newest last. */
  set(ids) {
    this.#ids = ids;
    this.update();
  }

  /** Draws it anew: the message may have been edited, the language changed. */
  update() {
    const message = this.#newest();
    this.element.hidden = !message;
    if (!message) return;
    const { ctx } = this.#phone;
    this.name.textContent = ctx.t("pinned_message");
    this.line.textContent = summary(message, ctx).split("\n", 1)[0];
  }

  #newest() {
    return this.#phone.log.history.get(this.#ids.at(-1));
  }
}
