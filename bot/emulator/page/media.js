// What a message can carry besides text: photos, albums, voice, documents, places, people.

import { fileUrl } from "./api.js";
import { bdi, el, icon } from "./dom.js";
import { fileSize, fullName, initials } from "./format.js";

const IN_BUBBLE = 800; // pixels of the longer side at which a photo is sharp in a bubble

/** The largest stored size of a photo. */
export const largest = (sizes) => sizes.reduce((best, size) => (size.width > best.width ? size : best));

/** The smallest size whose longer side has `side` pixels, else the largest there is. */
export function fitting(sizes, side) {
  const sharp = sizes.filter((size) => Math.max(size.width, size.height) >= side);
  return sharp.length ? sharp.reduce((best, size) => (size.width < best.width ? size : best)) : largest(sizes);
}

/** All photos of one message or album, opening the viewer; the caption is the alternative text. */
export function photos(messages, caption, ctx) {
  const slides = messages.map((message) => ({
    url: fileUrl(largest(message.photo).file_id),
    alt: message.caption || caption || ctx.t("photo"),
  }));
  const thumbs = messages.map((message, index) => {
    const size = fitting(message.photo, IN_BUBBLE);
    const image = el("img", {
      src: fileUrl(size.file_id), alt: slides[index].alt, width: size.width, height: size.height,
      dataset: { file: size.file_id }, decoding: "async", draggable: "false",
    });
    const name = ctx.t("view_photo", { caption: slides[index].alt });
    return el("button", {
      type: "button", class: "thumb", "aria-label": name, on: { click: () => ctx.view(slides, index) },
    }, image);
  });
  if (thumbs.length === 1) return thumbs[0];
  return el("div", {
    class: "album", role: "group", "aria-label": ctx.t("album", { count: thumbs.length }),
    dataset: { odd: thumbs.length % 2 },
  }, thumbs);
}

/** A voice message, with the browser's own player. */
export function voiceNote(voice, ctx) {
  return el("audio", { class: "voice", controls: true, preload: "none", src: fileUrl(voice.file_id), "aria-label": ctx.t("voice") });
}

/** A file to download, with its name and size. */
export function documentCard(file, ctx) {
  const name = file.file_name || ctx.t("document");
  const size = file.file_size ? fileSize(ctx.lang, file.file_size) : "";
  return el("a", {
    class: "attachment", href: fileUrl(file.file_id), download: name, "aria-label": ctx.t("download", { name }),
  },
  el("span", { class: "attachment-icon" }, icon("file")),
  el("span", { class: "attachment-text" }, el("b", {}, bdi(name)), el("small", { text: size })));
}

/** Coordinates on a drawn street plan: the page loads nothing from outside, so there is no real map. */
export function locationCard(location, venue, ctx) {
  const position = `${location.latitude.toFixed(5)}, ${location.longitude.toFixed(5)}`;
  return el("figure", { class: "place", "aria-label": `${ctx.t("location")}: ${venue?.title ?? position}` },
    el("div", { class: "place-map" }, el("span", { class: "pin" }, icon("location"))),
    el("figcaption", {},
      venue && el("b", {}, bdi(venue.title)),
      venue && el("span", {}, bdi(venue.address)),
      el("small", { text: position })));
}

export function contactCard(contact) {
  const name = fullName(contact);
  return el("div", { class: "attachment" },
    el("span", { class: "attachment-icon round", text: initials(name), "aria-hidden": "true" }),
    el("span", { class: "attachment-text" }, el("b", {}, bdi(name)), el("small", { text: contact.phone_number })));
}
