import type { CertificateValidationContext, DownstreamTlsContext, FilterChain, StringMatcher } from '../config';
import { typeOf } from '../run/typed';
import { matchesString, wanted } from '../match/string';
import type { PeerCertificate } from '../run/arrival';
import type { Connection } from '../run/connection';
import type { Run, SecretFault } from '../run/run';
import { faultySecret, secretsIn } from '../run/secrets';

const TLS = 'envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext';

/** How a handshake ends; `secret` is the one that it fails by, where that is why. */
export type Handshake = { readonly succeeds: true } | { readonly succeeds: false; readonly secret?: string };

const SUCCESS: Handshake = { succeeds: true };

/** Speaks TLS with the client where the filter chain does so. */
export function shakeHands(run: Run, chain: FilterChain, connection: Connection): Handshake {
  const { transportSocket } = chain;
  if (!transportSocket) return SUCCESS;
  if (typeOf(transportSocket.typedConfig) !== TLS) {
    run.trace.step('transport', transportSocket, () => `transport "${transportSocket.name ?? ''}" is not simulated`);
    return SUCCESS;
  }
  const context = transportSocket.typedConfig as DownstreamTlsContext;
  const { tls } = run.arrival;
  const secret = tls && faultySecret(secretsIn(context.commonTlsContext ?? {}), run.options);
  if (secret) {
    run.trace.step('transport', transportSocket, () => SECRET_FAULTS[secret.fault]);
    return { succeeds: false, secret: secret.name };
  }
  const fault = tls ? faultIn(context, tls.certificate) : 'the client uses plaintext, but TLS is expected';
  run.trace.step('transport', transportSocket, () => fault ?? 'the TLS handshake succeeds');
  if (fault !== undefined) return { succeeds: false };

  const asks = context.requireClientCertificate || validationOf(context) !== undefined;
  connection.tls = asks && tls?.certificate ? { peer: tls.certificate } : {};
  return SUCCESS;
}

const SECRET_FAULTS: Record<SecretFault, string> = {
  'not usable': 'the proxy has no usable certificate for this server',
  'refused by peers': 'clients refuse the certificate of this server',
};

/** Why a client's certificate, or the lack of one, is not accepted. envoy: DefaultCertValidator. */
function faultIn(context: DownstreamTlsContext, certificate: PeerCertificate | undefined): string | undefined {
  const validation = validationOf(context);
  const matchers = validation ? namesIn(validation) : [];
  if (!certificate && !context.requireClientCertificate && !matchers.length) return undefined;
  if (!certificate) return 'the client shows no certificate, and must';
  if (!validation) return undefined;
  if (certificate.trusted === false && validation.trustChainVerification !== 'ACCEPT_UNTRUSTED')
    return "the client's certificate is not signed by a trusted CA";
  const { uriSans = [], dnsSans = [] } = certificate;
  const names = [...uriSans, ...dnsSans];
  if (!matchers.length || names.some((name) => matchers.some((matcher) => matchesString(matcher, name))))
    return undefined;
  const shown = names.map((name) => `"${name}"`).join(', ') || 'nobody';
  return `the client's certificate is for ${shown}, not ${matchers.map(wanted).join(' or ')}`;
}

function validationOf({ commonTlsContext = {} }: DownstreamTlsContext): CertificateValidationContext | undefined {
  const { combinedValidationContext, validationContext, validationContextSdsSecretConfig } = commonTlsContext;
  if (combinedValidationContext) return combinedValidationContext.defaultValidationContext ?? {};
  return validationContext ?? (validationContextSdsSecretConfig && {});
}

const namesIn = ({
  matchSubjectAltNames = [],
  matchTypedSubjectAltNames = [],
}: CertificateValidationContext): StringMatcher[] => [
  ...matchSubjectAltNames,
  ...matchTypedSubjectAltNames.flatMap(({ matcher }) => (matcher ? [matcher] : [])),
];
