// Bot API text and entities → nodes. Offsets and lengths count UTF-16 units, as JavaScript strings do.

import { el } from "./dom.js";
import { LINK, parseLink } from "./links.js";

const AUTOMATIC = new RegExp(`${LINK.source}|(?<![\\w/<])/[a-z0-9_]{1,32}(?:@\\w+)?(?![\\w/])`, "giu");

const SIMPLE = {
  bold: "strong", italic: "em", underline: "u", strikethrough: "s", code: "code",
};
const BLOCKS = new Set(["pre", "blockquote", "expandable_blockquote"]);

/**
 * @param ctx `{t, username, followLink(url), command(text)}`
 * @returns a DocumentFragment
 */
export function renderText(text, entities, ctx) {
  const sorted = (entities ?? [])
    .filter((entity) => entity.length > 0)
    .sort((a, b) => a.offset - b.offset || b.length - a.length);
  return renderRange(text, 0, text.length, sorted, ctx, true);
}

function renderRange(text, start, end, entities, ctx, automatic) {
  const fragment = document.createDocumentFragment();
  const waiting = [...entities];
  let position = start;
  while (waiting.length) {
    const entity = waiting.shift();
    const from = Math.max(entity.offset, position);
    const to = Math.min(entity.offset + entity.length, end);
    if (from >= to) continue;
    fragment.append(plain(text.slice(position, from), ctx, automatic));
    // What begins inside belongs inside; a part that sticks out is rendered after it.
    const inner = waiting.filter((other) => other.offset < to);
    const rest = inner
      .filter((other) => other.offset + other.length > to)
      .map((other) => ({ ...other, offset: to, length: other.offset + other.length - to }));
    waiting.splice(0, inner.length, ...rest);
    const keepsLinks = automatic && !["code", "pre", "text_link", "url", "bot_command"].includes(entity.type);
    const content = renderRange(text, from, to, inner, ctx, keepsLinks);
    fragment.append(wrap(entity, text.slice(from, to), content, ctx));
    // A block ends its line by itself.
    position = BLOCKS.has(entity.type) && text[to] === "\n" ? to + 1 : to;
  }
  fragment.append(plain(text.slice(position, end), ctx, automatic));
  return fragment;
}

/** Text without entities: links and commands in it still work. */
function plain(text, ctx, automatic) {
  const fragment = document.createDocumentFragment();
  if (!automatic) {
    fragment.append(text);
    return fragment;
  }
  let position = 0;
  for (const match of text.matchAll(AUTOMATIC)) {
    fragment.append(text.slice(position, match.index));
    const found = match[0];
    fragment.append(found.startsWith("/") ? command(found, found, ctx) : link(found, found, ctx));
    position = match.index + found.length;
  }
  fragment.append(text.slice(position));
  return fragment;
}

function wrap(entity, text, content, ctx) {
  if (SIMPLE[entity.type]) return el(SIMPLE[entity.type], {}, content);
  switch (entity.type) {
    case "pre":
      return el("pre", { dataset: { language: entity.language ?? "" } }, el("code", {}, content));
    case "spoiler":
      return spoiler(content, ctx);
    case "blockquote":
      return el("blockquote", {}, content);
    case "expandable_blockquote":
      return expandable(content, ctx);
    case "url":
      return link(text, content, ctx);
    case "text_link":
      return link(entity.url, content, ctx);
    case "email":
      return link(`mailto:${text}`, content, ctx);
    case "phone_number":
      return link(`tel:${text.replaceAll(" ", "")}`, content, ctx);
    case "bot_command":
      return command(text, content, ctx);
    case "mention":
    case "text_mention":
    case "hashtag":
    case "cashtag":
      return el("span", { class: "tag" }, content);
    default:
      return content;
  }
}

function link(url, content, ctx) {
  const target = parseLink(url, ctx.username);
  if (!target) return el("span", {}, content);
  return el("a", {
    href: target.href,
    target: "_blank",
    rel: "noopener noreferrer",
    on: {
      click: (event) => {
        event.preventDefault();
        ctx.followLink(url);
      },
    },
  }, content);
}

function command(text, content, ctx) {
  return el("button", { type: "button", class: "command", on: { click: () => ctx.command(text) } }, content);
}

function spoiler(content, ctx) {
  const inner = el("span", { "aria-hidden": "true" }, content);
  const node = el("span", { class: "spoiler", role: "button", tabindex: "0", "aria-label": ctx.t("spoiler") }, inner);
  const reveal = (event) => {
    if (event.type === "keydown" && event.key !== "Enter" && event.key !== " ") return;
    if (!node.classList.contains("spoiler")) return;
    event.preventDefault();
    event.stopPropagation(); // the first press only shows; a link in it needs a second one
    node.classList.remove("spoiler");
    for (const name of ["role", "tabindex", "aria-label"]) node.removeAttribute(name);
    inner.removeAttribute("aria-hidden");
  };
  node.addEventListener("click", reveal, true);
  node.addEventListener("keydown", reveal);
  return node;
}

function expandable(content, ctx) {
  const quote = el("blockquote", { class: "expandable" }, content);
  const more = el("button", {
    type: "button", class: "more-text", text: ctx.t("more_text"),
    on: { click: () => { quote.classList.remove("expandable"); more.remove(); } },
  });
  return el("div", {}, quote, more);
}
