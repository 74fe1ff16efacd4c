/** Certificates stand in the configuration where they would be fetched. */
import type { DataSource, SdsSecretConfig, Secret } from '../../envoy/config';
import { rewritten } from './stand-alone';

/** What is not as Istio would have it, each in a sentence. */
export type Notes = Set<string>;

/** Certificates, as somebody has them or makes them. */
export interface Certificates {
  /** A certificate and its key by the name under which a proxy would fetch it. */
  certificate(name: string): { chain: DataSource; key: DataSource; note?: string };
  /** What certificates are checked against. */
  authorities(name: string): { trusted: DataSource; note?: string };
}

/** The resources with every fetched secret named instead, and the secrets. */
export function inlineSecrets<Resources extends object>(
  resources: Resources,
  certificates: Certificates,
  notes: Notes,
): { value: Resources; secrets: Secret[] } {
  const secrets = new Map<string, Secret>();
  const value = rewritten(resources, (each, key) => {
    if (!isFetched(each)) return each;
    const { name } = each;
    const isAuthority = key === 'validationContextSdsSecretConfig';
    if (!secrets.has(name))
      secrets.set(name, isAuthority ? authority(name, certificates, notes) : own(name, certificates, notes));
    return { name };
  });
  return { value, secrets: [...secrets.values()] };
}

const isFetched = (value: object): value is Required<SdsSecretConfig> => 'sdsConfig' in value && 'name' in value;

function own(name: string, certificates: Certificates, notes: Notes): Secret {
  const { chain, key, note } = certificates.certificate(name);
  if (note) notes.add(note);
  return { name, tlsCertificate: { certificateChain: chain, privateKey: key } };
}

function authority(name: string, certificates: Certificates, notes: Notes): Secret {
  const { trusted, note } = certificates.authorities(name);
  if (note) notes.add(note);
  return { name, validationContext: { trustedCa: trusted } };
}
