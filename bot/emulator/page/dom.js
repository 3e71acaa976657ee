// Elements are built here and nowhere else: text only ever becomes a text node, never markup.

/**
 * An element. `props`: `class`, `text`, `dataset`, `style` and `on` (event → listener) are handled by name,
 * everything else is an attribute; null, undefined and false leave an attribute out, true sets it empty.
 */
export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "class") node.className = value;
    else if (name === "text") node.textContent = value;
    else if (name === "dataset") Object.assign(node.dataset, value);
    else if (name === "style") for (const [key, entry] of Object.entries(value)) node.style.setProperty(key, entry);
    else if (name === "on") for (const [event, listener] of Object.entries(value)) node.addEventListener(event, listener);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

/** A name that a person gave: isolated, so that right-to-left letters do not turn its surroundings. */
export function bdi(text) {
  return el("bdi", { text });
}

const PATHS = {
  send: "M4 12 20 4l-5 16-3.5-6.500Z M11.5 13.5 20 4",
  attach: "M8 12.5 14.5 6a3 3 0 0 1 4.2 4.200l-8 8a5 5 0 0 1-7-7L11 4",
  menu: "M4 7h16 M4 12h16 M4 17h10",
  more: "M12 5.500v.01 M12 12v.01 M12 18.500v.01",
  close: "M6 6l12 12 M18 6 6 18",
  down: "M6 9l6 6 6-6",
  left: "M15 5l-7 7 7 7",
  right: "M9 5l7 7-7 7",
  external: "M9 6h9v9 M18 6 7 17",
  copy: "M9 9h10v10H9Z M5 15V5h10",
  card: "M3 6h18v12H3Z M3 10h18",
  window: "M4 5h16v14H4Z M4 9h16",
  photo: "M4 5h16v14H4Z M4 16l5-5 4 4 3-3 4 4 M15.5 9.500v.01",
  contact: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8Z M4.5 20c1-4 4-5.5 7.5-5.500s6.5 1.5 7.5 5.5",
  location: "M12 21c-4-5-6-8-6-11a6 6 0 0 1 12 0c0 3-2 6-6 11Z M12 12a2 2 0 1 0 0-4 2 2 0 0 0 0 4Z",
  voice: "M9 5a3 3 0 0 1 6 0v6a3 3 0 0 1-6 0Z M5 11a7 7 0 0 0 14 0 M12 18v4",
  file: "M6 3h8l4 4v14H6Z M14 3v4h4",
  link: "M10 14a4 4 0 0 0 6 .500l3-3a4 4 0 0 0-5.7-5.700L12 7 M14 10a4 4 0 0 0-6-.500l-3 3a4 4 0 0 0 5.7 5.700L12 17",
  scan: "M4 8V4h4 M16 4h4v4 M20 16v4h-4 M8 20H4v-4 M7 12h10",
  keyboard: "M3 6h18v12H3Z M7 10v.01 M11 10v.01 M15 10v.01 M8 14h8",
  reply: "M10 6l-6 6 6 6 M4 12h9c4 0 6 2 7 6",
  pencil: "M5 19l1-4L16 5l3 3L9 18Z",
  chat: "M4 5h16v11H10l-5 4v-4H4Z",
  check: "M5 12.500l4.5 4.500L19 7.5",
  add: "M12 5v14 M5 12h14",
  pin: "M9 4h6l-1 6 4 4H6l4-4Z M12 14v7",
  block: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18Z M6 6l12 12",
};

/** A decorative line drawing; the control that carries it has the name. */
export function icon(name) {
  const namespace = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(namespace, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", `icon icon-${name}`);
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(namespace, "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}
