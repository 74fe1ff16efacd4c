import { type Authority, type AuthorityFault, authorityFault } from '../../mesh/certificates/authority';
import { textIn } from '../../mesh/gateways/gateway-credentials';
import { fromBase64 } from '../../mesh/certificates/pem';
import { readCertificate } from '../../mesh/certificates/certificate';
import { rootNamespace } from '../../mesh/settings/mesh-config';
import type { KindMap } from '../../schema/kinds';
import type { Resource } from '../../source/resource';
import { rule } from '../rule';

type Secret = Resource<KindMap['Secret']>;

export default rule({
  name: 'unusable-ca-certificate',
  category: 'security',
  isLocal: true,
  severity: 'error',
  summary: 'The CA certificate that istiod signs workload certificates with cannot be used.',
  url: 'https://istio.io/latest/docs/tasks/security/cert-management/plugin-ca-cert/',
  docs: `
    istiod (Citadel in Istio 1.4) reads its signing certificate from the Secret \`cacerts\`, or from
    \`istio-ca-secret\`, which it creates itself. When the key belongs to another certificate, the
    certificate may not sign others, or the root did not sign it, istiod does not start, and proxies
    get no certificates. After it has expired, mutual TLS fails in the whole mesh.

    Fix: create the Secret again with \`ca-cert.pem\`, \`ca-key.pem\`, \`root-cert.pem\` and
    \`cert-chain.pem\`, the certificate of the CA first in the chain. A certificate that expires within
    30 days is a warning. Signatures are not computed: names and key identifiers are compared.
  `,
  check({ mesh, suppressions, report }) {
    const today = Date.parse(`${suppressions.today}T00:00:00Z`);
    for (const secret of mesh.all('Secret')) {
      if (secret.namespace !== rootNamespace(mesh)) continue;
      const names = NAMES.get(secret.name);
      if (!names || !isReadable(secret, names)) continue;
      const place = secret.at(['metadata', 'name']);
      const authority = authorityIn(secret, names);
      const fault = authorityFault(authority, today);
      if (fault) report(place, faultText(fault, names));
      else if (endOf(authority) < today + SOON)
        report(place, `the CA certificate expires on ${dayOf(endOf(authority))}`, { severity: 'warning' });
    }
  },
});

const DAY = 24 * 60 * 60 * 1000;
/** A CA is renewed by hand, so long before its end. */
const SOON = 30 * DAY;

/** What the parts of an authority are called in a Secret. */
type Names = Readonly<Record<keyof Authority, string>>;

/** The CA that a mesh is given, and the one that istiod makes for itself, whose root is its own certificate. */
const NAMES: ReadonlyMap<string, Names> = new Map([
  ['cacerts', { certificate: 'ca-cert.pem', key: 'ca-key.pem', chain: 'cert-chain.pem', root: 'root-cert.pem' }],
  ['istio-ca-secret', { certificate: 'ca-cert.pem', key: 'ca-key.pem', chain: 'cert-chain.pem', root: 'ca-cert.pem' }],
]);

/**
 * Whether the values are there to be read: those that are encrypted, are placeholders, or have other names (as `tls.crt`) are not. What
 * is not base64 is a schema violation.
 */
function isReadable({ value: { data = {}, stringData = {} } }: Secret, { certificate, key }: Names): boolean {
  const isDecodable = Object.values(data).every((text) => fromBase64(text) !== undefined);
  const isPlain = Object.values(stringData).every((text) => text.includes('-----BEGIN'));
  const isNamed = [certificate, key].some((name) => name in data || name in stringData);
  return isDecodable && isPlain && isNamed;
}

const authorityIn = (secret: Secret, names: Names): Authority => ({
  certificate: textIn(secret, names.certificate),
  key: textIn(secret, names.key),
  chain: textIn(secret, names.chain),
  root: textIn(secret, names.root),
});

const endOf = ({ certificate }: Authority): number => readCertificate(certificate)?.notAfter ?? Infinity;

const dayOf = (time: number): string => new Date(time).toISOString().slice(0, 10);

function faultText(fault: AuthorityFault, names: Names): string {
  const { certificate, key, root } = names;
  switch (fault.kind) {
    case 'unreadable':
      return `"${names[fault.part]}" has no ${fault.part === 'key' ? 'private key' : 'certificate'} in PEM format, so istiod cannot sign certificates`;
    case 'key of another certificate':
      return `the private key in "${key}" does not belong to the certificate in "${certificate}"`;
    case 'not an authority':
      return `the certificate in "${certificate}" is not a CA certificate, so istiod cannot sign certificates with it`;
    case 'root is not an authority':
      return `a certificate between "${certificate}" and its root in "${root}" is not a CA certificate`;
    case 'not signed by the root':
      return `no chain leads from the certificate in "${certificate}" to a root certificate in "${root}"`;
    case 'expired':
      return `the certificate in "${names[fault.part]}" expired on ${dayOf(fault.time)}`;
    case 'not valid yet':
      return `the certificate in "${names[fault.part]}" is not valid before ${dayOf(fault.time)}`;
  }
}
