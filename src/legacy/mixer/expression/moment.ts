/** A point in time. Go also compares the zone in which it was written where it asks for `<=` and `>=`. */
export interface Moment {
  readonly kind: 'moment';
  /** Since 1970. */
  readonly nanoseconds: bigint;
  /** Equal for times whose zone is the same object in Go. */
  readonly zone: string | symbol;
}

const RFC_3339 = /^(\d{4})-(\d\d)-(\d\d)T(\d{1,2}):(\d\d):(\d\d)(?:[.,](\d+))?(Z|[+-]\d\d:\d\d)$/;

/** A time as Go reads RFC 3339, or undefined. Source: time.Parse. */
export function momentOf(text: string): Moment | undefined {
  const match = RFC_3339.exec(text);
  if (!match) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const zone = match[8]!;
  const offset = zone === 'Z' ? 0 : offsetOf(zone);
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined;
  if (hour > 23 || minute > 59 || second > 59 || offset === undefined) return undefined;
  date.setUTCHours(hour, minute - offset, second);
  const fraction = BigInt((match[7] ?? '').slice(0, 9).padEnd(9, '0'));
  return { kind: 'moment', nanoseconds: BigInt(date.getTime()) * 1_000_000n + fraction, zone: zoneOf(zone) };
}

/** Go keeps one object for each zone of whole hours, and makes a new one for others. */
const zoneOf = (zone: string) => (zone === 'Z' || zone.endsWith(':00') ? zone : Symbol(zone));

function offsetOf(zone: string): number | undefined {
  const [hours, minutes] = [Number(zone.slice(1, 3)), Number(zone.slice(4))];
  if (hours > 24 || minutes >= 60) return undefined;
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes);
}

/** A time in RFC 3339 and UTC, with as many decimals as it has. */
export function momentText({ nanoseconds }: Moment): string {
  const { date, fraction } = parts(nanoseconds);
  const decimals = fraction.replace(/(?<!0)0+$/, '');
  return `${date}${decimals && `.${decimals}`}Z`;
}

/** A time in UTC with six decimals. */
export function momentInMicroseconds({ nanoseconds }: Moment): string {
  const { date, fraction } = parts(nanoseconds);
  return `${date}.${fraction.slice(0, 6)}Z`;
}

function parts(nanoseconds: bigint) {
  const second = 1_000_000_000n;
  const rest = ((nanoseconds % second) + second) % second;
  const date = new Date(Number((nanoseconds - rest) / 1_000_000n)).toISOString().slice(0, 19);
  return { date, fraction: rest.toString().padStart(9, '0') };
}
