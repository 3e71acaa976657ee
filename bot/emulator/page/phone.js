// One phone: a person, their chat, and what they do on it.

import * as api from "./api.js";
import { Pins } from "./pins.js";
import { PressProgress } from "./progress.js";
import { Composer } from "./composer.js";
import { el, icon } from "./dom.js";
import { fullName } from "./format.js";
import { Header } from "./header.js";
import { label, pageLanguage } from "./labels.js";
import { Log } from "./log.js";
import { followLink } from "./opening.js";
import { openPayment } from "./pay.js";
import { openAlert, openChoices, Toasts } from "./sheet.js";
import { Stream } from "./stream.js";
import { openViewer } from "./viewer.js";
import { openWebApp } from "./webapp.js";

const TYPING_LASTS = 5000; // milliseconds; Bot API, sendChatAction: "5 seconds or less"

export class Phone {
  user = null;
  commands = [];
  menuButton = null;
  online = true;
  action = null;
  blocked = false;
  unread = 0;
  #stream = null;
  #typing = null;
  #drafts = new Map();
  #loading = 0;

  /** @param options `{desk, bot, role, people}`; `people` are the ids that usually hold this phone. */
  constructor({ desk, bot, role, people }) {
    Object.assign(this, { desk, bot, role, people });
    this.progress = new PressProgress((key) => this.#showProgress(key));
    this.ctx = this.#context();
    this.toasts = new Toasts();
    this.log = new Log(this.ctx, () => this.#looked());
    this.header = new Header(this);
    this.pins = new Pins(this);
    this.composer = new Composer(this);
    this.badge = el("span", { class: "badge", hidden: true });
    this.toEnd = el("button", {
      type: "button", class: "icon-button to-end", hidden: true, on: { click: () => this.log.toEnd() },
    }, icon("down"), this.badge);
    this.empty = el("div", { class: "empty", hidden: true });
    const stage = el("div", { class: "stage" }, this.log.element, this.empty, this.toEnd, this.toasts.element);
    this.screen = el("div", { class: "screen" }, this.header.bar, this.pins.element, stage, this.composer.element);
    this.element = el("section", { class: "phone", dataset: { role } }, this.header.plate, el("div", { class: "device" }, this.screen));
    document.addEventListener("visibilitychange", () => this.#looked());
  }

  /** What the drawing functions need to know and may do. */
  #context() {
    const phone = this;
    return {
      get lang() { return pageLanguage(phone.person?.language_code); },
      t: (key, values) => label(phone.ctx.lang, key, values),
      username: this.bot.username,
      botName: this.bot.first_name,
      followLink: (url) => followLink(this, url),
      command: (text) => this.sendText(text),
      view: (slides, index) => openViewer(slides, index, this.ctx.t),
      press: (message, button, key) => this.#press(message, button, key),
      isPending: (key) => this.progress.has(key),
      messageActions: (message) => this.#messageActions(message),
    };
  }

  get person() {
    return this.desk.people.get(this.user);
  }

  get name() {
    return fullName(this.person);
  }

  get roleName() {
    return this.ctx.t(`role_${this.role}`);
  }

  messages() {
    return this.log.history.all();
  }

  /** Puts the phone into a person's hands. */
  async show(user) {
    if (this.user !== null) this.#drafts.set(this.user, this.composer.text);
    this.#stream?.close();
    this.user = user;
    this.composer.clearMode();
    this.composer.text = this.#drafts.get(user) ?? "";
    await this.load();
  }

  async load() {
    const turn = this.#loading += 1;
    const chat = await api.chat(this.user);
    if (turn !== this.#loading) return; // somebody else holds the phone by now
    this.#stream?.close();
    this.commands = chat.commands ?? [];
    this.menuButton = chat.menu_button ?? null;
    this.blocked = chat.blocked ?? false;
    this.unread = chat.unread ?? 0;
    this.#setAction(null);
    this.log.load(chat.messages, this.unread);
    this.pins.set(chat.pinned);
    this.#setKeyboard(chat.keyboard, false);
    this.update();
    this.#looked();
    this.#stream = new Stream(this.user, chat.seq, this.#handlers());
  }

  /** Draws everything around the messages anew. */
  update() {
    const { t, lang } = this.ctx;
    this.element.lang = lang === "zh" ? "zh-Hans" : "en";
    this.element.setAttribute("aria-label", t("phone_of", { role: this.roleName, name: this.name }));
    this.log.element.setAttribute("aria-label", t("messages", { bot: this.bot.first_name }));
    this.header.update();
    this.pins.update();
    this.#updateState();
  }

  #updateState() {
    const { t } = this.ctx;
    const empty = this.log.history.size === 0;
    this.empty.hidden = !empty;
    this.empty.replaceChildren(
      el("span", { class: "empty-mark", "aria-hidden": "true" }, icon("chat")),
      el("h3", { text: t("empty_title") }), el("p", { text: t("empty_text", { bot: this.bot.first_name }) }));
    this.composer.update({ empty, blocked: this.blocked, menuButton: this.menuButton });
    this.#updateUnread();
  }

  #handlers() {
    return {
      online: (online) => { this.online = online; this.header.showStatus(); },
      message: ({ message }) => this.#arrived(message),
      edit: ({ message }) => { this.log.put(message); this.pins.update(); },
      delete: ({ message_ids: ids }) => { this.log.remove(ids); this.#updateState(); },
      typing: ({ action }) => this.#setAction(action === "cancel" ? null : action),
      answer: (answer) => this.#answered(answer),
      menu: (menu) => { this.commands = menu.commands ?? []; this.menuButton = menu.menu_button ?? null; this.#updateState(); },
      pins: ({ pinned }) => this.pins.set(pinned),
      keyboard: ({ reply_markup: markup }) => this.#setKeyboard(markup, true),
      reset: () => this.attempt(() => this.load()),
    };
  }

  #arrived(message) {
    const known = this.log.history.get(message.message_id);
    this.log.put(message);
    if (!known && message.outgoing) {
      this.log.markUnreadFrom(null);
      this.log.toEnd();
    } else if (!known) {
      this.#setAction(null);
      if (this.unread === 0 && !this.lookedAt) this.log.markUnreadFrom(message.message_id);
      this.unread += 1;
    }
    this.#updateState();
    this.#looked();
  }

  /** A keyboard under the field, or the bot's wish for a reply to what it has just said (ForceReply). */
  #setKeyboard(markup, live) {
    this.composer.setKeyboard(markup);
    const last = this.messages().at(-1);
    if (!markup?.force_reply || !last || last.outgoing) return;
    this.composer.reply(last, markup);
    const elsewhere = document.activeElement !== document.body && !this.element.contains(document.activeElement);
    if (live && !elsewhere) this.composer.input.focus(); // never takes the focus away from another phone
  }

  #setAction(action) {
    clearTimeout(this.#typing);
    this.action = action;
    this.header.showStatus();
    if (action) this.#typing = setTimeout(() => this.#setAction(null), TYPING_LASTS);
  }

  /** The newest messages are before somebody's eyes. */
  get lookedAt() {
    return this.log.atEnd && !document.hidden && this.element.checkVisibility({ visibilityProperty: true });
  }

  /** The phone came into view, or the reader reached the end. */
  #looked() {
    if (this.user === null) return;
    if (this.lookedAt && this.unread > 0) {
      this.unread = 0;
      this.attempt(() => api.read(this.user));
    }
    this.#updateUnread();
  }

