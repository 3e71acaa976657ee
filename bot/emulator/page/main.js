// Starts the page: who is there, who holds which phone.

import * as api from "./api.js";
import { openClock } from "./clock.js";
import { Desk } from "./desk.js";
import { el } from "./dom.js";
import { label, pageLanguage } from "./labels.js";

const ROLES = ["audience", "staff", "manager"];

/** `?phones=1001,2001,3001`, else the demo's, else the first three people. */
function holders(demo, people) {
  const configured = demo?.phones ?? [];
  const asked = new URLSearchParams(location.search).get("phones")?.split(",").map(Number).filter((id) => people.has(id));
  const users = asked?.length ? asked : configured.map((phone) => phone.user);
  const chosen = users.length ? users : [...people.keys()].slice(0, ROLES.length);
  return chosen.slice(0, ROLES.length).map((user, index) => ({
    user,
    role: configured[index]?.role ?? ROLES[index],
    people: configured[index]?.people ?? [user],
  }));
}

async function open() {
  const desk = new Desk(document.getElementById("desk"), document.getElementById("tabs"));
  const [bot, demo] = await Promise.all([api.bot(), api.demo(), desk.refreshPeople()]);
  const phones = holders(demo, desk.people);
  if (!phones.length) throw new api.ApiError(label(pageLanguage(navigator.language), "no_people"));
  await openClock(document.getElementById("masthead"), lang);
  await desk.open(bot, phones);
}

const lang = pageLanguage(navigator.language);
document.documentElement.lang = lang === "zh" ? "zh-Hans" : "en";
document.getElementById("strapline").textContent = label(lang, "strapline");
document.getElementById("tabs").setAttribute("aria-label", label(lang, "phones"));

open().catch((error) => {
  document.getElementById("desk").replaceChildren(el("p", { class: "broken", role: "alert", text: error.message }));
  if (!(error instanceof api.ApiError)) throw error;
});
