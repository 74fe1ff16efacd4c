/** The TLS with which a cluster calls its endpoints. */
import type { CommonTlsContext, TlsParameters, UpstreamTlsContext } from '../../envoy/config';
import type { ClientTLSSettings } from '../../schema/kinds/networking';
import type { Push } from '../context';
import { certificateInFiles, credential, credentialRoot, meshCertificate, meshRoot, rootInFile } from '../secrets';
import type { AutoNames } from './http-options';

type Context = Omit<UpstreamTlsContext, '@type'>;

const VERSIONS: TlsParameters = { tlsMaximumProtocolVersion: 'TLSv1_3', tlsMinimumProtocolVersion: 'TLSv1_2' };

const exactly = (names: readonly string[] = []) =>
  names.length > 0 ? { matchSubjectAltNames: names.map((exact) => ({ exact })) } : {};

/** Mutual TLS with the certificates of the mesh. */
export interface MeshTls {
  readonly sni: string;
  /** The identities that servers may have; any in the mesh where there are none. */
  readonly identities: readonly string[];
  readonly http2: boolean;
}

/** istio: buildUpstreamClusterTLSContext for ISTIO_MUTUAL */
export const meshTls = ({ sni, identities, http2 }: MeshTls): Context => ({
  commonTlsContext: {
    tlsParams: VERSIONS,
    alpnProtocols: ['istio-peer-exchange', 'istio', ...(http2 ? ['h2'] : [])],
    tlsCertificateSdsSecretConfigs: [meshCertificate],
    combinedValidationContext: {
      defaultValidationContext: exactly(identities),
      validationContextSdsSecretConfig: meshRoot,
    },
  },
  ...(sni && { sni }),
});

/** TLS as a DestinationRule describes it. */
export interface OwnTls {
  readonly settings: ClientTLSSettings;
  /** The names that servers may have where the rule names none. */
  readonly subjectAltNames: readonly string[];
  readonly http2: boolean;
}

/** Nothing where certificates are asked for that are not named. istio: constructUpstreamTLS */
export function ownTls({ meshConfig }: Push, { settings, subjectAltNames, http2 }: OwnTls): Context | undefined {
  const { sni, mode, clientCertificate, privateKey, credentialName } = settings;
  if (mode === 'MUTUAL' && !credentialName && !(clientCertificate && privateKey)) return undefined;
  const named = settings.subjectAltNames?.length ? settings : { ...settings, subjectAltNames: [...subjectAltNames] };
  const { ecdhCurves, cipherSuites } = meshConfig.tlsDefaults ?? {};
  const tlsParams = {
    ...VERSIONS,
    ...(ecdhCurves?.length && { ecdhCurves }),
    ...(cipherSuites?.length && { cipherSuites }),
  };
  return {
    commonTlsContext: {
      tlsParams,
      ...(http2 && { alpnProtocols: ['h2'] }),
      ...(credentialName ? fromCredential(named, credentialName) : fromFiles(named)),
    },
    ...(sni && { sni }),
  };
}

/** istio: ApplyCustomSDSToClientCommonTLSContext */
function fromCredential(
  { mode, insecureSkipVerify, subjectAltNames }: ClientTLSSettings,
  credentialName: string,
): CommonTlsContext {
  return {
    ...(mode === 'MUTUAL' && { tlsCertificateSdsSecretConfigs: [credential(credentialName)] }),
    ...(!insecureSkipVerify && {
      combinedValidationContext: {
        defaultValidationContext: exactly(subjectAltNames),
        validationContextSdsSecretConfig: credentialRoot(credentialName),
      },
    }),
  };
}

function fromFiles(settings: ClientTLSSettings): CommonTlsContext {
  const { mode, clientCertificate = '', privateKey = '', caCertificates, caCrl, insecureSkipVerify } = settings;
  return {
    ...(mode === 'MUTUAL' && { tlsCertificateSdsSecretConfigs: [certificateInFiles(clientCertificate, privateKey)] }),
    ...(insecureSkipVerify
      ? { validationContext: {} }
      : {
          combinedValidationContext: {
            defaultValidationContext: {
              ...exactly(settings.subjectAltNames),
              ...(caCrl && { crl: { filename: caCrl } }),
            },
            validationContextSdsSecretConfig: rootInFile(caCertificates || 'system'),
          },
        }),
  };
}

/** What follows the name that a request asks for, where the rule gives no name. istio: setAutoSniAndAutoSanValidation */
export function autoNames({ sni, subjectAltNames, insecureSkipVerify }: ClientTLSSettings): AutoNames | undefined {
  if (sni) return undefined;
  return { autoSni: true, ...(!insecureSkipVerify && !subjectAltNames?.length && { autoSanValidation: true }) };
}