  /** Called by the desk when the phone was brought to the front. */
  cameToFront() {
    if (this.log.atEnd) this.log.toEnd();
    this.#looked();
  }

  #updateUnread() {
    const { t } = this.ctx;
    this.badge.hidden = this.unread === 0;
    this.badge.textContent = this.unread;
    this.toEnd.hidden = this.log.atEnd;
    const count = this.unread ? `, ${t("unread_count", { count: this.unread })}` : "";
    this.toEnd.setAttribute("aria-label", t("to_bottom") + count);
    this.desk.unreadChanged();
  }

  /** Runs something that may fail at the server; a failure becomes a toast. Resolves to whether it worked. */
  async attempt(action) {
    try {
      await action();
      return true;
    } catch (error) {
      if (!(error instanceof api.ApiError)) throw error;
      this.toasts.show(this.ctx.t("failed", { error: error.message }));
      return false;
    }
  }

  sendText(text, replyTo) { return this.attempt(() => api.send(this.user, text, replyTo)); }
  editText(message, text) { return this.attempt(() => api.edit(this.user, message.message_id, text)); }
  sendPhoto(file, caption) { return this.attempt(() => api.photo(this.user, file, caption)); }
  sendVoice(file) { return this.attempt(() => api.voice(this.user, file)); }
  sendContact() { return this.attempt(() => api.contact(this.user)); }
  sendLocation(latitude, longitude) { return this.attempt(() => api.location(this.user, latitude, longitude)); }

  /** The Start button, and links to the bot. */
  async start(payload) {
    if (this.blocked && !await this.setBlocked(false)) return;
    await this.attempt(() => api.start(this.user, payload));
  }

  async setBlocked(blocked) {
    const done = await this.attempt(() => api.block(this.user, blocked));
    if (done) this.blocked = blocked;
    this.#updateState();
    return done;
  }

  async setLanguage(code) {
    if (!await this.attempt(() => api.setLanguage(this.user, code))) return;
    this.desk.languageChanged(this.user, code);
  }

  /** The labels in another language, the messages as they are. */
  relabel() {
    this.log.redraw();
    this.composer.setKeyboard(this.composer.keyboard);
    this.update();
  }

  async copy(text) {
    try {
      await navigator.clipboard.writeText(text);
      this.toasts.show(this.ctx.t("copied"));
    } catch (error) {
      if (!(error instanceof DOMException)) throw error;
      this.toasts.show(this.ctx.t("not_copied"));
    }
  }

  #press(message, button, key) {
    if (button.url) return this.ctx.followLink(button.url);
    if (button.copy_text) return this.copy(button.copy_text.text);
    if (button.pay) return this.#pay(message);
    if (this.progress.has(key)) return null;
    return this.attempt(() => this.progress.during(key, async () => {
      const chosen = button.callback_data === undefined ? { text: button.text } : { data: button.callback_data };
      const result = await api.press(this.user, message.message_id, chosen);
      if (result.web_app) this.openWebApp(result.url, button.text);
      return result.callback_query_id;
    }));
  }

  #showProgress(key) {
    for (const button of this.log.element.querySelectorAll("[data-key]")) {
      if (button.dataset.key !== key) continue;
      if (this.progress.has(key)) button.setAttribute("aria-busy", "true");
      else button.removeAttribute("aria-busy");
    }
  }

  #answered(answer) {
    this.progress.answered(answer.callback_query_id);
    if (answer.text && answer.show_alert) openAlert(this.screen, answer.text, this.ctx.t, this.bot.first_name);
    else if (answer.text) this.toasts.show(answer.text);
    if (answer.url) this.ctx.followLink(answer.url);
  }

  /** Pays the invoice behind a link (createInvoiceLink). */
  payLink(link) {
    openPayment(this.screen, { what: { link }, user: this.user, ctx: this.ctx });
  }

  #pay(message) {
    openPayment(this.screen, {
      what: { message_id: message.message_id }, invoice: message.invoice, user: this.user, ctx: this.ctx,
    });
  }

  /** A Mini App in a frame over the phone. */
  openWebApp(url, title) { return openWebApp(this, url, title); }

  #messageActions(message) {
    const { t } = this.ctx;
    const text = message.text ?? message.caption;
    openChoices(this.screen, {
      title: t("actions"), t,
      items: [
        { text: t("reply"), icon: "reply", action: () => { this.composer.reply(message); this.composer.input.focus(); } },
        message.outgoing && message.text && { text: t("edit"), icon: "pencil", action: () => this.composer.edit(message) },
        text && { text: t("copy_text"), icon: "copy", action: () => this.copy(text) },
      ].filter(Boolean),
    });
  }
}
