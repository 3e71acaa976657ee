// Small helpers to draw with; text is always text, never markup.

/** An element with attributes (`text`, `on` and `class` as their names say) and children; falsy children are left out. */
export function el(name, { text, on = {}, ...attributes } = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === true) node.setAttribute(key, "");
    else if (value !== false && value !== null && value !== undefined) node.setAttribute(key, value);
  }
  if (text !== undefined) node.textContent = text;
  for (const [event, action] of Object.entries(on)) node.addEventListener(event, action);
  node.append(...children.flat(Infinity).filter(Boolean));
  return node;
}

/** `{placeholders}` filled in. */
export const fill = (template, values) => template.replace(/\{(\w+)\}/g, (_, name) => values[name]);
