import type { StringMatcher } from '../../envoy/config';
import type { StringMatch } from '../../schema/kinds/networking';

/** A text match of Istio as Envoy's; none where it says nothing. istio: util.ConvertToEnvoyMatch */
export function stringMatcher({ exact, prefix, regex }: StringMatch): StringMatcher | undefined {
  if (exact !== undefined) return { exact };
  if (prefix !== undefined) return { prefix };
  return regex === undefined ? undefined : { safeRegex: { regex } };
}

/**
 * Whether any value will do. The regular expression `*` is none, and is taken to mean that. istio: canBeConvertedToPresentMatch
 */
export const isPresence = ({ exact, prefix, regex }: StringMatch): boolean =>
  exact === undefined && prefix === undefined && (regex === undefined || regex === '*');
