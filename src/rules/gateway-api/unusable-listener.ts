import { type ConvertedGateway, convertedGateways } from '../../mesh/gateway-api/gateways';
import { type ListenerProblem, routeKinds } from '../../mesh/gateway-api/listeners';
import { kindOf } from '../../mesh/gateway-api/references';
import type { Mesh } from '../../mesh/mesh';
import { configs } from '../../mesh/settings/configs';
import type { Listener } from '../../schema/kinds/gateway-api';
import { oneOf } from '../../schema/spelling';
import type { Field } from '../../source/field';
import { type Context, rule } from '../rule';

const GROUP = 'gateway.networking.k8s.io';

export default rule({
  name: 'unusable-listener',
  category: 'traffic',
  severity: 'error',
  summary: 'Istio does not accept a listener of a Gateway or ListenerSet, or what it references.',
  url: 'https://gateway-api.sigs.k8s.io/reference/spec/',
  docs: `
    A listener with an unknown protocol, with a certificate in another namespace that no
    ReferenceGrant allows, with references of another kind than Secret or with authorities that
    cannot be read does not work: nothing listens, or connections are closed. In the cluster, a
    condition of the listener (Accepted, ResolvedRefs or Programmed) is False, with the reason that
    the finding names as its counterpart.

    Fix: correct the protocol (upper case) or the reference, or create a ReferenceGrant in the
    namespace of the Secret.

    Kinds in \`allowedRoutes\` that the protocol cannot carry are ignored (InvalidRouteKinds).
  `,
  sameAs: ['UnsupportedProtocol', 'InvalidCertificateRef', 'RefNotPermitted', 'InvalidRouteKinds', 'InvalidTLS'],
  check(context) {
    const { mesh } = context;
    for (const converted of convertedGateways(mesh))
      if (converted.problem) reportProblem(context, converted, converted.problem);
    for (const owner of configs(mesh, 'KubernetesGateway'))
      for (const listener of owner.each('spec.listeners[]')) checkKinds(context, listener);
    for (const owner of configs(mesh, 'ListenerSet'))
      for (const listener of owner.each('spec.listeners[]')) checkKinds(context, listener);
  },
});

function reportProblem(context: Context, { server, owner }: ConvertedGateway, problem: ListenerProblem): void {
  const listener = server.resource.at(server.path) as Field<Listener>;
  const { protocol } = listener.value;
  const { report } = context;
  switch (problem.because) {
    case 'unknown-protocol':
      return report(listener.get('protocol'), `protocol "${protocol}" is not supported; use HTTP, HTTPS, TLS or TCP`, {
        sameAs: ['UnsupportedProtocol'],
      });
    case 'no-port':
      return report(listener.get('name'), `protocol "${protocol}" has no default port; set "port"`, { sameAs: [] });
    case 'too-many-certificates':
      return report(listener.child('tls').child('certificateRefs').key, 'a listener can have at most 2 certificates', {
        sameAs: ['InvalidTLS'],
      });
    case 'too-many-authorities':
      return report(frontendOf(listener), 'only one reference to certificate authorities is supported', {
        sameAs: ['InvalidTLS'],
      });
    case 'not-a-secret':
      return report(referenceTo(listener, problem.name), `a certificate must be a Secret`, {
        sameAs: ['InvalidCertificateRef'],
      });
    case 'not-granted':
      return reportNotGranted(context, listener, owner.kind, problem.name);
    case 'no-authority':
      return report(
        frontendOf(listener),
        `"${problem.name}" is not a ConfigMap or Secret with certificates in "ca.crt"`,
        {
          sameAs: ['InvalidCertificateRef'],
        },
      );
    case 'no-certificate':
      return; // Other rules report what a Secret lacks, or that it is missing.
  }
}

/** The reference of a listener to a name. */
function referenceTo(listener: Field<Listener>, name: string): Field {
  const references = listener.each('tls.certificateRefs[]');
  return references.find(({ value }) => value.name === name)?.get('name') ?? listener.get('name');
}

/** What the Gateway says of the certificates of clients. */
const frontendOf = ({ resource }: Field): Field => resource.at(['spec', 'tls', 'frontend']).key;

function reportNotGranted({ mesh, missing }: Context, listener: Field<Listener>, from: string, name: string): void {
  const place = referenceTo(listener, name);
  const reference = listener.each('tls.certificateRefs[]').find(({ value }) => value.name === name);
  const namespace = reference?.value.namespace ?? '';
  const kind = from.slice(from.indexOf('/') + 1);
  const message = `no ReferenceGrant in namespace "${namespace}" allows a ${kind} of namespace "${listener.resource.namespace}" to use Secret "${name}"`;
  missing(place, { kind: 'ReferenceGrant', namespace, name, isMisspelt: isKnown(mesh, namespace, name) }, message, {
    sameAs: ['RefNotPermitted'],
  });
}

/** Whether the input holds the Secret, or grants beside it, so that the grant should be there as well. */
const isKnown = (mesh: Mesh, namespace: string, name: string): boolean =>
  mesh.all('Secret').some((each) => each.namespace === namespace && each.name === name) ||
  mesh.all('ReferenceGrant').some((each) => each.namespace === namespace);

function checkKinds({ report }: Context, listener: Field<Listener>): void {
  const { allowedRoutes, ...rest } = listener.value;
  const possible = routeKinds(rest);
  if (possible.size === 0 || !allowedRoutes?.kinds) return;
  for (const kind of listener.each('allowedRoutes.kinds[]')) {
    if (possible.has(kindOf({ group: GROUP, ...kind.value }, '/'))) continue;
    const kinds = [...possible].map((each) => each.slice(each.indexOf('/') + 1));
    report(
      kind.get('kind'),
      `a listener with protocol ${listener.value.protocol} does not support routes of kind "${kind.value.kind}"; supported: ${oneOf(kinds, 'and')}`,
      { sameAs: ['InvalidRouteKinds'] },
    );
  }
}
