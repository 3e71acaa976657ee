// The message list: draws only what changed, keeps the reader's place and the keyboard's focus.

import { el } from "./dom.js";
import { dayName } from "./format.js";
import { History } from "./history.js";
import { renderMessage } from "./message.js";
import { Roving } from "./roving.js";

const NEAR = 48; // pixels from the end that still count as "at the end"

export class Log {
  history = new History();
  #ctx;
  #nodes = new Map(); // key → {node, messages}
  #separators = new Map();
  #unreadFrom = null;
  #atEnd = true;
  #extent = "";
  #onPlace;

  /** `onPlace(atEnd)` is called when the reader comes to the end or leaves it. */
  constructor(ctx, onPlace) {
    this.#ctx = ctx;
    this.#onPlace = onPlace;
    this.content = el("div", { class: "log-content" });
    this.element = el("div", { class: "log", role: "log", "aria-live": "off", tabindex: "0" }, this.content);
    this.roving = new Roving(this.element);
    this.element.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    const observer = new ResizeObserver(() => this.#atEnd && this.toEnd());
    observer.observe(this.element);
    observer.observe(this.content);
  }

  get atEnd() {
    return this.#atEnd;
  }

  /** A whole chat, silently; `unread` newest incoming messages have not been looked at. */
  load(messages, unread) {
    this.element.setAttribute("aria-live", "off");
    this.#nodes.clear();
    this.#separators.clear();
    this.history.replace(messages);
    const incoming = messages.filter((message) => !message.outgoing);
    this.#unreadFrom = unread ? incoming.at(-unread)?.message_id ?? null : null;
    this.content.replaceChildren();
    this.#draw();
    this.#atEnd = true;
    const divider = this.content.querySelector(".unread-divider");
    if (divider) this.element.scrollTop = divider.offsetTop - 12;
    else this.toEnd();
    this.#place();
    requestAnimationFrame(() => this.element.setAttribute("aria-live", "polite"));
  }

  /** A new message or a new state of a known one. */
  put(message) {
    const fresh = !this.history.get(message.message_id);
    this.history.put(message);
    this.#draw();
    if (fresh) this.#nodes.get(message.message_id)?.node.classList.add("fresh");
  }

  remove(ids) {
    this.history.remove(ids);
    this.#draw();
  }

  /** Everything anew: another language, or what is paid has changed. */
  redraw() {
    this.#nodes.clear();
    this.#separators.clear();
    this.#draw();
  }

  markUnreadFrom(id) {
    this.#unreadFrom = id;
    this.#draw();
  }

  /** Brings a message before the reader's eyes and under their keys. */
  show(id) {
    this.history.showFrom(id);
    this.#draw();
    const node = this.#nodes.get(id)?.node;
    if (!node) return;
    node.focus({ preventScroll: true });
    node.scrollIntoView({ block: "center" });
    node.classList.remove("found");
    requestAnimationFrame(() => node.classList.add("found"));
  }

  toEnd() {
    this.element.scrollTop = this.element.scrollHeight;
    this.#place();
  }

  /** A scroll event after the list or its content changed size is not the reader's doing. */
  #scrolled() {
    const { scrollHeight, clientHeight } = this.element;
    const extent = `${scrollHeight} ${clientHeight}`;
    const resized = extent !== this.#extent;
    this.#extent = extent;
    if (resized && this.#atEnd) this.toEnd();
    else this.#place();
  }

  #place() {
    const { scrollTop, scrollHeight, clientHeight } = this.element;
    const atEnd = scrollHeight - scrollTop - clientHeight < NEAR;
    if (atEnd === this.#atEnd) return;
    this.#atEnd = atEnd;
    this.#onPlace(atEnd);
  }

  #draw() {
    const keepPlace = this.#holdPlace();
    const wanted = [];
    if (this.history.hasEarlier) wanted.push(this.#separator("earlier", () => this.#earlier()));
    let day = null;
    for (const entry of this.history.entries()) {
      if (entry.day !== day) {
        day = entry.day;
        wanted.push(this.#separator(day, () => this.#day(entry.messages[0].date)));
      }
      if (entry.messages.some((message) => message.message_id === this.#unreadFrom)) {
        wanted.push(this.#separator("unread", () => this.#unread()));
      }
      wanted.push(this.#node(entry));
    }
    this.#sync(wanted);
    this.roving.refresh();
    keepPlace();
  }

  #separator(key, build) {
    if (!this.#separators.has(key)) this.#separators.set(key, build());
    return this.#separators.get(key);
  }

  #day(date) {
    return el("p", { class: "day" }, el("span", { text: dayName(this.#ctx.lang, date) }));
  }

  #unread() {
    return el("p", { class: "unread-divider" }, el("span", { text: this.#ctx.t("unread") }));
  }

  #earlier() {
    return el("button", {
      type: "button", class: "earlier", text: this.#ctx.t("earlier"),
      on: {
        click: () => {
          this.history.showEarlier();
          this.#draw();
        },
      },
    });
  }

  #node(entry) {
    const known = this.#nodes.get(entry.key);
    const same = known?.messages.length === entry.messages.length
      && known.messages.every((message, index) => message === entry.messages[index]);
    if (same) return known.node;
    const node = renderMessage(entry.messages, this.#ctx);
    if (known) this.#takeOver(known.node, node);
    this.#nodes.set(entry.key, { node, messages: entry.messages });
    return node;
  }

  /** Pictures that stay are moved, not loaded again; the focus stays on the same control. */
  #takeOver(old, node) {
    for (const image of node.querySelectorAll("img[data-file]")) {
      const same = [...old.querySelectorAll("img[data-file]")].find((other) => other.dataset.file === image.dataset.file);
      if (!same) continue;
      same.alt = image.alt;
      image.replaceWith(same);
    }
    if (!old.contains(document.activeElement)) return;
    const key = document.activeElement.dataset.key;
    const target = key && [...node.querySelectorAll("[data-key]")].find((button) => button.dataset.key === key);
    this.roving.focusAfterDraw(target ?? node);
  }

  /** Makes the content's children equal `wanted` with as few moves as possible. */
  #sync(wanted) {
    const keep = new Set(wanted);
    for (const child of [...this.content.children]) if (!keep.has(child)) child.remove();
    wanted.forEach((node, index) => {
      const present = this.content.children[index];
      if (present !== node) this.content.insertBefore(node, present ?? null);
    });
  }

  /** Remembers what the reader sees; the returned function restores it after drawing. */
  #holdPlace() {
    if (this.#atEnd) return () => this.toEnd();
    const top = this.element.getBoundingClientRect().top;
    const anchor = [...this.content.querySelectorAll("article")]
      .find((article) => article.getBoundingClientRect().bottom > top);
    if (!anchor) return () => {};
    const { id } = anchor.dataset;
    const offset = anchor.getBoundingClientRect().top;
    return () => {
      const same = this.content.querySelector(`article[data-id="${id}"]`);
      if (same) this.element.scrollTop += same.getBoundingClientRect().top - offset;
    };
  }
}
