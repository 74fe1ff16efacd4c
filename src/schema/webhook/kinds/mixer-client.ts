/** The kinds by which Pilot tells proxies what to ask Mixer: quotas and names of API operations. */
import type { KindMap } from '../../kinds';
import type { APIKey, AttributeMatch, HTTPAPISpecPattern, IstioService, Quota } from '../../kinds/legacy';
import { dnsLabel, dnsSubdomain } from '../../names';
import { each, isFilled, missing, spelt } from '../checks';
import type { Check, Part } from '../part';
import { labels } from '../values/labels';

/** istio: validation.ValidateQuotaSpec */
export const quotaSpec: Check<KindMap['QuotaSpec']> = (part) => {
  const spec = part.at('spec').as(part.value.spec ?? {});
  if (!isFilled(spec.value.rules)) missing(spec, 'rules');
  for (const rule of spec.at('rules').items()) {
    each(clauses)(rule.at('match').as(rule.value.match ?? []));
    if (!isFilled(rule.value.quotas)) missing(rule, 'quotas');
    each(quota)(rule.at('quotas').as(rule.value.quotas ?? []));
  }
};

const clauses: Check<AttributeMatch> = (part) => {
  for (const clause of part.at('clause').entries())
    for (const kind of ['exact', 'prefix', 'regex'] as const)
      if (clause.value[kind] === '') clause.at(kind).refuse(`"${kind}" must not be empty`, { reason: 'limit' });
};

const quota: Check<Quota> = (part) => {
  if (!part.value.quota) missing(part, 'quota', '; name the instance');
  const { charge } = part.value;
  if (charge === undefined) missing(part, 'charge');
  else if (charge <= 0) part.at('charge').refuse(`${charge} is not a positive number`, { reason: 'limit' });
};

/** istio: validation.ValidateQuotaSpecBinding */
export const quotaSpecBinding: Check<KindMap['QuotaSpecBinding']> = (part) => {
  const spec = part.at('spec').as(part.value.spec ?? {});
  boundServices(spec);
  if (!isFilled(spec.value.quotaSpecs)) missing(spec, 'quotaSpecs');
  each(reference)(spec.at('quotaSpecs').as(spec.value.quotaSpecs ?? []));
};

/** istio: validation.ValidateHTTPAPISpecBinding */
export const httpApiSpecBinding: Check<KindMap['HTTPAPISpecBinding']> = (part) => {
  const spec = part.at('spec').as(part.value.spec ?? {});
  boundServices(spec);
  if (!isFilled(spec.value.apiSpecs)) missing(spec, 'apiSpecs');
  each(reference)(spec.at('apiSpecs').as(spec.value.apiSpecs ?? []));
};

function boundServices(spec: Part<{ services?: IstioService[] }>): void {
  if (!isFilled(spec.value.services)) missing(spec, 'services');
  each(boundService)(spec.at('services').as(spec.value.services ?? []));
}

/** istio: validation.ValidateMixerService */
const boundService: Check<IstioService> = (part) => {
  const { name, service, namespace, domain } = part.value;
  if (!name && !service) part.refuse('"name" or "service" is required', { reason: 'missing-field' });
  else if (name && service) excludes(part, 'name');
  else if (service) {
    if (namespace) excludes(part, 'namespace');
    if (domain) excludes(part, 'domain');
  } else spelt(dnsLabel)(part.at('name') as Part<string>);
  if (namespace) spelt(dnsLabel)(part.at('namespace') as Part<string>);
  if (domain) spelt(dnsSubdomain)(part.at('domain') as Part<string>);
  labels(part.at('labels').as(part.value.labels ?? {}));
};

const excludes = (part: Part<IstioService>, field: keyof IstioService): void =>
  part.at(field).refuse(`"${field}" and "service" are mutually exclusive`, { on: 'key', reason: 'exclusive' });

const reference: Check<{ name?: string; namespace?: string }> = (part) => {
  if (!part.value.name) missing(part, 'name');
  if (part.value.namespace) spelt(dnsLabel)(part.at('namespace') as Part<string>);
};

/** istio: validation.ValidateHTTPAPISpec */
export const httpApiSpec: Check<KindMap['HTTPAPISpec']> = (part) => {
  const spec = part.at('spec').as(part.value.spec ?? {});
  if (!isFilled(spec.value.patterns)) missing(spec, 'patterns');
  each(pattern)(spec.at('patterns').as(spec.value.patterns ?? []));
  each(apiKey)(spec.at('apiKeys').as(spec.value.apiKeys ?? []));
  // The original looks at the attributes of the whole for each pattern, so that they are required.
  if (!isFilled(spec.value.attributes?.attributes)) missing(spec, 'attributes');
};

const pattern: Check<HTTPAPISpecPattern> = (part) => {
  if (!part.value.httpMethod) missing(part, 'httpMethod');
  for (const field of ['uriTemplate', 'regex'] as const)
    if (part.value[field] === '') part.at(field).refuse(`"${field}" must not be empty`, { reason: 'limit' });
};

const apiKey: Check<APIKey> = (part) => {
  for (const field of ['query', 'header', 'cookie'] as const)
    if (part.value[field] === '') part.at(field).refuse(`"${field}" must not be empty`, { reason: 'limit' });
};
