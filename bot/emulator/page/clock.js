// The demo's clock over the desk: what time it is there, and the evening moved on. A house without one shows nothing.

import { ApiError, clock, moveClock } from "./api.js";
import { el } from "./dom.js";
import { label } from "./labels.js";

const STEPS = [[10, "clock_10"], [60, "clock_60"], [1440, "clock_day"]]; // minutes
const LOOK = 20000; // milliseconds

export async function openClock(element, lang) {
  if (await clock() === null) return;
  const t = (key) => label(lang, key);
  const time = el("time", { class: "clock-time", "aria-live": "polite" });
  const fault = el("span", { class: "clock-fault", role: "alert" });
  const show = ({ now }) => {
    time.dateTime = now;
    time.textContent = new Intl.DateTimeFormat(lang === "zh" ? "zh-Hans" : "en", {
      weekday: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: "Asia/Shanghai",
    }).format(new Date(now));
  };
  const attempt = async (what) => {
    try {
      show(await what());
      fault.textContent = "";
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      fault.textContent = error.message;
    }
  };
  const steps = STEPS.map(([minutes, key]) => el("button", {
    type: "button", class: "clock-step", text: t(key), "aria-label": `${t("clock_forward")} ${t(key)}`,
    on: { click: () => attempt(() => moveClock(minutes)) },
  }));
  element.append(el("div", { class: "clock", role: "group", "aria-label": t("clock") }, time, steps, fault));
  await attempt(clock);
  setInterval(() => attempt(clock), LOOK);
}
