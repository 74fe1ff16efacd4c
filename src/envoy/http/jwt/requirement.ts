import type { JwtAuthentication, JwtProvider, JwtRequirement } from '../../config';
import type { Stream } from '../stream';
import { withoutForgeries } from './claims';
import { MISSING, OK, type Status, UNKNOWN_ISSUER, checkProvider } from './provider';
import { own } from '../../own';

/** Whether a request has the tokens that it needs. envoy: VerifierImpl and its kinds. */
export function checkRequirement(stream: Stream, config: JwtAuthentication, requirement: JwtRequirement): Status {
  const { providerName, providerAndAudiences, requiresAny, requiresAll, allowMissing, allowMissingOrFailed } =
    requirement;
  if (providerName !== undefined) return named(stream, config, providerName);
  if (providerAndAudiences) {
    const { providerName: name = '', audiences } = providerAndAudiences;
    return named(stream, config, name, audiences);
  }
  if (requiresAny) return checkAny(stream, config, requiresAny.requirements ?? []);
  if (requiresAll) return checkAll(stream, config, requiresAll.requirements ?? []);
  if (allowMissingOrFailed) {
    anyProvider(stream, config);
    return OK;
  }
  if (!allowMissing) return OK;
  const status = anyProvider(stream, config);
  return status === MISSING ? OK : status;
}

function named(stream: Stream, config: JwtAuthentication, name: string, audiences?: readonly string[]): Status {
  const provider = own(config.providers, name);
  if (!provider) return UNKNOWN_ISSUER;
  withoutForgeries(stream, provider);
  return checkProvider(stream, provider, audiences && [...audiences]);
}

/** Whatever tokens there are must be good for the provider that has their issuer. */
function anyProvider(stream: Stream, { providers = {} }: JwtAuthentication): Status {
  const each = Object.values(providers).map((provider: JwtProvider) => {
    withoutForgeries(stream, provider);
    return checkProvider(stream, provider);
  });
  return each.includes(OK) ? OK : summary(each);
}

function checkAny(stream: Stream, config: JwtAuthentication, requirements: readonly JwtRequirement[]): Status {
  const regular = requirements.filter(
    ({ allowMissing, allowMissingOrFailed }) => !allowMissing && !allowMissingOrFailed,
  );
  if (!regular.length) return requirements.length ? checkRequirement(stream, config, requirements[0]!) : OK;
  const failures: Status[] = [];
  for (const requirement of regular) {
    const status = checkRequirement(stream, config, requirement);
    if (status === OK) return OK;
    failures.push(status);
  }
  const status = summary(failures);
  if (requirements.some(({ allowMissingOrFailed }) => allowMissingOrFailed)) return OK;
  return status === MISSING && requirements.some(({ allowMissing }) => allowMissing) ? OK : status;
}

function checkAll(stream: Stream, config: JwtAuthentication, requirements: readonly JwtRequirement[]): Status {
  for (const requirement of requirements) {
    const status = checkRequirement(stream, config, requirement);
    if (status !== OK) return status;
  }
  return OK;
}

// What is wrong with a token tells more than that there is none, or one for somebody else.
function summary(failures: readonly Status[]): Status {
  const telling = failures.findLast((status) => status !== MISSING && status !== UNKNOWN_ISSUER);
  return telling ?? (failures.includes(UNKNOWN_ISSUER) ? UNKNOWN_ISSUER : MISSING);
}
