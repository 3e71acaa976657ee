// Where a link is opened: this phone, another one, a browser tab; and the field that takes a link or code.

import { fileUrl } from "./api.js";
import { el, icon } from "./dom.js";
import { botLinks, parseLink } from "./links.js";
import { openChoices, openSheet } from "./sheet.js";
import { largest } from "./media.js";
import { summary } from "./message.js";

/** Asks where a link should go. Links to elsewhere open in a tab at once. */
export function followLink(phone, text) {
  const link = parseLink(text, phone.ctx.username);
  if (!link) return;
  if (link.kind === "web") {
    window.open(link.href, "_blank", "noopener,noreferrer");
    return;
  }
  const inner = link.kind === "share" ? parseLink(link.url, phone.ctx.username) : link;
  const { t } = phone.ctx;
  const shown = link.kind === "share" ? link.url : link.href;
  const items = [];
  if (inner?.kind === "start" || inner?.kind === "invoice") {
    if (link.kind !== "share") items.push({ text: t("open_here"), icon: "link", action: () => openOn(phone, inner) });
    for (const other of phone.desk.others(phone)) {
      items.push({
        text: t("open_on", { name: `\u2068${other.name}\u2069` }), hint: t(`role_${other.role}`), icon: "scan",
        action: () => openOn(other, inner),
      });
    }
  } else if (inner) {
    items.push({ text: t("open_tab"), icon: "external", action: () => followLink(phone, inner.href) });
  }
  items.push({ text: t("copy_link"), icon: "copy", action: () => phone.copy(shown) });
  const intro = el("p", { class: "link-shown" }, link.text && el("span", { text: link.text, dir: "auto" }), el("code", { text: shown }));
  openChoices(phone.screen, { title: t("open_where"), t, items, intro });
}

/** Follows a link to the bot on one phone, which comes to the front. */
function openOn(phone, link) {
  phone.desk.bringToFront(phone);
  if (link.kind === "invoice") phone.payLink(link.href);
  else phone.start(link.payload);
}

/** The field for a pasted link or a typed code, and what could be scanned from the other phones. */
export function openLinkField(phone) {
  const { t } = phone.ctx;
  const input = el("input", {
    type: "text", name: "link", required: true, autocomplete: "off", spellcheck: "false", "data-autofocus": true,
    placeholder: `https://t.me/${phone.ctx.username}?start=…`, "aria-label": t("link_or_code"),
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
  const found = scannable(phone);
  const list = found.length
    ? el("div", { class: "choices" }, found.map((item) => el("button", {
      type: "button", class: "choice", on: { click: () => { sheet.close(true); take(phone, item.link); } },
    }, item.picture ? el("img", { src: item.picture, alt: "", class: "choice-picture" }) : icon("scan"),
    el("span", {}, el("span", { text: item.title, dir: "auto", class: "two-lines" }), el("small", { text: item.owner, dir: "auto" })))))
    : el("p", { class: "muted", text: t("nothing_to_scan") });
  const sheet = openSheet(phone.screen, {
    title: t("open_link"), t,
    content: [el("p", { class: "muted", text: t("open_link_hint") }), form, el("h3", { text: t("on_other_phones") }), list],
  });
}

/** A link opens the bot; anything else is typed into the chat, as a short code is. */
function take(phone, text) {
  const link = parseLink(text, phone.ctx.username);
  if (link?.kind === "start" || link?.kind === "invoice") openOn(phone, link);
  else phone.sendText(text);
}

function scannable(phone) {
  const items = [];
  for (const other of phone.desk.others(phone)) {
    for (const message of other.messages().reverse()) {
      for (const link of botLinks(message, phone.ctx.username)) {
        if (items.some((item) => item.link === link)) continue;
        items.push({
          link,
          title: summary(message, phone.ctx).split("\n").filter((line) => line.trim()).slice(0, 2).join(" · "),
          owner: `${phone.ctx.t(`role_${other.role}`)}: \u2068${other.name}\u2069`,
          picture: message.photo && fileUrl(largest(message.photo).file_id),
        });
      }
    }
  }
  return items.slice(0, 20);
}
