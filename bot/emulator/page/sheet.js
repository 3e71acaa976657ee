// What lies over one phone's screen for a moment: sheets, alerts, small menus, toasts.

import { el, icon } from "./dom.js";

const open = new WeakMap(); // shade → close

/**
 * A sheet that covers one phone. The rest of that phone is inert, Escape and the shade close it, and the focus
 * returns to where it was. `onClose(byPerson)` is called once.
 *
 * @param screen  the phone's screen element
 * @param options `{title, t, content: Node[], role?, onClose?, wide?}`
 * @returns `{close(), element}`
 */
export function openSheet(screen, { title, t, content, role = "dialog", onClose, wide = false }) {
  // An alert lies over what is open; anything else takes its place.
  if (role === "dialog") for (const shade of screen.querySelectorAll(":scope > .shade")) open.get(shade)(true);
  const before = document.activeElement;
  const others = [...screen.children].filter((child) => !child.inert);
  const close = (byPerson = false) => {
    if (!shade.isConnected) return;
    const hadFocus = shade.contains(document.activeElement) || document.activeElement === document.body;
    shade.remove();
    for (const other of others) other.inert = false;
    if (hadFocus && before?.isConnected) before.focus({ preventScroll: true });
    onClose?.(byPerson);
  };
  const sheet = el("section", { class: `sheet ${wide ? "wide" : ""}`, role, "aria-label": title, tabindex: "-1" },
    el("header", { class: "sheet-head" },
      el("h2", { text: title }),
      el("button", {
        type: "button", class: "icon-button", "aria-label": t("close"), on: { click: () => close(true) },
      }, icon("close"))),
    el("div", { class: "sheet-body" }, content));
  const shade = el("div", {
    class: "shade",
    on: {
      click: (event) => event.target === shade && close(true),
      keydown: (event) => {
        if (event.key !== "Escape") return;
        event.stopPropagation();
        close(true);
      },
    },
  }, sheet);
  for (const other of others) other.inert = true;
  open.set(shade, close);
  screen.append(shade);
  (sheet.querySelector("[data-autofocus]") ?? sheet.querySelector(".sheet-body button, .sheet-body input") ?? sheet).focus();
  return { close, element: sheet };
}

/** A message that has to be acknowledged (answerCallbackQuery with `show_alert`). */
export function openAlert(screen, text, t, title) {
  const ok = el("button", { type: "button", class: "primary", text: t("ok"), "data-autofocus": true });
  const sheet = openSheet(screen, {
    title, t, role: "alertdialog", content: [el("p", { class: "alert-text", text, dir: "auto" }), ok],
  });
  ok.addEventListener("click", () => sheet.close(true));
}

/** Choices as a list of buttons. `items`: `[{text, hint?, icon?, action}]`. */
export function openChoices(screen, { title, t, items, intro }) {
  const sheet = openSheet(screen, {
    title, t,
    content: [intro, el("div", { class: "choices" }, items.map((item) => el("button", {
      type: "button", class: "choice",
      on: { click: () => { sheet.close(true); item.action(); } },
    }, item.icon && icon(item.icon),
    el("span", {}, el("span", { text: item.text, dir: "auto" }), item.hint && el("small", { text: item.hint, dir: "auto" })))))],
  });
  return sheet;
}

/** Short texts that go away by themselves. */
export class Toasts {
  element = el("div", { class: "toasts", role: "status", "aria-live": "polite" });

  show(text) {
    const toast = el("p", { class: "toast", text, dir: "auto" });
    this.element.append(toast);
    while (this.element.children.length > 3) this.element.firstChild.remove();
    setTimeout(() => toast.remove(), Math.min(8000, 2600 + text.length * 40));
  }
}
