import { configs } from '../../mesh/settings/configs';
import type { HTTPMatchRequest } from '../../schema/kinds/networking';
import type { Field } from '../../source/field';
import { rule } from '../rule';
import type { Subject } from './subsumption/conditions';
import { takenBy } from './subsumption/http';
import { regionOf } from './subsumption/region';
import { own } from '../../source/own';

export default rule({
  name: 'unmatchable-route',
  category: 'traffic',
  isLocal: true,
  severity: 'error',
  summary: 'A match of a VirtualService can never be met.',
  supersedes: ['wildcard-in-path'],
  url: 'https://istio.io/latest/docs/reference/config/networking/virtual-service/',
  docs: `
    Paths start with "/" and end before the "?"; parameters are matched by \`queryParams\`. An exact
    path or a prefix without the slash matches nothing, and neither does a match that both requires
    and excludes a header. Requests go to the next route that matches, or get 404 (response flag
    NR). When other matches of the route can match, the finding is a warning.

    Fix: correct the match. Regular expressions are compared as sets of strings; expressions that
    cannot be analyzed are not reported.
  `,
  check({ mesh, report }) {
    for (const virtualService of configs(mesh, 'VirtualService'))
      for (const matches of virtualService.each('spec.http[].match')) {
        const all = matches.items();
        const found = all.flatMap((match) => {
          const subject = unmeetable(match.value);
          return subject ? { match, subject } : [];
        });
        const severity = found.length === all.length ? 'error' : 'warning';
        for (const { match, subject } of found) {
          const place = placeOf(match, subject);
          report(place, messageFor(place, subject), { severity });
        }
      }
  },
});

const ANYWHERE = [{ gateway: '', port: undefined }];

/** The first thing that no request has which meets what is asked before it. */
function unmeetable({ port, ...others }: HTTPMatchRequest): Subject | undefined {
  const conditions = takenBy({ ...others, gateways: [] }, ANYWHERE, 'istio')?.conditions ?? [];
  const count = conditions.findIndex(
    (_, index) => regionOf({ listeners: ANYWHERE, conditions: conditions.slice(0, index + 1) }) === 'none',
  );
  return conditions[count]?.subject;
}

const PSEUDO: Readonly<Record<string, 'method' | 'authority' | 'scheme'>> = {
  ':method': 'method',
  ':authority': 'authority',
  ':scheme': 'scheme',
};

function placeOf(match: Field<HTTPMatchRequest>, { kind, name }: Subject): Field {
  if (kind === 'path') return match.get('uri').child(Object.keys(match.value.uri ?? {})[0] ?? '');
  const pseudo = own(PSEUDO, name);
  if (pseudo && match.value[pseudo]) return match.get(pseudo);
  const lists = [match.get('headers'), match.get('withoutHeaders'), match.get('queryParams')];
  const named = lists.flatMap((list) =>
    Object.keys(list.value ?? {}).flatMap((key) => (key.toLowerCase() === name.toLowerCase() ? list.child(key) : [])),
  );
  return named[0] ?? match;
}

function messageFor({ value }: Field, { kind, name }: Subject): string {
  if (own(PSEUDO, name)) return `no request has the ${own(PSEUDO, name)} that this match requires`;
  if (kind !== 'path') return `no request has the ${KINDS[kind]} "${name}" that this match requires`;
  const text = String(value);
  if (/^[^?#]*[?#]/.test(text) && text.startsWith('/'))
    return `path "${text}" can never match, because paths end before the query; use "queryParams"`;
  return text.startsWith('/')
    ? `path "${text}" can never match`
    : `path "${text}" can never match: paths start with "/"`;
}

const KINDS: Readonly<Record<Exclude<Subject['kind'], 'path'>, string>> = {
  header: 'header',
  query: 'parameter',
  claim: 'claim',
  label: 'source label',
  namespace: 'source namespace',
};
