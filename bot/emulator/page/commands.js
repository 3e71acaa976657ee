// The bot's commands as a list over the message field: by button, or by typing "/".

import { el } from "./dom.js";

let lists = 0;

export class CommandMenu {
  #phone;
  #choose;
  #shown = [];
  #active = -1;

  constructor(phone, choose) {
    this.#phone = phone;
    this.#choose = choose;
    lists += 1;
    this.id = `commands-${lists}`;
    this.element = el("div", { class: "commands", id: this.id, role: "listbox", hidden: true });
  }

  get any() {
    return this.#phone.commands.length > 0;
  }

  /** Follows what is being typed. */
  filter(text, input) {
    if (!/^\/\w*$/.test(text)) {
      this.hide(input);
      return;
    }
    const wanted = text.slice(1).toLowerCase();
    this.#show(this.#phone.commands.filter(({ command }) => command.startsWith(wanted)), input);
  }

  toggle(input) {
    if (!this.element.hidden) {
      this.hide(input);
      return;
    }
    input.focus();
    this.#show(this.#phone.commands, input);
  }

  hide(input) {
    this.element.hidden = true;
    this.#shown = [];
    input?.removeAttribute("aria-activedescendant");
  }

  #show(commands, input) {
    this.#shown = commands;
    this.#active = commands.length ? 0 : -1;
    this.element.setAttribute("aria-label", this.#phone.ctx.t("commands"));
    this.element.hidden = !commands.length;
    this.element.replaceChildren(...commands.map(({ command, description }, index) => el("div", {
      class: "command-option", role: "option", id: `${this.id}-${index}`,
      on: {
        // The field keeps the focus; otherwise its blur would close the list before the click arrives.
        mousedown: (event) => event.preventDefault(),
        click: () => this.#take(index, input),
      },
    }, el("b", { text: `/${command}` }), el("span", { text: description, dir: "auto" }))));
    this.#mark(input);
  }

  #mark(input) {
    [...this.element.children].forEach((option, index) => {
      option.setAttribute("aria-selected", String(index === this.#active));
      if (index === this.#active) option.scrollIntoView({ block: "nearest" });
    });
    if (this.#active >= 0) input.setAttribute("aria-activedescendant", `${this.id}-${this.#active}`);
  }

  #take(index, input) {
    const { command } = this.#shown[index];
    this.hide(input);
    this.#choose(`/${command}`);
  }

  /** True when the key was for the list. */
  key(event, input) {
    if (this.element.hidden) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      this.#active = (this.#active + step + this.#shown.length) % this.#shown.length;
      this.#mark(input);
    } else if (event.key === "Enter" || event.key === "Tab") {
      this.#take(this.#active, input);
    } else if (event.key === "Escape") {
      this.hide(input);
    } else {
      return false;
    }
    event.preventDefault();
    return true;
  }
}
