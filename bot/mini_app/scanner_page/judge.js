// The rule of the door by the list alone, in the order of domain/admission/judging.py; a test holds them together.

export const ID = 0, SEAT = 1, GATE = 2, WRONG = 3, INSIDE = 4, WHO = 5, CHECK = 6; // columns of list.tickets

/** SHA-256 cut to 128 bits, in hexadecimal, as the list has it. */
export async function digest(code) {
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(code)), 0, 16);
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * What the list knows of a code (`{code}`) or a short code (`{short}`).
 *
 * @returns null, `{index, revoked}`, or `{indexes}` of a party's tickets
 */
export async function find(list, { code, short }) {
  const hash = await digest(code ?? short);
  if (short) return hash in list.short ? { index: list.short[hash], revoked: false } : null;
  if (hash in list.codes) return { index: list.codes[hash][0], revoked: list.codes[hash][1] === 1 };
  if (hash in list.parties) return { indexes: list.parties[hash] };
  return null;
}

/** An outcome's name. `here`: ticket id → when it was let in at this phone; `now` is the house's time in ms. */
export function judge(list, { index, revoked = false }, here, now) {
  const ticket = list.tickets[index];
  if (ticket[WRONG]) return ticket[WRONG];
  if (revoked) return "revoked";
  if (list.cancelled) return "cancelled";
  if (now < list.opens_at) return "too_early";
  if (list.gate_id && ticket[GATE] && ticket[GATE] !== list.gate_id) return "wrong_gate";
  if (isIn(ticket, here)) return "already_in";
  return list.late ? "late_wait" : "admitted";
}

export const isIn = (ticket, here) => ticket[INSIDE] === 1 || here.has(ticket[ID]);
