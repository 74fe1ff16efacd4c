import { configs, configsIn } from '../../mesh/settings/configs';
import { type AnyRoute, type Attachment, type Denial, attachments, hostnamesOf } from '../../mesh/gateway-api/parents';
import {
  type FullKind,
  GATEWAY,
  LISTENER_SET,
  SERVICE,
  SERVICE_ENTRY,
  kindOf,
} from '../../mesh/gateway-api/references';
import { isIstioClass } from '../../mesh/gateways/gateway-deployments';
import { isDefined } from '../../mesh/settings/namespaces';
import type { Mesh } from '../../mesh/mesh';
import { didYouMean, oneOf } from '../../schema/spelling';
import type { ParentReference } from '../../schema/kinds/gateway-api';
import type { Field } from '../../source/field';
import { routesOfApi } from './api-routes';
import { kubernetesGateways } from '../gateways/gateway-references';
import { type Context, rule } from '../rule';

export default rule({
  name: 'unattached-route',
  category: 'reference',
  severity: 'error',
  summary: 'A route of the Gateway API references a parent that does not exist or does not accept it.',
  url: 'https://gateway-api.sigs.k8s.io/reference/spec/',
  docs: `
    A listener accepts a route if it allows the kind, if \`allowedRoutes\` allows the namespace of the
    route (by default only its own), and if they have a hostname in common. \`sectionName\` and \`port\`
    choose among the listeners. When no listener accepts the route, it has no effect at that parent:
    requests get 404 (response flag NR) or use another route.

    Fix: correct the reference or the hostname, or allow the namespace in \`allowedRoutes\`.

    Kiali compares namespaces only; the other reasons are in the status of the route.
  `,
  sameAs: ['KIA1401', 'KIA1402', 'NoMatchingParent', 'NotAllowedByListeners', 'NoMatchingListenerHostname'],
  check(context) {
    const { mesh } = context;
    for (const route of routesOfApi(mesh)) {
      const found = attachments(mesh, route);
      for (const field of route.each('spec.parentRefs[]')) {
        const own = found.filter((each) => each.field.pathText === field.pathText);
        checkOne(context, route, field, own);
      }
    }
    for (const route of configs(mesh, 'UDPRoute'))
      for (const field of route.each('spec.parentRefs[]')) checkUdp(context, route.namespace, field);
  },
});

/** Istio does not watch routes of UDP. */
function checkUdp({ mesh, report }: Context, own: string, field: Field<ParentReference>): void {
  const { name = '', namespace = own } = field.value;
  if (kindOf(field.value, GATEWAY) !== GATEWAY) return;
  const gateway = kubernetesGateways(mesh).get(`${namespace}/${name}`);
  if (!gateway || !isIstioClass(mesh, gateway.value.spec?.gatewayClassName)) return;
  report(field.get('name'), `Istio does not support UDPRoute, so "${namespace}/${name}" serves no UDP`, {
    related: [{ place: gateway.at(['metadata', 'name']), message: 'the Gateway' }],
    sameAs: [],
  });
}

function checkOne(context: Context, route: AnyRoute, field: Field<ParentReference>, own: readonly Attachment[]): void {
  if (own.some(({ denial }) => !denial)) return;
  const kind = kindOf(field.value, GATEWAY);
  const { name = '', namespace = route.namespace } = field.value;
  if (own.length > 0 && (kind === GATEWAY || kind === LISTENER_SET)) refused(context, route, field, own);
  else if (!exists(context.mesh, kind, namespace, name)) unknown(context, route, field, kind);
}

function exists(mesh: Mesh, kind: FullKind, namespace: string, name: string): boolean {
  if (kind === GATEWAY) return kubernetesGateways(mesh).has(`${namespace}/${name}`);
  if (kind === LISTENER_SET) return configsIn(mesh, 'ListenerSet', namespace).some((each) => each.name === name);
  if (kind === SERVICE) return configsIn(mesh, 'Service', namespace).some((each) => each.name === name);
  // What is of none of these kinds is the parent of another controller's routes.
  return kind !== SERVICE_ENTRY || configsIn(mesh, 'ServiceEntry', namespace).some((each) => each.name === name);
}

/** Kiali looks at two kinds of routes, and at two kinds of parents. */
function counterpart({ kind }: AnyRoute, code: string): string[] {
  return kind === 'HTTPRoute' || kind === 'GRPCRoute' ? [code] : [];
}

