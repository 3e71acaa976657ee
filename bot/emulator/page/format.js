// Times, days, money and sizes as a reader of one language writes them.

const LOCALES = { en: "en-GB", zh: "zh-Hans-CN" };

/** HH:MM of a Unix time in seconds, in the browser's zone. */
export function clock(lang, seconds) {
  return new Intl.DateTimeFormat(LOCALES[lang], { hour: "2-digit", minute: "2-digit", hour12: false }).format(
    seconds * 1000,
  );
}

/** The calendar day of a Unix time as a key that compares equal within one local day. */
export function dayKey(seconds) {
  const date = new Date(seconds * 1000);
  return `${date.getFullYear()}-${date.getMonth()}-${date.getDate()}`;
}

/** "Today", "Yesterday" or the date. */
export function dayName(lang, seconds) {
  const today = Date.now() / 1000;
  const relative = new Intl.RelativeTimeFormat(LOCALES[lang], { numeric: "auto" });
  const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);
  if (dayKey(seconds) === dayKey(today)) return capital(relative.format(0, "day"));
  if (dayKey(seconds) === dayKey(today - 86400)) return capital(relative.format(-1, "day"));
  return new Intl.DateTimeFormat(LOCALES[lang], { weekday: "short", day: "numeric", month: "long" }).format(
    seconds * 1000,
  );
}

/** An amount in minor units of a currency (Bot API `total_amount`); XTR are Telegram Stars. */
export function money(lang, amount, currency) {
  if (currency === "XTR") return `${amount} XTR`;
  try {
    const format = new Intl.NumberFormat(LOCALES[lang], { style: "currency", currency });
    return format.format(amount / 10 ** format.resolvedOptions().maximumFractionDigits);
  } catch (error) {
    if (error instanceof RangeError) return `${amount} ${currency}`; // not a currency code
    throw error;
  }
}

/** A file's size in bytes, for people. */
export function fileSize(lang, bytes) {
  const units = ["byte", "kilobyte", "megabyte", "gigabyte"];
  let power = 0;
  let value = bytes;
  while (value >= 1000 && power < units.length - 1) {
    value /= 1000;
    power += 1;
  }
  return new Intl.NumberFormat(LOCALES[lang], {
    style: "unit", unit: units[power], unitDisplay: power ? "short" : "long", maximumFractionDigits: value < 10 ? 1 : 0,
  }).format(value);
}

/** First and last name as one. */
export function fullName(person) {
  return [person.first_name, person.last_name].filter(Boolean).join(" ");
}

/** One or two letters for a round picture. */
export function initials(name) {
  const words = name.split(/\s+/u).filter(Boolean);
  const letters = words.length > 1 ? [words[0], words[words.length - 1]] : words;
  return letters.map((word) => [...word].find((char) => /[\p{L}\p{N}]/u.test(char)) ?? "").join("").toUpperCase() || "·";
}
