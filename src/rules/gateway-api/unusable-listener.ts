import { type ConvertedGateway, type Owner, convertedGateways, listenerOf } from '../../mesh/gateway-api/gateways';
import { type ListenerProblem, routeKinds } from '../../mesh/gateway-api/listeners';
import { kindOf } from '../../mesh/gateway-api/references';
import type { Mesh } from '../../mesh/mesh';
import { configs } from '../../mesh/settings/configs';
import type { Listener, ObjectReference } from '../../schema/kinds/gateway-api';
import { oneOf } from '../../schema/spelling';
import type { Field } from '../../source/field';
import { type Context, rule } from '../rule';
import { reasonsOf } from './listener-reasons';

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
    the finding names as its counterpart. If no listener of the Gateway or ListenerSet works, Istio
    does not accept it at all (ListenersNotValid).

    Fix: correct the protocol (upper case) or the reference, or create a ReferenceGrant in the
    namespace of the Secret.

    Kinds in \`allowedRoutes\` that the protocol cannot carry are ignored (InvalidRouteKinds).
    Listeners of an east-west gateway (class istio-east-west) are HBONE on port 15008, with TLS mode
    Terminate, or TLS with mode Passthrough.
  `,
  sameAs: [
    'UnsupportedProtocol',
    'InvalidCertificateRef',
    'RefNotPermitted',
    'InvalidRouteKinds',
    'InvalidCACertificateRef',
    'InvalidCACertificateKind',
    'NoValidCACertificate',
    'Invalid',
    'ListenersNotValid',
  ],
  check(context) {
    const { mesh } = context;
    const reported = new Set<string>();
    for (const converted of convertedGateways(mesh))
      if (converted.problem) reportProblem(context, converted, converted.problem, reported);
    for (const owner of configs(mesh, 'KubernetesGateway')) {
      for (const listener of owner.each('spec.listeners[]')) checkKinds(context, listener);
      if (owner.value.spec?.gatewayClassName === EAST_WEST)
        for (const listener of owner.each('spec.listeners[]')) checkEastWest(context, listener);
    }
    for (const owner of configs(mesh, 'ListenerSet'))
      for (const listener of owner.each('spec.listeners[]')) checkKinds(context, listener);
  },
});

/** What Istio says where the TLS settings of a listener cannot be used. */
const BAD_TLS = 'Invalid';

function reportProblem(
  context: Context,
  converted: ConvertedGateway,
  problem: ListenerProblem,
  reported: Set<string>,
): void {
  const { owner } = converted;
  const listener = listenerOf(converted);
  const protocol = listener.child('protocol').value as string | undefined;
  if (protocol === undefined) return; // The schema requires it.
  const { mesh, report } = context;
  const sameAs = (...reasons: readonly string[]) => ({ sameAs: reasonsOf(mesh, owner.resource, ...reasons) });
  switch (problem.because) {
    case 'unknown-protocol':
      return report(
        listener.get('protocol'),
        `protocol "${protocol}" is not supported; use HTTP, HTTPS, TLS or TCP`,
        sameAs('UnsupportedProtocol'),
      );
    case 'no-port':
      return report(
        listener.get('name'),
        `protocol "${protocol}" has no default port; set "port"`,
        sameAs('UnsupportedProtocol'),
      );
    case 'no-tls':
      return report(
        listener.get('protocol'),
        `protocol "${protocol}" requires "tls", so this listener is not accepted`,
        sameAs('UnsupportedProtocol', BAD_TLS),
      );
    case 'too-many-certificates':
      return report(
        listener.child('tls').child('certificateRefs').key,
        'a listener can have at most 2 certificates',
        sameAs('InvalidCertificateRef', BAD_TLS),
      );
    case 'not-a-secret':
      return report(
        referenceIn(listener.each('tls.certificateRefs[]'), problem.reference)?.get('name') ?? listener.get('name'),
        `a certificate must be a Secret`,
        sameAs('InvalidCertificateRef', BAD_TLS),
      );
    case 'not-granted':
      return reportNotGranted(
        context,
        listener,
        owner,
        problem.reference,
        referenceIn(listener.each('tls.certificateRefs[]'), problem.reference),
        reasonsOf(mesh, owner.resource, 'RefNotPermitted', 'NoValidCACertificate', BAD_TLS),
      );
    case 'too-many-authorities':
    case 'authority-of-other-kind':
    case 'authority-not-granted':
    case 'no-authority':
      return reportAuthority(context, converted, problem, reported);
    case 'no-certificate':
      return; // Other rules report what a Secret lacks, or that it is missing.
  }
}

type AuthorityProblem = Extract<
  ListenerProblem,
  { because: 'too-many-authorities' | 'authority-of-other-kind' | 'authority-not-granted' | 'no-authority' }
>;

