// Sharing a photo, a recording, a contact, a location.

import { el } from "./dom.js";
import { openSheet } from "./sheet.js";

/** A place to share by default: Beijing's National Centre for the Performing Arts. */
const PLACE = { latitude: "39.90472", longitude: "116.38972" };

/** A form in a sheet; `onSubmit(FormData)` resolves to true when it may close. */
function openForm(phone, title, fields, button, onSubmit) {
  const form = el("form", {
    class: "form",
    on: {
      submit: async (event) => {
        event.preventDefault();
        if (await onSubmit(new FormData(form))) sheet.close(true);
      },
    },
  }, fields, el("button", { type: "submit", class: "primary", text: button }));
  const sheet = openSheet(phone.screen, { title, t: phone.ctx.t, content: [form] });
}

const field = (text, input) => el("label", { class: "field" }, el("span", { text }), input);

/** Chooses a picture file, then asks for a caption. */
export function openPhoto(phone) {
  const { t } = phone.ctx;
  const picker = el("input", { type: "file", accept: "image/*" });
  picker.addEventListener("change", () => {
    const [file] = picker.files;
    if (!file) return;
    const url = URL.createObjectURL(file);
    openForm(phone, t("photo"), [
      el("img", { src: url, alt: file.name, class: "preview", on: { load: () => URL.revokeObjectURL(url) } }),
      field(`${t("caption")} (${t("optional")})`, el("input", { name: "caption", maxlength: "1024", autocomplete: "off", "data-autofocus": true })),
    ], t("send"), (data) => phone.sendPhoto(file, data.get("caption").trim()));
  });
  picker.click();
}

/** A recording from a file: the page asks for no microphone. */
export function openVoice(phone) {
  const picker = el("input", { type: "file", accept: "audio/*,.ogg,.oga,.opus" });
  picker.addEventListener("change", () => {
    const [file] = picker.files;
    if (file) phone.sendVoice(file);
  });
  picker.click();
}

/** The person's own contact, after they have agreed. */
export function openContact(phone) {
  const { t } = phone.ctx;
  openForm(phone, t("share_contact"), [el("p", { class: "muted", text: t("share_contact_ask", { bot: phone.ctx.botName }) })],
    t("share"), () => phone.sendContact());
}

export function openLocation(phone) {
  const { t } = phone.ctx;
  const number = (name, limit) => field(t(name), el("input", {
    name, type: "number", step: "any", min: -limit, max: limit, required: true, value: PLACE[name],
  }));
  openForm(phone, t("share_location"), [number("latitude", 90), number("longitude", 180)], t("share"),
    (data) => phone.sendLocation(Number(data.get("latitude")), Number(data.get("longitude"))));
}
