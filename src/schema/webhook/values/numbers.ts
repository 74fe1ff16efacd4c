/** Ports, percentages, counts and durations. */
import { parseDuration } from '../../duration';
import type { Percent, PortSelector } from '../../kinds/networking';
import { missing } from '../checks';
import type { Check, Part } from '../part';

const LAST_PORT = 65535;

/** istio: agent.ValidatePort */
export const isPort = (port: number): boolean => port >= 1 && port <= LAST_PORT;

/** A number of a port. */
export const port: Check<number> = (part) => {
  if (!isPort(part.value)) part.refuse(`${part.value} is not a port between 1 and ${LAST_PORT}`, { reason: 'limit' });
};

/** A number of a port, or 0 for none in particular. */
export const portOrZero: Check<number> = (part) => {
  if (part.value !== 0) port(part);
};

/** A port by its number, which must be there. */
export const portSelector: Check<PortSelector> = (part) => {
  if (part.value.number === undefined) missing(part, 'number');
  else port(part.at('number').as(part.value.number));
};

/** istio: validation.ValidatePercent */
export const percent: Check<number> = (part) => {
  if (part.value < 0 || part.value > 100) part.refuse(`${part.value} is not between 0 and 100`, { reason: 'limit' });
};

/** A percentage with decimals; Envoy counts in millionths, so less than 0.0001 would be nothing. istio: validation.validatePercentage */
export const fractionalPercent: Check<Percent> = (part) => {
  const { value = 0 } = part.value;
  if (value < 0 || value > 100 || (value > 0 && value < 0.0001))
    part.at('value').refuse(`${value} is neither 0 nor between 0.0001 and 100`, { reason: 'limit' });
};

/** A percentage with decimals, of what is mirrored. */
export const percentage: Check<Percent> = (part) => {
  const { value = 0 } = part.value;
  if (value < 0 || value > 100) part.at('value').refuse(`${value} is not between 0 and 100`, { reason: 'limit' });
};

/** A count. */
export const notNegative: Check<number> = (part) => {
  if (part.value < 0) part.refuse(`${part.value} is less than 0`, { reason: 'limit' });
};

const MILLISECOND = 1e6;
const SECOND = 1e9;
const NO_DURATION = 'is not a duration such as "10s" or "1m30s"';

/** A duration of at least a millisecond, with no fractions of one. istio: agent.ValidateDuration */
export const duration: Check<string> = (part) => wholeMilliseconds(part, MILLISECOND);

/** A duration of any length. */
export const anyDuration: Check<string> = (part) => {
  if (nanosecondsOf(part.value) === undefined) part.refuse(`"${part.value}" ${NO_DURATION}`, { reason: 'format' });
};

/** As a duration, but one so short that it is nothing switches off. */
export const durationOrNone: Check<string> = (part) => {
  const nanoseconds = nanosecondsOf(part.value);
  if (nanoseconds === undefined || Math.abs(nanoseconds) >= MILLISECOND) duration(part);
};

/** A duration of at least a second, with no fractions of one. */
export const wholeSeconds: Check<string> = (part) => {
  const nanoseconds = nanosecondsOf(part.value);
  duration(part);
  if (nanoseconds !== undefined && nanoseconds >= MILLISECOND && nanoseconds % MILLISECOND === 0)
    if (nanoseconds % SECOND !== 0)
      part.refuse(`"${part.value}" is not a whole number of seconds`, { reason: 'limit' });
};

/** The nanoseconds of a duration, whole as Go counts them. */
export function nanosecondsOf(text: string): number | undefined {
  const nanoseconds = parseDuration(text);
  return nanoseconds === undefined ? undefined : Math.round(nanoseconds);
}

/** Refuses what is no duration, is less than a least one, or has fractions of milliseconds. */
export function wholeMilliseconds(part: Part<string>, least: number): void {
  const nanoseconds = nanosecondsOf(part.value);
  const refuse = (why: string) => part.refuse(`"${part.value}" ${why}`, { reason: 'format' });
  if (nanoseconds === undefined) refuse(NO_DURATION);
  else if (nanoseconds < least) refuse('is less than 1ms');
  else if (nanoseconds % MILLISECOND !== 0) refuse('is not a whole number of milliseconds');
}