/** A reference that several listeners share is reported once. */
function reportAuthority(
  context: Context,
  converted: ConvertedGateway,
  problem: AuthorityProblem,
  reported: Set<string>,
): void {
  const { mesh } = context;
  const { owner, listening, parent } = converted;
  const listener = listenerOf(converted);
  const references = [
    ...listening
      .each('spec.tls.frontend.perPort[]')
      .flatMap((each) => (each.value.port === parent.port ? each.each('tls.validation.caCertificateRefs[]') : [])),
    ...listening.each('spec.tls.frontend.default.validation.caCertificateRefs[]'),
  ];
  const [first] = references;
  const field = 'reference' in problem ? referenceIn(references, problem.reference) : first;
  const place = field ?? listening.at(['spec', 'tls', 'frontend']).key;
  const key = `${listening.namespace}/${listening.name} ${place.pathText}`;
  if (reported.has(key)) return;
  reported.add(key);
  const report = (at: Field, message: string, ...reasons: readonly string[]): void =>
    context.report(at, message, {
      sameAs: reasonsOf(mesh, owner.resource, ...reasons, 'NoValidCACertificate', BAD_TLS),
    });
  switch (problem.because) {
    case 'too-many-authorities':
      return report(
        references[1]?.get('name') ?? place,
        'only one reference to certificate authorities is supported',
        'InvalidCACertificateRef',
      );
    case 'authority-of-other-kind':
      return report(
        field?.get('kind') ?? place,
        `certificate authorities must be in a ConfigMap or Secret, not in a ${problem.reference.kind ?? ''}`,
        'InvalidCACertificateKind',
      );
    case 'authority-not-granted':
      return reportNotGranted(
        context,
        listener,
        owner,
        problem.reference,
        field,
        reasonsOf(mesh, owner.resource, 'RefNotPermitted', 'NoValidCACertificate', BAD_TLS),
      );
    case 'no-authority':
      return report(
        field?.get('name') ?? place,
        `"${problem.reference.name ?? ''}" is not a ConfigMap or Secret with certificates in "ca.crt"`,
        'InvalidCACertificateRef',
      );
  }
}

/** Where a reference is in a list. */
const referenceIn = <Reference extends ObjectReference>(
  all: readonly Field<Reference>[],
  reference: ObjectReference,
): Field<Reference> | undefined => all.find(({ value }) => value === reference);

function reportNotGranted(
  { mesh, missing }: Context,
  listener: Field<Listener>,
  owner: Owner,
  { name = '', namespace = '', kind = 'Secret' }: ObjectReference,
  field: Field<ObjectReference> | undefined,
  sameAs: string[],
): void {
  const from = owner.kind.slice(owner.kind.indexOf('/') + 1);
  const message = `no ReferenceGrant in namespace "${namespace}" allows a ${from} of namespace "${owner.resource.namespace}" to use ${kind} "${name}"`;
  const absent = { kind: 'ReferenceGrant', namespace, name, isMisspelt: isKnown(mesh, kind, namespace, name) };
  missing(field?.get('name') ?? listener.get('name'), absent, message, { sameAs });
}

/** Whether the input holds the object, or grants beside it, so that the grant should be there as well. */
const isKnown = (mesh: Mesh, kind: string, namespace: string, name: string): boolean =>
  [...mesh.all('Secret'), ...mesh.all('ConfigMap')].some(
    (each) => each.kind === kind && each.namespace === namespace && each.name === name,
  ) || mesh.all('ReferenceGrant').some((each) => each.namespace === namespace);

function checkKinds({ report }: Context, listener: Field<Listener>): void {
  const { allowedRoutes, ...rest } = listener.value;
  const possible = routeKinds(rest);
  if (possible.size === 0 || !allowedRoutes?.kinds) return;
  for (const kind of listener.each('allowedRoutes.kinds[]')) {
    // The schema requires a name for each kind.
    if (!kind.value.kind || possible.has(kindOf({ group: GROUP, ...kind.value }, '/'))) continue;
    const kinds = [...possible].map((each) => each.slice(each.indexOf('/') + 1));
    report(
      kind.get('kind'),
      `a listener with protocol ${listener.value.protocol} does not support routes of kind "${kind.value.kind}"; supported: ${oneOf(kinds, 'and')}`,
      { sameAs: ['InvalidRouteKinds'] },
    );
  }
}

const EAST_WEST = 'istio-east-west';
const HBONE_PORT = 15008;

/** istio: unexpectedEastWestWaypointListener */
function checkEastWest({ report }: Context, listener: Field<Listener>): void {
  const { port, protocol, tls } = listener.value;
  const isHbone = port === HBONE_PORT && protocol === 'HBONE' && tls?.mode === 'Terminate';
  const isPassthrough = port !== HBONE_PORT && protocol === 'TLS' && tls?.mode === 'Passthrough';
  if (isHbone || isPassthrough) return;
  report(
    listener.get('name'),
    'an east-west gateway only supports HBONE on port 15008 with TLS mode Terminate, and TLS with mode Passthrough on other ports',
    { sameAs: ['UnsupportedProtocol'] },
  );
}
