// The desk with its three phones: who holds which, which one is in front, what is unread.

import * as api from "./api.js";
import { bdi, el } from "./dom.js";
import { label } from "./labels.js";
import { Phone } from "./phone.js";

const LOOK_AROUND = 5000; // milliseconds between looks at who else has unread messages

export class Desk {
  people = new Map(); // id → user as GET /client/users tells
  phones = [];
  #tabs = [];
  #front = 0;

  constructor(element, tabs) {
    this.element = element;
    this.tabs = tabs;
  }

  /** @param holders `[{user, role, people}]` */
  async open(bot, holders) {
    this.phones = holders.map(({ role, people }) => new Phone({ desk: this, bot, role, people: [...people] }));
    this.element.replaceChildren(...this.phones.map((phone) => phone.element));
    this.phones.forEach((phone, index) => {
      phone.element.id = `phone-${index}`;
      phone.element.setAttribute("role", "tabpanel");
    });
    this.#tabs = this.phones.map((_, index) => this.#tab(index));
    this.tabs.replaceChildren(...this.#tabs);
    this.bringToFront(this.phones[0]);
    await Promise.all(this.phones.map((phone, index) => phone.show(holders[index].user)));
    this.element.setAttribute("aria-busy", "false");
    setInterval(() => this.#lookAround(), LOOK_AROUND);
  }

  others(phone) {
    return this.phones.filter((other) => other !== phone);
  }

  async refreshPeople() {
    for (const person of await api.users()) this.people.set(person.id, person);
  }

  async #lookAround() {
    try {
      await this.refreshPeople();
    } catch (error) {
      if (!(error instanceof api.ApiError)) throw error; // the phones themselves say "connecting…"
      return;
    }
    for (const phone of this.phones) phone.header.showOthers();
    this.unreadChanged();
  }

  /** Another person takes a phone; the address keeps it over a reload. */
  async give(phone, user) {
    if (!phone.people.includes(user)) phone.people.push(user);
    await phone.attempt(() => phone.show(user));
    const url = new URL(location);
    url.searchParams.set("phones", this.phones.map((each) => each.user).join(","));
    history.replaceState(null, "", url);
  }

  languageChanged(user, code) {
    this.people.set(user, { ...this.people.get(user), language_code: code });
    for (const phone of this.phones) if (phone.user === user) phone.relabel();
  }

  bringToFront(phone) {
    const index = this.phones.indexOf(phone);
    this.#front = index;
    this.phones.forEach((other, each) => { other.element.dataset.front = each === index ? "yes" : "no"; });
    this.#drawTabs();
    phone.cameToFront();
  }

  unreadChanged() {
    // A hidden page has no live updates (see stream.js) and goes by what it asks for now and then.
    const unread = (phone) => (document.hidden ? phone.person.unread : phone.unread);
    const total = this.phones.reduce((sum, phone) => sum + (phone.person ? unread(phone) : 0), 0);
    document.title = total ? `(${total}) Foyer` : "Foyer";
    this.#drawTabs();
  }

  #tab(index) {
    return el("button", {
      type: "button", role: "tab", class: "tab", "aria-controls": `phone-${index}`,
      on: { click: () => this.bringToFront(this.phones[index]), keydown: (event) => this.#tabKey(event) },
    });
  }

  #tabKey(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    this.bringToFront(this.phones[(this.#front + step + this.phones.length) % this.phones.length]);
    this.#tabs[this.#front].focus();
  }

  #drawTabs() {
    this.#tabs.forEach((tab, index) => {
      const phone = this.phones[index];
      if (!phone.person) return;
      tab.setAttribute("aria-selected", String(index === this.#front));
      tab.tabIndex = index === this.#front ? 0 : -1;
      const unread = phone.unread
        ? el("span", { class: "badge", text: phone.unread, "aria-label": label(phone.ctx.lang, "unread_count", { count: phone.unread }) })
        : null;
      tab.lang = phone.element.lang;
      tab.replaceChildren(el("small", { text: phone.roleName }), el("b", {}, bdi(phone.person.first_name)), ...(unread ? [unread] : []));
    });
  }
}
