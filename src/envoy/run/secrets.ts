/** The secrets that TLS needs, by the names under which a proxy fetches them. */
import type { CommonTlsContext } from '../config';
import type { Options, SecretFault } from './run';

/** The names of certificates, and of what the certificates of the peer are checked against. */
export function secretsIn({
  tlsCertificateSdsSecretConfigs = [],
  validationContextSdsSecretConfig,
  combinedValidationContext,
}: CommonTlsContext): string[] {
  const authority = combinedValidationContext?.validationContextSdsSecretConfig ?? validationContextSdsSecretConfig;
  return [...tlsCertificateSdsSecretConfigs, ...(authority ? [authority] : [])].flatMap(({ name }) => name ?? []);
}

/** A secret without which there is no handshake: one that is not usable, or refused where there is no better one. */
export function faultySecret(
  names: readonly string[],
  { secretFault }: Options,
): { readonly name: string; readonly fault: SecretFault } | undefined {
  if (!secretFault) return undefined;
  const faults = names.flatMap((name) => {
    const fault = secretFault(name);
    return fault ? [{ name, fault }] : [];
  });
  const unusable = faults.find(({ fault }) => fault === 'not usable');
  return unusable ?? (faults.length === names.length ? faults[0] : undefined);
}
