// The name plate over a phone (whose it is, in which language) and the chat's header on its screen.

import { bdi, el, icon } from "./dom.js";
import { fullName, initials } from "./format.js";
import { avatar, openPeople } from "./people.js";
import { openScanner } from "./scan.js";
import { openChoices } from "./sheet.js";

const LANGUAGES = [["en", "en", "EN", "English"], ["zh", "zh-hans", "中", "中文"]];
const KNOWN_ACTIONS = ["typing", "upload_photo", "upload_document", "find_location"];

export class Header {
  #phone;

  constructor(phone) {
    this.#phone = phone;
    this.who = el("button", { type: "button", class: "who", "aria-haspopup": "dialog", on: { click: () => openPeople(phone) } });
    this.others = el("span", { class: "badge", hidden: true });
    this.languages = el("div", { class: "languages", role: "group" }, LANGUAGES.map(([lang, code, text, name]) => el("button", {
      type: "button", text, "aria-label": name, title: name, dataset: { lang }, lang: code, on: { click: () => phone.setLanguage(code) },
    })));
    this.plate = el("header", { class: "plate" }, this.who, this.languages);
    this.status = el("p", { class: "status" });
    this.title = el("h2", { class: "bot-name" }, bdi(phone.ctx.botName));
    this.link = el("button", { type: "button", class: "icon-button", "aria-haspopup": "dialog", on: { click: () => openScanner(phone) } }, icon("scan"));
    this.more = el("button", { type: "button", class: "icon-button", "aria-haspopup": "menu", on: { click: () => this.#more() } }, icon("more"));
    this.bar = el("div", { class: "chat-head" },
      el("span", { class: "bot-avatar", text: initials(phone.ctx.botName), "aria-hidden": "true" }),
      el("div", { class: "chat-title" }, this.title, this.status), this.link, this.more);
  }

  update() {
    const { t, lang } = this.#phone.ctx;
    const person = this.#phone.person;
    this.who.replaceChildren(
      avatar(person),
      el("span", { class: "who-text" }, el("small", { text: this.#phone.roleName }), el("b", {}, bdi(fullName(person)))),
      this.others, icon("down"),
    );
    this.showOthers();
    this.who.setAttribute("aria-label", `${t("phone_of", { role: this.#phone.roleName, name: fullName(person) })}. ${t("choose_person")}`);
    this.languages.setAttribute("aria-label", t("language_switch"));
    for (const button of this.languages.children) button.setAttribute("aria-pressed", String(button.dataset.lang === lang));
    for (const [node, key] of [[this.link, "open_link"], [this.more, "more"]]) {
      node.setAttribute("aria-label", t(key));
      node.title = t(key);
    }
    this.showStatus();
  }

  /** How much is unread for the other people who hold this phone. */
  showOthers() {
    const { people, user, desk } = this.#phone;
    const unread = people.filter((id) => id !== user).reduce((sum, id) => sum + (desk.people.get(id)?.unread ?? 0), 0);
    this.others.hidden = unread === 0;
    this.others.textContent = unread;
  }

  /** "connecting…", what the bot is doing, or nothing special. */
  showStatus() {
    const { t } = this.#phone.ctx;
    const { online, action } = this.#phone;
    const known = KNOWN_ACTIONS.includes(action) ? action : "typing";
    this.status.dataset.kind = online ? (action ? "typing" : "") : "offline";
    this.status.replaceChildren(online ? t(action ? known : "bot") : t("connecting"));
    if (online && action) this.status.append(el("span", { class: "dots", "aria-hidden": "true" }, el("i"), el("i"), el("i")));
  }

  #more() {
    const { t } = this.#phone.ctx;
    const { blocked } = this.#phone;
    openChoices(this.#phone.screen, {
      title: t("more"), t,
      items: [
        { text: t("open_link"), icon: "scan", action: () => openScanner(this.#phone) },
        { text: t(blocked ? "unblock_bot" : "block_bot"), icon: "block", action: () => this.#phone.setBlocked(!blocked) },
      ],
    });
  }
}
