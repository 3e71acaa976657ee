// A verdict's sign.

const SHAPES = {
  yes: ["M50 4a46 46 0 1 0 0 92a46 46 0 1 0 0-92z", "M27 52l16 16l31-35"], // a circle with a tick
  no: ["M31 4h38l27 27v38l-27 27h-38l-27-27v-38z", "M33 33l34 34M67 33l-34 34"], // an octagon with a cross
  look: ["M50 6l46 84h-92z", "M50 36v26M50 74v3"], // a triangle with an exclamation mark
};

/** The sign of a verdict: told apart by its shape as well as by its colour. */
export function sign(kind) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 100 100");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("class", "sign");
  SHAPES[kind].forEach((d, index) => {
    const path = document.createElementNS(svg.namespaceURI, "path");
    path.setAttribute("d", d);
    path.setAttribute("class", index ? "mark" : "shape");
    svg.append(path);
  });
  return svg;
}
