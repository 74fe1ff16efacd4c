const NANOSECONDS = new Map([
  ['ns', 1],
  ['us', 1e3],
  ['µs', 1e3],
  ['μs', 1e3],
  ['ms', 1e6],
  ['s', 1e9],
  ['m', 60e9],
  ['h', 3600e9],
]);
const WHOLE = /^[-+]?(?:0|(?:(?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|\u00b5s|\u03bcs|ms|s|m|h))+)$/;
const PART = /(?<![\d.])([\d.]+)(\D+)/g;
const LONGEST = 2 ** 63 - 1;

/** A duration as Go reads it (`1m30s`, `500ms`, `1.5h`), in nanoseconds, or undefined where it is none. Source: Go time.ParseDuration. */
export function parseDuration(text: string): number | undefined {
  if (!WHOLE.test(text)) return undefined;
  let total = 0;
  for (const [, amount, unit] of text.matchAll(PART)) total += Number(amount) * (NANOSECONDS.get(unit!) ?? 0);
  if (total > LONGEST) return undefined;
  return text.startsWith('-') ? -total : total;
}

/** A length of time as proto3 JSON writes it: `90s`, `0.100s`. */
export function canonicalDuration(nanoseconds: number): string {
  const sign = nanoseconds < 0 ? '-' : '';
  const seconds = Math.trunc(Math.abs(nanoseconds) / 1e9);
  const rest = Math.round(Math.abs(nanoseconds) % 1e9);
  return `${sign}${seconds}${fraction(rest)}s`;
}

/** Three, six or nine digits, as few as are enough. */
function fraction(nanoseconds: number): string {
  if (nanoseconds === 0) return '';
  const digits = String(nanoseconds).padStart(9, '0');
  return `.${digits.replace(/(000){1,2}$/, '')}`;
}
