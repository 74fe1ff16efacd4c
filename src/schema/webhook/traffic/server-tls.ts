import type { ServerTLSSettings, ServerTLSSettingsTLSCertificate } from '../../kinds/networking';
import { isFilled, missing, needTogether } from '../checks';
import type { Check, Part } from '../part';
import { cipherSuites } from './cipher-suites';

type Tls = Part<ServerTLSSettings>;
type Name = keyof ServerTLSSettings;

/** istio: validation.validateTLSOptions */
export const serverTls: Check<ServerTLSSettings> = (part) => {
  const { mode = 'PASSTHROUGH' } = part.value;
  oldVersions(part);
  cipherSuites(part.at('cipherSuites'));
  if (mode === 'ISTIO_MUTUAL') return ownCertificates(part);
  const ends = mode !== 'PASSTHROUGH' && mode !== 'AUTO_PASSTHROUGH';
  if (!ends) unusedCertificates(part, mode);
  oneSource(part);
  const { credentialName, credentialNames } = part.value;
  if (ends && (credentialName || isFilled(credentialNames))) return undefined;
  if (ends) certificateFiles(part, mode);
  if (!part.value.caCrl) return undefined;
  if (credentialName) part.at('caCrl').refuse('"caCrl" and "credentialName" are mutually exclusive', { on: 'key' });
  if (mode === 'SIMPLE') part.at('caCrl').refuse('"caCrl" has no effect in mode SIMPLE', { on: 'key' });
};

function oldVersions(part: Tls): void {
  const { minProtocolVersion: version, cipherSuites = [] } = part.value;
  if ((version === 'TLSV1_0' || version === 'TLSV1_1') && cipherSuites.length === 0)
    part.at('minProtocolVersion').doubt(`${version} needs "cipherSuites": the usual ones are for later versions only`);
}

const CERTIFICATES: readonly Name[] = [
  'serverCertificate',
  'privateKey',
  'caCertificates',
  'tlsCertificates',
  'credentialName',
  'credentialNames',
];

const isSet = (part: Tls, name: Name): boolean => {
  const value = part.value[name];
  return Array.isArray(value) ? value.length > 0 : Boolean(value);
};

function ownCertificates(part: Tls): void {
  for (const name of CERTIFICATES)
    if (isSet(part, name))
      part.at(name).refuse(`"${name}" must not be set in mode ISTIO_MUTUAL; Istio provides the certificates`, {
        on: 'key',
      });
}

function unusedCertificates(part: Tls, mode: string): void {
  for (const name of ['caCrl', ...CERTIFICATES] as const)
    if (isSet(part, name))
      part
        .at(name)
        .doubt(`"${name}" has no effect in mode ${mode}: the gateway does not terminate TLS here`, { on: 'key' });
}

/** Istio 1.4 took the files of a gateway beside the name of a Secret, and used the Secret. */
const FIRST_WITH_ONE_SOURCE = 24;

function oneSource(part: Tls): void {
  const files: Name[] = isSet(part, 'serverCertificate') && isSet(part, 'privateKey') ? ['serverCertificate'] : [];
  const others = (['credentialName', 'credentialNames', 'tlsCertificates'] as const).filter((name) =>
    isSet(part, name),
  );
  const [first, ...more] = [...files, ...others];
  if (part.judged.minor < FIRST_WITH_ONE_SOURCE) return;
  for (const name of more)
    part.at(name).refuse(`"${name}" and "${first}" are mutually exclusive: one says where the certificates are`, {
      on: 'key',
      reason: 'exclusive',
    });
}

function certificateFiles(part: Tls, mode: string): void {
  if (mode !== 'SIMPLE' && !part.value.caCertificates)
    missing(part, 'caCertificates', `: the mode ${mode} verifies the certificates of clients with it`);
  const several = part.at('tlsCertificates').items();
  if (several.length > 2) part.at('tlsCertificates').doubt('more than 2 certificates are not supported', { on: 'key' });
  for (const certificate of several.length ? several : [part as Part<ServerTLSSettingsTLSCertificate>])
    needTogether(
      certificate,
      ['serverCertificate', 'privateKey'],
      several.length ? '' : `: the mode ${mode} needs that, or a "credentialName"`,
    );
}
