// The people's side of the messenger, one function per call.

/** The server said no; `message` is its sentence. */
export class ApiError extends Error {}

async function request(path, options) {
  let response;
  try {
    response = await fetch(path, options);
  } catch (error) {
    if (error instanceof TypeError) throw new ApiError("The messenger does not answer. Is it still running?");
    throw error;
  }
  const body = await response.json().catch(() => null);
  if (!response.ok || !body?.ok) throw new ApiError(body?.error ?? `HTTP ${response.status}`);
  return body.result;
}

const get = (path, query = {}) => request(`/client/${path}?${new URLSearchParams(query)}`);

function post(path, body) {
  return request(`/client/${path}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
}

export const bot = () => get("bot");
export const users = () => get("users");
export const addUser = (person) => post("users", person);
export const setLanguage = (user, languageCode) => post("language", { user, language_code: languageCode });
export const chat = (user) => get("chat", { user });
export const read = (user) => post("read", { user });
export const send = (user, text, replyTo) => post("send", { user, text, ...(replyTo && { reply_to: replyTo }) });
export const edit = (user, messageId, text) => post("edit", { user, message_id: messageId, text });
export const start = (user, payload) => post("start", { user, payload });
export const press = (user, messageId, button) => post("press", { user, message_id: messageId, ...button });
/** `what` is `{message_id}` of an invoice or `{link}` to one. */
export const pay = (user, what, outcome) => post("pay", { user, ...what, outcome });
/** The text of the QR code in a picture, `{text: null}` where it has none. */
export const scan = (fileId) => post("scan", { file_id: fileId });
/** Where a Mini App is opened for this person, with what the messenger says of them. */
export const webApp = (user, url, theme) => post("web_app", { user, url, theme });
export const block = (user, blocked) => post("block", { user, blocked });
export const contact = (user) => post("contact", { user });
export const location = (user, latitude, longitude) => post("location", { user, latitude, longitude });

/** A picture with an optional caption. */
export function photo(user, file, caption) {
  const form = new FormData();
  form.set("user", user);
  form.set("file", file, file.name);
  if (caption) form.set("caption", caption);
  return request("/client/photo", { method: "POST", body: form });
}

/** A recording, as a voice message. */
export function voice(user, file) {
  const form = new FormData();
  form.set("user", user);
  form.set("file", file, file.name);
  return request("/client/voice", { method: "POST", body: form });
}

/** Who holds which phone in the demo, or null where no demo is configured. */
export async function demo() {
  const response = await fetch("/client/demo");
  if (response.status === 404) return null;
  const body = await response.json();
  if (!body.ok) throw new ApiError(body.error);
  return body.result;
}

/** The demo's time, or null where there is no such clock. */
export async function clock() {
  const response = await fetch("/client/clock");
  if (response.status === 404) return null;
  const body = await response.json();
  if (!body.ok) throw new ApiError(body.error);
  return body.result;
}

export const moveClock = (minutes) => post("clock", { minutes });

export const fileUrl = (fileId) => `/client/file/${encodeURIComponent(fileId)}`;
export const streamUrl = (user, after) => `/client/stream?${new URLSearchParams({ user, after })}`;
