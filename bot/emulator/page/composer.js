// The lower edge of a phone: message field, command menu, attachments, reply keyboard.

import { el, icon } from "./dom.js";
import { openContact, openLocation, openPhoto, openVoice } from "./attach.js";
import { CommandMenu } from "./commands.js";
import { replyKeyboard } from "./keyboard.js";
import { summary } from "./message.js";
import { openChoices } from "./sheet.js";

const LONGEST = 4096; // characters of a text message (Bot API, sendMessage)

export class Composer {
  #phone;
  #mode = null; // {kind: "reply" | "edit", message}
  #markup = null;
  #open = true;

  constructor(phone) {
    this.#phone = phone;
    const { t } = phone.ctx;
    this.commands = new CommandMenu(phone, (text) => this.#choose(text));
    this.input = el("textarea", {
      class: "compose-input", rows: "1", maxlength: LONGEST, dir: "auto", enterkeyhint: "send",
      "aria-autocomplete": "list", "aria-controls": this.commands.id,
      on: { input: () => this.#typed(), keydown: (event) => this.#key(event), blur: () => this.commands.hide() },
    });
    const button = (name, key, action, className = "") => el("button", {
      type: "button", class: `icon-button ${className}`, "aria-label": t(key), title: t(key), on: { click: action },
    }, icon(name));
    this.menu = el("button", { type: "button", class: "menu-button", on: { click: () => this.#menu() } });
    this.attach = button("attach", "attach", () => this.#attach());
    this.toggle = button("keyboard", "show_keyboard", () => this.#toggleKeyboard());
    this.submit = button("send", "send", () => this.#send(), "send");
    this.bar = el("div", { class: "compose-mode", hidden: true });
    this.keys = el("div", { class: "keys", hidden: true });
    this.row = el("div", { class: "compose-row" }, this.menu, this.attach, this.input, this.toggle, this.submit);
    this.startButton = el("button", { type: "button", class: "start-button", on: { click: () => phone.start("") } });
    this.element = el("div", { class: "composer" }, this.commands.element, this.bar, this.row, this.startButton, this.keys);
  }

  /** Draws everything that depends on the language, the menu and the chat's state. */
  update({ empty, blocked, menuButton }) {
    const { t } = this.#phone.ctx;
    this.row.hidden = empty || blocked;
    this.startButton.hidden = !this.row.hidden;
    this.startButton.textContent = blocked ? t("unblock_bot") : t("start");
    this.startButton.dataset.kind = blocked ? "unblock" : "start";
    this.#relabel();
    const app = menuButton?.type === "web_app";
    this.menu.replaceChildren(icon(app ? "window" : "menu"), el("span", { text: app ? menuButton.text : t("menu") }));
    this.menu.hidden = !app && !this.commands.any;
    this.#placeholder();
    this.#sendable();
  }

  #relabel() {
    const { t } = this.#phone.ctx;
    this.input.setAttribute("aria-label", t("write"));
    const shown = this.#open ? "hide_keyboard" : "show_keyboard";
    for (const [node, key] of [[this.attach, "attach"], [this.submit, "send"], [this.toggle, shown]]) {
      node.setAttribute("aria-label", t(key));
      node.title = t(key);
    }
  }

  get text() {
    return this.input.value;
  }

  set text(value) {
    this.input.value = value;
    this.#fit();
    this.#sendable();
  }

  get keyboard() {
    return this.#markup;
  }

  /** The reply keyboard in force, or null. */
  setKeyboard(markup) {
    this.#markup = markup?.keyboard ? markup : null;
    this.#open = true;
    this.#drawKeyboard();
  }

  #drawKeyboard() {
    const markup = this.#markup;
    this.toggle.hidden = !markup;
    this.toggle.setAttribute("aria-pressed", String(this.#open));
    this.keys.hidden = !markup || !this.#open;
    this.keys.replaceChildren(...(this.keys.hidden ? [] : [replyKeyboard(markup, this.#phone.ctx, (key) => this.#pressKey(key))]));
    this.#relabel();
    this.#placeholder();
  }

  #toggleKeyboard() {
    this.#open = !this.#open;
    this.#drawKeyboard();
  }

  #pressKey(button) {
    if (button.request_contact) openContact(this.#phone);
    else if (button.request_location) openLocation(this.#phone);
    else if (button.web_app) this.#phone.openWebApp(button.web_app.url, button.text);
    else this.#phone.sendText(button.text, this.#replyTarget());
    if (this.#markup?.one_time_keyboard) {
      this.#open = false;
      this.#drawKeyboard();
    }
  }

  /** Replies to a message; `force` is the ForceReply with which the bot asked for it. */
  reply(message, force = null) {
    this.#setMode({ kind: "reply", message, placeholder: force?.input_field_placeholder });
  }

  edit(message) {
    this.#setMode({ kind: "edit", message });
    this.text = message.text;
    this.input.focus();
  }

  clearMode() {
    if (this.#mode?.kind === "edit") this.text = "";
    this.#setMode(null);
  }

  #setMode(mode) {
    const { t } = this.#phone.ctx;
    this.#mode = mode;
    this.bar.hidden = !mode;
    this.bar.replaceChildren();
    this.#placeholder();
    if (!mode) return;
    this.bar.append(
      icon(mode.kind === "edit" ? "pencil" : "reply"),
      el("span", { class: "compose-mode-text" },
        el("b", { text: t(mode.kind === "edit" ? "editing" : "replied_to") }),
        el("span", { text: summary(mode.message, this.#phone.ctx), dir: "auto" })),
      el("button", { type: "button", class: "icon-button", "aria-label": t("cancel"), on: { click: () => this.clearMode() } }, icon("close")),
    );
  }

  #replyTarget() {
    return this.#mode?.kind === "reply" ? this.#mode.message.message_id : undefined;
  }

  #placeholder() {
    this.input.placeholder = this.#mode?.placeholder || this.#markup?.input_field_placeholder || this.#phone.ctx.t("write");
  }

  #typed() {
    this.#fit();
    this.#sendable();
    this.commands.filter(this.input.value, this.input);
  }

  #sendable() {
    this.submit.disabled = !this.input.value.trim();
  }

  #fit() {
    this.input.style.height = "auto";
    this.input.style.height = `${this.input.scrollHeight}px`;
  }

  #key(event) {
    if (event.isComposing) return; // an input method is choosing a character
    if (this.commands.key(event, this.input)) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.#send();
    } else if (event.key === "Escape" && this.#mode) {
      this.clearMode();
    }
  }

  async #send() {
    const text = this.input.value.trim();
    if (!text) return;
    const mode = this.#mode;
    const sent = mode?.kind === "edit"
      ? await this.#phone.editText(mode.message, text)
      : await this.#phone.sendText(text, this.#replyTarget());
    if (!sent) return; // the text stays, so that nothing has to be typed twice
    this.text = "";
    this.#setMode(null);
    this.commands.hide();
  }

  #choose(text) {
    this.text = "";
    this.#phone.sendText(text);
  }

  #menu() {
    const button = this.#phone.menuButton;
    if (button?.type === "web_app") this.#phone.openWebApp(button.web_app.url, button.text);
    else this.commands.toggle(this.input);
  }

  #attach() {
    const { t } = this.#phone.ctx;
    openChoices(this.#phone.screen, {
      title: t("attach"), t,
      items: [
        { text: t("photo"), icon: "photo", action: () => openPhoto(this.#phone) },
        { text: t("voice"), icon: "voice", action: () => openVoice(this.#phone) },
        { text: t("contact"), icon: "contact", action: () => openContact(this.#phone) },
        { text: t("location"), icon: "location", action: () => openLocation(this.#phone) },
      ],
    });
  }
}
