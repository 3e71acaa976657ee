// Photos over the whole window: a click zooms in where it was, Escape closes, the arrows leaf through.

import { el, icon } from "./dom.js";

const ZOOM = 2.4;

/** @param slides `[{url, alt}]` */
export function openViewer(slides, start, t) {
  let index = start;
  const image = el("img", { class: "viewer-image", draggable: "false" });
  const zoom = el("button", { type: "button", class: "viewer-zoom", on: { click: (event) => toggleZoom(event) } }, image);
  const stage = el("div", { class: "viewer-stage" }, zoom);
  const caption = el("p", { class: "viewer-caption", dir: "auto" });
  const turn = (step, name) => el("button", {
    type: "button", class: `icon-button viewer-${name}`, "aria-label": t(name), on: { click: () => show(index + step) },
  }, icon(step < 0 ? "left" : "right"));
  const previous = turn(-1, "previous");
  const next = turn(1, "next");
  const dialog = el("dialog", { class: "viewer", on: { close: () => dialog.remove(), keydown: (event) => leaf(event) } },
    stage,
    el("button", {
      type: "button", class: "icon-button viewer-close", "aria-label": t("close"), on: { click: () => dialog.close() },
    }, icon("close")),
    previous, next, caption);

  function show(wanted) {
    index = Math.min(slides.length - 1, Math.max(0, wanted));
    const slide = slides[index];
    image.src = slide.url;
    image.alt = slide.alt;
    caption.textContent = slide.alt;
    zoom.setAttribute("aria-label", `${t("zoom")}: ${slide.alt}`);
    stage.classList.remove("zoomed");
    previous.hidden = index === 0;
    next.hidden = index === slides.length - 1;
  }

  function toggleZoom(event) {
    const box = image.getBoundingClientRect();
    // A key press has no place: zoom to the middle.
    const x = event.detail ? (event.clientX - box.left) / box.width : 0.5;
    const y = event.detail ? (event.clientY - box.top) / box.height : 0.5;
    image.style.setProperty("--zoomed", `${box.width * ZOOM}px`);
    if (!stage.classList.toggle("zoomed")) return;
    const large = image.getBoundingClientRect();
    stage.scrollLeft = x * large.width - stage.clientWidth / 2;
    stage.scrollTop = y * large.height - stage.clientHeight / 2;
  }

  function leaf(event) {
    if (stage.classList.contains("zoomed")) return;
    if (event.key === "ArrowLeft") show(index - 1);
    if (event.key === "ArrowRight") show(index + 1);
  }

  stage.addEventListener("click", (event) => event.target === stage && dialog.close());
  document.body.append(dialog);
  show(start);
  dialog.showModal();
  zoom.focus();
}
