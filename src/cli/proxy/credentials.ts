/** The certificates with which a proxy starts that nobody sends any: the user's own where they are at hand, else made-up ones. */
import { X509Certificate, createPrivateKey } from 'node:crypto';
import { existsSync } from 'node:fs';
import type { DataSource } from '../../envoy/config';
import type { Mesh } from '../../mesh/mesh';
import { meshConfig } from '../../mesh/settings/mesh-config';
import type { Proxy } from '../../mesh/workloads/proxy';
import { spiffe } from '../../mesh/policies/spiffe';
import type { Certificates } from '../../pilot/bootstrap/secrets';
import { authority } from './certificates';
import { own } from '../../source/own';

/** Where operating systems keep the authorities that they trust. */
const SYSTEM = ['/etc/ssl/certs/ca-certificates.crt', '/etc/pki/tls/certs/ca-bundle.crt', '/etc/ssl/cert.pem'];

/** Those for one proxy of a mesh. */
export function credentialsFor(mesh: Mesh, proxy: Proxy): Certificates {
  const own = authority();
  const identity = spiffe(meshConfig(mesh).trustDomain, proxy.namespace, proxy.serviceAccount);
  return {
    certificate(name) {
      const given = certificateAtHand(mesh, proxy, name);
      if (given) return given;
      const { certificate, key } = own.issue(name === 'default' ? identity : 'localhost');
      return {
        chain: { inlineString: certificate },
        key: { inlineString: key },
        note: `the certificate "${name}" is generated and self-signed; only this proxy trusts it`,
      };
    },
    authorities(name) {
      const trusted = authoritiesAtHand(mesh, proxy, name);
      if (trusted) return { trusted };
      return {
        trusted: { inlineString: own.certificate },
        note: `the authority "${name}" is generated: it has only signed the generated certificates`,
      };
    },
  };
}

type Pair = { chain: DataSource; key: DataSource };

function certificateAtHand(mesh: Mesh, proxy: Proxy, name: string): Pair | undefined {
  const [, chainFile, keyFile] = /^file-cert:(.*)~(.*)$/.exec(name) ?? [];
  if (chainFile !== undefined && keyFile !== undefined)
    return existsSync(chainFile) && existsSync(keyFile)
      ? { chain: { filename: chainFile }, key: { filename: keyFile } }
      : undefined;
  const secret = secretNamed(mesh, proxy, name);
  const chain = secret('tls.crt') ?? secret('cert');
  const key = secret('tls.key') ?? secret('key');
  return chain && key && belongTogether(chain, key) ? { chain, key } : undefined;
}

function authoritiesAtHand(mesh: Mesh, proxy: Proxy, name: string): DataSource | undefined {
  const [, file] = /^file-root:(.*)$/.exec(name) ?? [];
  if (file !== undefined) {
    const filename = (file === 'system' ? SYSTEM : [file]).find((path) => existsSync(path));
    return filename === undefined ? undefined : { filename };
  }
  const own = secretNamed(mesh, proxy, name);
  const beside = secretNamed(mesh, proxy, name.replace(/-cacert$/, ''));
  const given = own('ca.crt') ?? own('cacert') ?? beside('ca.crt') ?? beside('cacert');
  return given && isCertificate(given) ? given : undefined;
}

/** What the input holds of a Secret (or ConfigMap) that a credential leads to. istio: credentials.ParseResourceName */
function secretNamed(mesh: Mesh, proxy: Proxy, resource: string): (key: string) => DataSource | undefined {
  const [, type, path = ''] = /^(kubernetes|kubernetes-gateway|configmap):\/\/(.*)$/.exec(resource) ?? [];
  const [name = '', namespace = proxy.namespace] = path.split('/').reverse();
  const isWanted = (each: { name: string; namespace: string }) => each.name === name && each.namespace === namespace;
  if (type === 'configmap') {
    const { data = {} } = mesh.all('ConfigMap').find(isWanted)?.value ?? {};
    return (key) => inline(own(data, key));
  }
  const { data = {}, stringData = {} } = (type && mesh.all('Secret').find(isWanted)?.value) || {};
  return (key) => {
    const encoded = own(data, key);
    return inline(own(stringData, key) ?? (encoded && Buffer.from(encoded, 'base64').toString('utf8')));
  };
}

const inline = (text: string | undefined): DataSource | undefined => (text ? { inlineString: text } : undefined);

/** Whether a certificate can be read, and a key is its own. What stands for a certificate in an example cannot. */
function belongTogether(chain: DataSource, key: DataSource): boolean {
  try {
    return new X509Certificate(chain.inlineString ?? '').checkPrivateKey(createPrivateKey(key.inlineString ?? ''));
  } catch {
    return false;
  }
}

function isCertificate({ inlineString = '' }: DataSource): boolean {
  try {
    return new X509Certificate(inlineString).subject !== undefined;
  } catch {
    return false;
  }
}
