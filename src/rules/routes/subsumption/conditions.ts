/** What a match demands of a request, piece by piece: what may stand at each place where it looks. */
import type { HTTPMatchRequest, StringMatch } from '../../../schema/kinds/networking';
import type { Semantics } from '../../../mesh/traffic/virtual-services';
import {
  METHODS,
  NAMESPACES,
  PARAMETERS,
  PATHS,
  SCHEMES,
  TOKENS,
  type Texts,
  type Universe,
  VALUES,
  takes,
  textsOf,
} from './texts';

/** Where a match looks: at the request, or at labels and namespace of the pod that sends it. */
export interface Subject {
  readonly kind: 'path' | 'header' | 'query' | 'claim' | 'label' | 'namespace';
  readonly name: string;
}

/**
 * What stands at a place: nothing, where that may be, or a text among some and not among others. A claim may be a list; then one
 * of its items is among each of those inside, and none among those outside.
 */
export interface Range {
  readonly absent: 'allowed' | 'excluded';
  readonly texts: 'none' | { readonly inside: readonly Texts[]; readonly outside: readonly Texts[] };
}

/** What must be so, and what is so where it fails. */
export interface Condition {
  readonly subject: Subject;
  readonly held: Range;
  readonly failed: Range;
}

/** All that a match demands but gateway and port; undefined where that cannot be said. istio: route.TranslateRouteMatch */
export function conditionsOf(match: HTTPMatchRequest, semantics: Semantics): readonly Condition[] | undefined {
  const { uri, headers, withoutHeaders, queryParams, method, authority, scheme } = match;
  const pseudo = { ':method': method, ':authority': authority, ':scheme': scheme };
  const paths = uri && pathsOf(match, semantics);
  const found = [
    ...sources(match),
    ...each(pseudo, headerNamed, positive),
    ...each(headers, headerNamed, positive),
    ...each(withoutHeaders, headerNamed, negative),
    ...each(queryParams, (name) => ({ kind: 'query', name }), positive),
    ...(paths ? [{ subject: PATH, ...among(paths) }] : []),
  ];
  return found.includes(undefined) ? undefined : (found as Condition[]);
}

/** The path, which every request has. */
export const PATH: Subject = { kind: 'path', name: '' };

/** The paths that a match takes; undefined where it takes all. */
export function pathsOf({ uri, ignoreUriCase }: HTTPMatchRequest, semantics: Semantics): Texts | undefined {
  const texts = uri && textsOf(uri, PATHS, ignoreUriCase ? 'folded' : 'as-is');
  // Ingress and the Gateway API mean whole segments by a prefix.
  if (semantics === 'istio' || texts?.how !== 'prefix' || texts.text === '/') return texts;
  return { ...texts, how: 'segments', text: texts.text.replace(/\/$/, '') };
}

/** Where gateways are named, the sources are not looked at. istio: route.sourceMatchHTTP */
function sources({ gateways, sourceLabels = {}, sourceNamespace }: HTTPMatchRequest): Condition[] {
  if (gateways?.length) return [];
  const wanted = (subject: Subject, exact: string): Condition => ({
    subject,
    ...among({ how: 'exact', text: exact, folding: 'as-is', within: universeOf(subject) }),
  });
  const labels = Object.entries(sourceLabels).map(([name, value]) => wanted({ kind: 'label', name }, value));
  return sourceNamespace ? [...labels, wanted({ kind: 'namespace', name: '' }, sourceNamespace)] : labels;
}

type Demand = Pick<Condition, 'held' | 'failed'>;
type Map = Readonly<Record<string, StringMatch | undefined>>;

function each(
  map: Map = {},
  subjectOf: (name: string) => Subject,
  demandOf: (texts: Texts | undefined) => Demand,
): (Condition | undefined)[] {
  return Object.entries(map).flatMap(([name, match]) => {
    if (!match) return [];
    const subject = subjectOf(name);
    const texts = isPresence(match) ? undefined : textsOf(match, universeOf(subject));
    // Whether a claim is there at all cannot be asked.
    if (subject.kind === 'claim' && !texts) return [undefined];
    const demand = demandOf(texts);
    return [{ subject, ...(subject.kind === 'claim' ? ofList(demand) : demand) }];
  });
}

const CLAIMS = /^@request\.auth\.claims[.[]/i;

const headerNamed = (name: string): Subject =>
  CLAIMS.test(name) ? { kind: 'claim', name } : { kind: 'header', name: name.toLowerCase() };

const NOTHING: Range = { absent: 'allowed', texts: 'none' };
const SOMETHING: Range = { absent: 'excluded', texts: { inside: [], outside: [] } };

const positive = (texts: Texts | undefined): Demand => (texts ? among(texts) : { held: SOMETHING, failed: NOTHING });

const among = (texts: Texts): Demand => ({
  held: { absent: 'excluded', texts: { inside: [texts], outside: [] } },
  failed: { absent: 'allowed', texts: { inside: [], outside: [texts] } },
});

/** What is not there counts as empty. */
const negative = (texts: Texts | undefined): Demand =>
  texts
    ? {
        held: { absent: takes(texts, '') === true ? 'excluded' : 'allowed', texts: { inside: [], outside: [texts] } },
        failed: {
          absent: takes(texts, '') === false ? 'excluded' : 'allowed',
          texts: { inside: [texts], outside: [] },
        },
      }
    : { held: NOTHING, failed: SOMETHING };

/** A claim that is not there is a list without items. */
const ofList = ({ held, failed }: Demand): Demand => ({
  held: { ...held, absent: 'excluded' },
  failed: { ...failed, absent: 'excluded' },
});

/** The expression `*` is none, and is taken to mean any value. istio: canBeConvertedToPresentMatch */
const isPresence = ({ exact, prefix, regex }: StringMatch): boolean =>
  exact === undefined && prefix === undefined && regex === '*';

/** Whether every request has it. */
export const isAlwaysThere = ({ kind, name }: Subject): boolean =>
  kind === 'path' || kind === 'namespace' || (kind === 'header' && name.startsWith(':'));

/** What can stand there. */
export function universeOf(subject: Subject): Universe {
  switch (subject.kind) {
    case 'path':
      return PATHS;
    case 'query':
      return PARAMETERS;
    case 'namespace':
      return NAMESPACES;
    case 'claim':
    case 'label':
      return VALUES;
    case 'header':
      return (
        (Object.hasOwn(PSEUDO, subject.name) && PSEUDO[subject.name]) || (isAlwaysThere(subject) ? TOKENS : VALUES)
      );
  }
}

const PSEUDO: Readonly<Record<string, Universe>> = { ':method': METHODS, ':scheme': SCHEMES };