function unknown({ mesh, missing }: Context, route: AnyRoute, field: Field<ParentReference>, full: FullKind): void {
  const { name = '', namespace = route.namespace } = field.value;
  const kind = full.slice(full.indexOf('/') + 1);
  const near = full === GATEWAY ? didYouMean(name, gatewaysIn(mesh, namespace)) : '';
  const code = full === GATEWAY ? 'KIA1401' : full === SERVICE ? 'KIA1402' : undefined;
  const message = `${kind} "${namespace}/${name}" does not exist, so this route is not attached${near}`;
  // Of a Gateway that does not exist Istio cannot know that it is its own, so it sets no condition.
  const reasons = full === SERVICE || full === SERVICE_ENTRY ? ['NoMatchingParent'] : [];
  missing(field.get('name'), { kind, namespace }, message, {
    sameAs: [...(code ? counterpart(route, code) : []), ...reasons],
  });
}

const gatewaysIn = (mesh: Mesh, namespace: string): string[] =>
  configsIn(mesh, 'KubernetesGateway', namespace).map(({ name }) => name);

/** How far a route comes with a listener before it is refused. */
const STEPS: readonly Denial['because'][] = [
  'unknown-parent',
  'other-port',
  'other-section',
  'other-hostname',
  'namespace-not-allowed',
  'kind-not-allowed',
];

function refused(context: Context, route: AnyRoute, field: Field<ParentReference>, own: readonly Attachment[]): void {
  const { mesh, report } = context;
  const { name = '', namespace = route.namespace } = field.value;
  const gateway = kubernetesGateways(mesh).get(`${namespace}/${name}`);
  if (gateway && !isIstioClass(mesh, gateway.value.spec?.gatewayClassName)) return;
  if (isOfUnknownLabels(context.mesh, route, own)) return;
  const [nearest] = [...own].sort((one, other) => stepOf(other) - stepOf(one));
  // Kiali does not ask whether a Gateway lets in the routes beside it.
  const isLetIn =
    namespace === route.namespace ||
    own.some(({ parent }) => parent.hosts.some((host) => isFor(host, route.namespace)));
  const related = gateway ? [{ place: gateway.at(['metadata', 'name']), message: 'the Gateway' }] : [];
  const { denial } = nearest!;
  const [place, reason] = why(route, field, own, denial!);
  report(place, `"${namespace}/${name}" ${reason}`, {
    related,
    sameAs: [...(isLetIn ? [] : counterpart(route, 'KIA1401')), REASONS[denial!.because]],
  });
}

/** Istio's reason for the condition Accepted of the route. */
const REASONS: Readonly<Record<Denial['because'], string>> = {
  'unknown-parent': 'NoMatchingParent',
  'other-port': 'NoMatchingParent',
  'other-section': 'NoMatchingParent',
  'other-hostname': 'NoMatchingListenerHostname',
  'namespace-not-allowed': 'NotAllowedByListeners',
  'kind-not-allowed': 'NotAllowedByListeners',
};

/** Whether a listener chooses namespaces by their labels, and those of the route's namespace are not in the input. */
function isOfUnknownLabels(mesh: Mesh, route: AnyRoute, own: readonly Attachment[]): boolean {
  if (isDefined(mesh, route.namespace)) return false;
  return own.some(({ denial, parent }) => denial?.because === 'namespace-not-allowed' && parent.selectsNamespaces);
}

const stepOf = ({ denial }: Attachment): number => (denial ? STEPS.indexOf(denial.because) : STEPS.length);

const isFor = (host: string, namespace: string): boolean => host.startsWith('*/') || host.startsWith(`${namespace}/`);

function why(
  route: AnyRoute,
  field: Field<ParentReference>,
  own: readonly Attachment[],
  { because }: Denial,
): [Field, string] {
  const { sectionName = '', port } = field.value;
  const sections = own.map(({ parent }) => parent.section);
  switch (because) {
    case 'unknown-parent':
      return [field.get('name'), 'does not exist'];
    case 'other-port':
      return [field.get('port'), `has no listener on port ${port ?? ''}`];
    case 'other-section': {
      const near = didYouMean(sectionName, sections) || `; it has ${oneOf(sections.slice(0, 5), 'and')}`;
      return [field.get('sectionName'), `has no listener "${sectionName}"${near}`];
    }
    case 'other-hostname': {
      const hosts = own.map(({ parent }) => parent.hostname || '*').slice(0, 5);
      const names = oneOf(hostnamesOf(route).slice(0, 5), 'or');
      return [
        field.get('name'),
        `has no listener for the hostname ${names}; its listeners are for ${oneOf(hosts, 'and')}`,
      ];
    }
    case 'namespace-not-allowed':
      return [
        field.get('name'),
        `accepts no routes from namespace "${route.namespace}"; see allowedRoutes of its listeners`,
      ];
    case 'kind-not-allowed':
      return [field.get('name'), `accepts no ${route.kind}; see protocol and allowedRoutes of its listeners`];
  }
}
