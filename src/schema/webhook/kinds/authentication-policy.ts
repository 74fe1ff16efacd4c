import type { KindMap } from '../../kinds';
import type { Jwt, MeshPolicySpec, PortSelector, TargetSelector } from '../../kinds/legacy';
import { dnsLabel } from '../../names';
import { each, fields, isFilled, missing, spelt, unlessEmpty } from '../checks';
import type { Check, Part } from '../part';
import { port } from '../values/numbers';
import { jwksUri } from '../values/urls';

/** istio: validation.ValidateAuthenticationPolicy */
export const authenticationPolicy: Check<KindMap['Policy' | 'MeshPolicy']> = (part) => {
  const spec: Part<MeshPolicySpec> = part.at('spec').as(part.value.spec ?? {});
  const isWide = part.value.kind === 'MeshPolicy' && !part.value.metadata.namespace;
  if (isWide) meshWide(part, spec);
  else ofNamespace(part, spec);
  tokens(spec);
};

function meshWide(part: Part<KindMap['MeshPolicy']>, spec: Part<MeshPolicySpec>): void {
  mustBeDefault(part, 'a MeshPolicy must be named "default"');
  if (isFilled(spec.value.targets))
    spec
      .at('targets')
      .refuse('"targets" is not allowed in a MeshPolicy, which applies to the whole mesh', { on: 'key' });
}

function ofNamespace(part: Part<KindMap['Policy']>, spec: Part<MeshPolicySpec>): void {
  if (!isFilled(spec.value.targets)) mustBeDefault(part, 'a Policy without targets must be named "default"');
  else if (part.judged.name === 'default')
    spec.at('targets').refuse('"targets" is not allowed in the Policy "default", which applies to its namespace', {
      on: 'key',
    });
  each(target)(spec.at('targets').as(spec.value.targets ?? []));
}

function mustBeDefault(part: Part<KindMap['Policy']>, rule: string): void {
  const { name } = part.judged;
  if (name !== 'default') part.at('metadata').at('name').refuse(`"${name}": ${rule}`, { reason: 'metadata' });
}

/** istio: validateAuthNPolicyTarget */
const target: Check<TargetSelector> = (part) => {
  if (!part.value.name) missing(part, 'name', '; name the Service');
  else spelt(dnsLabel)(part.at('name') as Part<string>);
  each(portOf)(part.at('ports').as(part.value.ports ?? []));
};

const portOf: Check<PortSelector> = (part) => {
  const { name, number } = part.value;
  if (number) port(part.at('number') as Part<number>);
  else if (name) spelt(dnsLabel)(part.at('name') as Part<string>);
  else part.refuse('the port has neither a number nor a name', { reason: 'missing-field' });
};

/** The tokens of peers and end users: each issuer once. */
function tokens(spec: Part<MeshPolicySpec>): void {
  const issuers = new Set<string>();
  for (const origin of spec.at('origins').items()) if (!origin.value.jwt) missing(origin, 'jwt');
  for (const method of [...spec.at('peers').items(), ...spec.at('origins').items()]) {
    if (!method.value.jwt) continue;
    const token = method.at('jwt') as Part<Jwt>;
    const { issuer = '' } = token.value;
    if (issuers.has(issuer)) token.at('issuer').refuse(`duplicate issuer "${issuer}"`, { reason: 'duplicate' });
    issuers.add(issuer);
    jwt(token);
  }
}

const notEmpty: Check<string> = (part) => {
  if (part.value === '') part.refuse('an empty text is not allowed', { reason: 'limit' });
};

/** istio: validateJwt */
const jwt = fields<Jwt>(
  {
    audiences: each(notEmpty),
    jwksUri: unlessEmpty(spelt(jwksUri)),
    jwtHeaders: each(notEmpty),
    jwtParams: each(notEmpty),
  },
  (part) => {
    if (!part.value.issuer) missing(part, 'issuer');
  },
);
