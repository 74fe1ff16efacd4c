/** What the proxies of a service ask of Mixer's quotas: QuotaSpecs and their bindings. */
import { RE2JS, RE2JSException } from 're2js';
import { configs } from '../../mesh/settings/configs';
import type { Mesh } from '../../mesh/mesh';
import type { AttributeMatch, QuotaRule, StringMatch } from '../../schema/kinds/legacy';
import type { Attributes } from './expression';

/** The amounts that a request to a service is charged, by the short name of the quota. */
export function chargesOf(
  mesh: Mesh,
  service: { readonly name: string; readonly namespace: string },
  attributes: Attributes,
): Map<string, number> {
  const charges = new Map<string, number>();
  for (const { quotas = [] } of quotaRules(mesh, service).filter(({ match = [] }) => isMatched(match, attributes)))
    for (const { quota = '', charge = 1 } of quotas) charges.set(quota, (charges.get(quota) ?? 0) + Number(charge));
  return charges;
}

function quotaRules(mesh: Mesh, service: { readonly name: string; readonly namespace: string }): QuotaRule[] {
  const specs = new Map(configs(mesh, 'QuotaSpec').map((spec) => [`${spec.namespace}/${spec.name}`, spec]));
  return configs(mesh, 'QuotaSpecBinding').flatMap(({ namespace, value }) => {
    const { services = [], quotaSpecs = [] } = value.spec ?? {};
    const isBound = services.some(
      (each) =>
        each.service === '*' || (each.name === service.name && (each.namespace || namespace) === service.namespace),
    );
    if (!isBound) return [];
    return quotaSpecs.flatMap(({ name = '', namespace: of }) => {
      const spec = specs.get(`${of || namespace}/${name}`);
      return spec?.value.spec?.rules ?? [];
    });
  });
}

/** All attributes of a clause, any clause of the list; a list without clauses matches always. */
const isMatched = (match: readonly AttributeMatch[], attributes: Attributes): boolean =>
  match.length === 0 ||
  match.some(({ clause = {} }) =>
    Object.entries(clause).every(([name, condition]) => {
      const value = attributes.get(name);
      return typeof value === 'string' && fits(condition, value);
    }),
  );

function fits({ exact, prefix, regex: pattern }: StringMatch, value: string): boolean {
  if (exact !== undefined) return value === exact;
  if (prefix !== undefined) return value.startsWith(prefix);
  return pattern !== undefined && wholly(pattern, value);
}

/** A pattern that does not compile matches nothing. */
function wholly(pattern: string, value: string): boolean {
  try {
    return RE2JS.compile(pattern).matcher(value).matches();
  } catch (error) {
    if (error instanceof RE2JSException) return false;
    throw error;
  }
}
