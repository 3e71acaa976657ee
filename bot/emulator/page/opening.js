// Where a link is opened: this phone, another one, a browser tab.

import { el } from "./dom.js";
import { parseLink } from "./links.js";
import { openChoices } from "./sheet.js";

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
export function openOn(phone, link) {
  phone.desk.bringToFront(phone);
  if (link.kind === "invoice") phone.payLink(link.href);
  else phone.start(link.payload);
}
