import { parseDuration } from '../schema/duration';

/** A duration as Istio reads it (`1m30s`, `100ms`), written as proto3 JSON writes it (`90s`, `0.100s`). */
export function protoDuration(text: string): string {
  const nanoseconds = parseDuration(text) ?? 0;
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
