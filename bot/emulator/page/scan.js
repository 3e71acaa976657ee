// The phone's camera: reads the QR code in a picture that another phone shows. Beside it a field for a link or a typed code.

import * as api from "./api.js";
import { el, icon } from "./dom.js";
import { parseLink } from "./links.js";
import { fitting, largest } from "./media.js";
import { summary } from "./message.js";
import { openOn } from "./opening.js";
import { openSheet } from "./sheet.js";

const MOST = 12; // pictures on offer
const THUMBNAIL = 320; // pixels of the longer side
const TOLD = 6; // lines of a caption: seen are two, a screen reader tells two tickets apart by the others

export function openScanner(phone) {
  const { t, username } = phone.ctx;
  const input = el("input", {
    type: "text", name: "link", required: true, autocomplete: "off", spellcheck: "false", "data-autofocus": true,
    placeholder: `https://t.me/${username}?start=…`, "aria-label": t("link_or_code"),
  });
  const form = el("form", {
    class: "inline-form",
    on: {
      submit: (event) => {
        event.preventDefault();
        sheet.close(true);
        take(phone, input.value.trim());
      },
    },
  }, input, el("button", { type: "submit", class: "primary", text: t("open") }));
  const told = el("p", { class: "scan-told", role: "status" });
  const found = newestPictures(phone);
  const grid = found.length
    ? el("div", { class: "scan-grid", role: "group", "aria-label": t("on_other_phones") }, found.map((picture) => thumbnail(picture, scan)))
    : el("p", { class: "muted", text: t("nothing_to_scan") });
  const sheet = openSheet(phone.screen, {
    title: t("open_link"), t,
    content: [el("p", { class: "muted", text: t("open_link_hint") }), form, told, el("h3", { text: t("on_other_phones") }), grid],
  });

  async function scan(picture, button) {
    told.textContent = "";
    button.setAttribute("aria-busy", "true");
    try {
      const { text } = await api.scan(picture.fileId);
      if (sheet.element.isConnected) read(text);
    } catch (error) {
      if (!(error instanceof api.ApiError)) throw error;
      told.textContent = t("failed", { error: error.message });
    }
    button.removeAttribute("aria-busy");
  }

  /** What the camera saw: a link to the bot opens, anything else is only shown. */
  function read(text) {
    if (text !== null && opensBot(parseLink(text, username))) {
      sheet.close(true);
      take(phone, text);
      return;
    }
    told.textContent = t(text === null ? "no_code" : "other_code", { bot: phone.ctx.botName });
    told.scrollIntoView({ block: "nearest" });
    if (text !== null) input.value = text;
  }
}

/**
 * The window of a Mini App's showScanQrPopup: pictures on the other phones, and a field for what no picture shows.
 *
 * `onCode(text)` is called for each code that is read, `onClose()` when the person closes it; the caller takes it away.
 */
export function codePicker(phone, { hint, onCode, onClose }) {
  const { t } = phone.ctx;
  const told = el("p", { class: "scan-told", role: "status" });
  const found = newestPictures(phone);
  const input = el("input", { type: "text", name: "code", required: true, autocomplete: "off", spellcheck: "false", "aria-label": t("link_or_code") });
  const form = el("form", {
    class: "inline-form", on: { submit: (event) => { event.preventDefault(); onCode(input.value.trim()); } },
  }, input, el("button", { type: "submit", class: "primary", text: t("open") }));

  async function scan(picture, button) {
    told.textContent = "";
    button.setAttribute("aria-busy", "true");
    try {
      const { text } = await api.scan(picture.fileId);
      if (text === null) told.textContent = t("no_code");
      else onCode(text);
    } catch (error) {
      if (!(error instanceof api.ApiError)) throw error;
      told.textContent = t("failed", { error: error.message });
    }
    button.removeAttribute("aria-busy");
  }

  return el("section", {
    class: "scan-popup", role: "dialog", "aria-label": hint || t("open_link"),
    on: { keydown: (event) => { if (event.key === "Escape") { event.stopPropagation(); onClose(); } } },
  },
  el("header", { class: "sheet-head" },
    el("h2", { text: hint || t("open_link"), dir: "auto" }),
    el("button", { type: "button", class: "icon-button", "aria-label": t("close"), on: { click: onClose } }, icon("close"))),
  el("div", { class: "sheet-body" }, told,
    found.length
      ? el("div", { class: "scan-grid", role: "group", "aria-label": t("on_other_phones") }, found.map((picture) => thumbnail(picture, scan)))
      : el("p", { class: "muted", text: t("nothing_to_scan") }),
    form));
}

const opensBot = (link) => link?.kind === "start" || link?.kind === "invoice";

/** A link opens the bot; anything else is typed into the chat, as a short code is. */
function take(phone, text) {
  const link = parseLink(text, phone.ctx.username);
  if (opensBot(link)) openOn(phone, link);
  else phone.sendText(text);
}

function thumbnail(picture, scan) {
  const button = el("button", { type: "button", class: "scan-picture", on: { click: () => scan(picture, button) } },
    el("img", { src: picture.thumbnail, alt: "", decoding: "async", draggable: "false" }),
    el("span", { text: picture.title, dir: "auto", class: "two-lines" }),
    el("small", { text: picture.owner, dir: "auto" }));
  return button;
}

/** What the other phones show, newest first, each picture once. */
function newestPictures(phone) {
  const pictures = phone.desk.others(phone)
    .flatMap((other) => other.messages().filter((message) => message.photo).map((message) => ({ other, message })))
    .sort((a, b) => changed(b.message) - changed(a.message) || b.message.message_id - a.message.message_id)
    .map(({ other, message }) => ({
      fileId: largest(message.photo).file_id,
      thumbnail: api.fileUrl(fitting(message.photo, THUMBNAIL).file_id),
      title: summary(message, phone.ctx).split("\n").filter((line) => line.trim()).slice(0, TOLD).join(" · "),
      owner: `${phone.ctx.t(`role_${other.role}`)}: \u2068${other.name}\u2069`,
    }));
  const seen = new Set();
  return pictures.filter(({ fileId }) => !seen.has(fileId) && seen.add(fileId)).slice(0, MOST);
}

const changed = (message) => message.edit_date ?? message.date;
