import { canonicalDuration, parseDuration } from '../schema/duration';

/** A duration as Istio reads it (`1m30s`, `100ms`), written as proto3 JSON writes it (`90s`, `0.100s`). */
export const protoDuration = (text: string): string => canonicalDuration(parseDuration(text) ?? 0);
