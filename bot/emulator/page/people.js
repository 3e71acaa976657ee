// Who holds a phone: the chooser and the form for somebody new.

import * as api from "./api.js";
import { bdi, el, icon } from "./dom.js";
import { fullName, initials } from "./format.js";
import { openSheet } from "./sheet.js";

const HUES = 6;

/** A round picture with initials; its colour belongs to the person. */
export function avatar(person) {
  return el("span", {
    class: "avatar", text: initials(fullName(person)), "aria-hidden": "true", dataset: { hue: person.id % HUES },
  });
}

/** The list of everybody who could hold this phone. */
export function openPeople(phone) {
  const { t } = phone.ctx;
  const everybody = [...phone.desk.people.values()];
  const own = everybody.filter((person) => phone.people.includes(person.id));
  const rest = everybody.filter((person) => !phone.people.includes(person.id));
  const row = (person) => el("button", {
    type: "button", class: "choice", "aria-pressed": String(person.id === phone.user),
    on: { click: () => { sheet.close(true); phone.desk.give(phone, person.id); } },
  }, avatar(person),
  el("span", {}, bdi(fullName(person)), person.username && el("small", { text: `@${person.username}` })),
  person.unread > 0 && el("span", { class: "badge", text: person.unread, "aria-label": t("unread_count", { count: person.unread }) }));
  const sheet = openSheet(phone.screen, {
    title: t("choose_person"), t,
    content: [
      own.length && el("h3", { text: t("on_this_phone") }), el("div", { class: "choices" }, own.map(row)),
      rest.length && own.length && el("h3", { text: t("everybody") }), el("div", { class: "choices" }, rest.map(row)),
      el("button", {
        type: "button", class: "choice", on: { click: () => { sheet.close(true); openAddPerson(phone); } },
      }, icon("add"), el("span", { text: t("add_person") })),
    ],
  });
}

function field(text, input) {
  return el("label", { class: "field" }, el("span", { text }), input);
}

/** Somebody new, who then holds this phone. */
function openAddPerson(phone) {
  const { t } = phone.ctx;
  const error = el("p", { class: "error", role: "alert" });
  const form = el("form", {
    class: "form",
    on: { submit: (event) => { event.preventDefault(); submit(new FormData(form)); } },
  },
  field(t("first_name"), el("input", { name: "first_name", required: true, maxlength: "64", autocomplete: "off", "data-autofocus": true })),
  field(`${t("last_name")} (${t("optional")})`, el("input", { name: "last_name", maxlength: "64", autocomplete: "off" })),
  field(`${t("username")} (${t("optional")})`, el("input", {
    name: "username", maxlength: "32", pattern: "[A-Za-z][A-Za-z0-9_]{4,31}", autocomplete: "off",
  })),
  field(t("language"), el("select", { name: "language_code" },
    el("option", { value: "en", text: "English", selected: phone.ctx.lang === "en" }),
    el("option", { value: "zh-hans", text: "中文", selected: phone.ctx.lang === "zh" }))),
  error, el("button", { type: "submit", class: "primary", text: t("add") }));
  const sheet = openSheet(phone.screen, { title: t("add_person"), t, content: [form] });

  async function submit(data) {
    const given = [...data].filter(([, value]) => value.trim()).map(([name, value]) => [name, value.trim()]);
    const id = Math.max(1000, ...phone.desk.people.keys()) + 1;
    try {
      await api.addUser({ id, ...Object.fromEntries(given) });
      await phone.desk.refreshPeople();
    } catch (failure) {
      if (!(failure instanceof api.ApiError)) throw failure;
      error.textContent = failure.message;
      return;
    }
    sheet.close(true);
    phone.desk.give(phone, id);
  }
}
