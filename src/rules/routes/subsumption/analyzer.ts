/** What `istioctl analyze` would say of routes that hide each other; it compares less than Envoy does. */
import type { HTTPMatchRequest, StringMatch } from '../../../schema/kinds/networking';
import { own } from '../../../source/own';

/** The codes of a route as a whole, and of each of its matches. */
export interface AnalyzerCodes {
  readonly route: readonly string[];
  readonly matches: readonly (readonly string[])[];
}

/** istio: analyzeUnreachableHTTPRules */
export function analyzerCodes(routes: readonly { readonly match?: readonly object[] }[]): AnalyzerCodes[] {
  const known = new Set<string>();
  const earlier: HTTPMatchRequest[] = [];
  let takesAll = false;
  return routes.map(({ match = [] }) => {
    if (match.length === 0) {
      const route = takesAll ? ['IST0130'] : [];
      takesAll = true;
      return { route, matches: [] };
    }
    if (takesAll) return { route: ['IST0130'], matches: match.map(() => ['IST0130']) };
    let repeated = 0;
    const matches = match.map((each) => {
      const text = serialized(each);
      if (known.has(text)) {
        repeated++;
        return ['IST0131'];
      }
      const isCovered = earlier.some((one) => coversPrefix(one, each));
      known.add(text);
      earlier.push(each);
      return isCovered ? ['IST0131'] : [];
    });
    return { route: [...(repeated === match.length ? ['IST0130'] : []), ...new Set(matches.flat())], matches };
  });
}

/** istio: asJSON */
const serialized = (match: object): string =>
  JSON.stringify({ ...match, name: undefined }, (_, value: unknown) =>
    value !== null && typeof value === 'object' && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)))
      : value,
  );

/** istio: coveredValidation */
function coversPrefix(wide: HTTPMatchRequest, narrow: HTTPMatchRequest): boolean {
  const [ours, theirs] = [wide.uri?.prefix, narrow.uri?.prefix];
  if (!ours || !theirs || ours === theirs || !theirs.startsWith(ours)) return false;
  return (
    wide.port === narrow.port &&
    fixed(wide.method ?? { exact: 'GET' }).startsWith(fixed(narrow.method ?? { exact: 'GET' })) &&
    fixed(wide.authority).startsWith(fixed(narrow.authority)) &&
    (['headers', 'queryParams', 'withoutHeaders'] as const).every((map) => coversMap(wide[map], narrow[map]))
  );
}

type Map = Readonly<Record<string, StringMatch>>;

function coversMap(wide: Map = {}, narrow: Map = {}): boolean {
  const ours = Object.entries(wide);
  if (ours.length !== Object.keys(narrow).length) return false;
  return ours.every(([name, value]) => own(narrow, name) && fixed(value).startsWith(fixed(own(narrow, name))));
}

/** istio: assignExactOrPrefix */
const fixed = ({ exact, prefix }: StringMatch = {}): string =>
  exact ? `exact:${exact}` : prefix ? `prefix:${prefix}` : '';
