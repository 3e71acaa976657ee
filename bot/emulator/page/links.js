// Which links lead to the bot, and which may be followed at all.

const HOSTS = new Set(["t.me", "telegram.me", "telegram.dog"]);
const SAFE = new Set(["http:", "https:", "mailto:", "tel:"]);

/** A URL object for what people write as a link ("t.me/x" too), or null. */
function toUrl(text) {
  const trimmed = text.trim();
  const complete = /^[a-z][a-z0-9+.-]*:/i.test(trimmed) ? trimmed : `https://${trimmed}`;
  return URL.canParse(complete) ? new URL(complete) : null;
}

/**
 * What following a link means, always with its complete `href`:
 * `{kind: "start", payload}` opens the bot, `{kind: "invoice"}` asks for payment, `{kind: "share", url, text}` hands a link on,
 * `{kind: "web"}` is a page elsewhere, null must not be followed (`javascript:` and its like).
 */
export function parseLink(text, username) {
  const url = toUrl(text);
  if (!url) return null;
  if (url.protocol === "tg:") return parseTg(url, username);
  if (!SAFE.has(url.protocol)) return null;
  if (HOSTS.has(url.hostname)) {
    const path = url.pathname.replaceAll("/", " ").trim();
    if (path.toLowerCase() === username.toLowerCase()) {
      return { kind: "start", href: url.href, payload: url.searchParams.get("start") ?? "" };
    }
    if (path.startsWith("$")) return { kind: "invoice", href: url.href };
    if (path === "share url" || path === "share") return share(url);
  }
  return { kind: "web", href: url.href };
}

function parseTg(url, username) {
  const domain = url.searchParams.get("domain");
  if (url.hostname === "resolve" && domain?.toLowerCase() === username.toLowerCase()) {
    return { kind: "start", href: url.href, payload: url.searchParams.get("start") ?? "" };
  }
  return null;
}

function share(url) {
  const given = (name) => url.searchParams.get(name) ?? "";
  return { kind: "share", href: url.href, url: given("url"), text: given("text") };
}

/** Links that people write without markup. */
export const LINK = /(?:https?:\/\/|(?<![\w.@/])t\.me\/)[^\s<>"]*[^\s<>"'.,;:!?)\]}，。；：！？）】」]/gu;
