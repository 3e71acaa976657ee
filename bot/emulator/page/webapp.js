// A Mini App on a phone: its page in a frame, and what the messenger does for it (core.telegram.org/api/web-events).

import * as api from "./api.js";
import { el, icon } from "./dom.js";
import { codePicker } from "./scan.js";
import { openSheet } from "./sheet.js";

const ALLOWED = "allow-scripts allow-same-origin allow-forms allow-popups";
const ALIKE = { // ThemeParams → the page's own colours
  bg_color: "--paper", text_color: "--ink", button_color: "--velvet", hint_color: "--muted",
};

export async function openWebApp(phone, address, title) {
  const { t } = phone.ctx;
  let opened = null;
  if (!await phone.attempt(async () => { opened = await api.webApp(phone.user, address, theme(phone.screen)); })) return;
  const { origin } = new URL(opened.url);
  const frame = el("iframe", { src: opened.url, title, sandbox: ALLOWED, allow: "autoplay" });
  const back = el("button", {
    type: "button", class: "icon-button", hidden: true, "aria-label": t("back"), on: { click: () => tell("back_button_pressed") },
  }, icon("left"));
  const main = el("button", { type: "button", class: "primary", hidden: true, on: { click: () => tell("main_button_pressed") } });
  const body = el("div", { class: "web-app" }, frame, main);
  const sheet = openSheet(phone.screen, { title, t, content: [body], wide: true, onClose: () => window.removeEventListener("message", heard) });
  sheet.element.querySelector(".sheet-head").prepend(back);
  let picker = null;

  function tell(eventType, eventData = {}) {
    frame.contentWindow?.postMessage(JSON.stringify({ eventType, eventData }), origin);
  }

  function closePicker() {
    picker?.remove();
    picker = null;
    frame.inert = false;
    frame.focus();
  }

  const wishes = {
    web_app_close: () => sheet.close(true),
    web_app_open_link: ({ url }) => {
      if (/^https?:/.test(url)) window.open(url, "_blank", "noopener");
    },
    web_app_setup_back_button: ({ is_visible: visible }) => { back.hidden = !visible; },
    web_app_setup_main_button: ({ is_visible: visible, is_active: active, text }) => {
      main.hidden = !visible;
      main.disabled = active === false;
      if (text) main.textContent = text;
    },
    web_app_trigger_haptic_feedback: (felt) => {
      phone.element.dataset.felt = felt.notification_type ?? felt.impact_style ?? felt.type;
    },
    web_app_open_scan_qr_popup: ({ text }) => {
      if (picker) return;
      picker = codePicker(phone, {
        hint: text,
        onCode: (code) => tell("qr_text_received", { data: code }),
        onClose: () => { closePicker(); tell("scan_qr_popup_closed"); },
      });
      frame.inert = true;
      body.append(picker);
      (picker.querySelector(".scan-picture") ?? picker.querySelector("button")).focus();
    },
    web_app_close_scan_qr_popup: () => { if (picker) { closePicker(); tell("scan_qr_popup_closed"); } },
  };

  function heard(event) {
    if (event.source !== frame.contentWindow || event.origin !== origin || typeof event.data !== "string") return;
    const { eventType, eventData } = JSON.parse(event.data);
    wishes[eventType]?.(eventData ?? {});
  }
  window.addEventListener("message", heard);
}

function theme(screen) {
  const style = getComputedStyle(screen);
  const found = Object.entries(ALIKE).map(([name, property]) => [name, style.getPropertyValue(property).trim()]);
  return Object.fromEntries(found.filter(([, colour]) => /^#[0-9a-f]{6}$/i.test(colour)));
}
