import { type BackendProblem, type Sender, backend } from '../../mesh/gateway-api/backends';
import { configs, configsIn } from '../../mesh/settings/configs';
import { type AnyRoute, attachments, isOfOtherController, serviceCalled } from '../../mesh/gateway-api/parents';
import { SERVICE, kindOf } from '../../mesh/gateway-api/references';
import type { Mesh } from '../../mesh/mesh';
import { bestService } from '../../mesh/services/services';
import type { BackendRef } from '../../schema/kinds/gateway-api';
import { didYouMean } from '../../schema/spelling';
import type { Field } from '../../source/field';
import { routesOfApi } from './api-routes';
import { respelling } from '../edits';
import { type Context, rule } from '../rule';

export default rule({
  name: 'unknown-backend',
  category: 'reference',
  severity: 'error',
  summary: 'A route of the Gateway API references a backend that does not exist or is not permitted.',
  url: 'https://gateway-api.sigs.k8s.io/reference/spec/',
  docs: `
    A backend is the name of a Service, not a host, and its port is the port of the Service.
    Requests to a Service that does not exist, or to a port that it does not have, get 500 with the
    response flag NC. A name that is a host makes the whole route invalid (404, NR). At a gateway, a
    backend in another namespace needs a ReferenceGrant in that namespace.

    Fix: correct the name or the port, or add the ReferenceGrant.

    Routes for clients in the mesh (parentRefs of kind Service) need no ReferenceGrant, although
    Kiali asks for one. Kiali checks HTTPRoute and GRPCRoute only, and neither mirrors nor ports.
  `,
  sameAs: ['KIA1402', 'BackendNotFound', 'RefNotPermitted', 'InvalidKind', 'InvalidDestination'],
  check(context) {
    for (const route of routesOfApi(context.mesh)) {
      if (isOfOtherController(context.mesh, route)) continue;
      const sender = senderOf(context.mesh, route);
      const isSeenByKiali = route.kind === 'HTTPRoute' || route.kind === 'GRPCRoute';
      for (const field of backendsOf(route)) checkOne(context, sender, field, isSeenByKiali ? ['KIA1402'] : []);
      for (const field of mirrorsOf(route)) checkOne(context, sender, field, []);
    }
  },
});

function backendsOf(route: AnyRoute): readonly Field<BackendRef>[] {
  return (route as ReturnType<typeof configs<'HTTPRoute'>>[number]).each('spec.rules[].backendRefs[]');
}

function mirrorsOf(route: AnyRoute): readonly Field<BackendRef>[] {
  return (route as ReturnType<typeof configs<'HTTPRoute'>>[number]).each(
    'spec.rules[].filters[].requestMirror.backendRef',
  );
}

/** A route that only clients in the mesh follow may lead anywhere. */
function senderOf(mesh: Mesh, route: AnyRoute): Sender {
  const parents = attachments(mesh, route);
  const isOfMesh = parents.length > 0 && parents.every(({ parent }) => parent.internalName === 'mesh');
  const kind = `${route.group}/${route.kind}` as const;
  return { kind, namespace: route.namespace, needsGrant: isOfMesh ? 'never' : 'across-namespaces' };
}

function checkOne(context: Context, sender: Sender, field: Field<BackendRef>, sameAs: string[]): void {
  const { problem, destination } = backend(context.mesh, sender, field.value);
  if (problem) return tell(context, sender, field, problem, sameAs);
  const { host = '', port } = destination ?? {};
  const service = bestService(context.mesh, host, sender.namespace);
  if (!service) {
    const what = { kind: 'ServiceEntry', namespace: '' };
    return context.missing(field.get('name'), what, `host "${host}" is not defined by any Service or ServiceEntry`, {
      sameAs: ['BackendNotFound'],
    });
  }
  if (service.ports.some(({ number }) => number === port?.number)) return;
  const offered = service.ports.map(({ number }) => number).join(', ') || 'none';
  context.report(
    field.get('port'),
    `"${field.value.name ?? ''}" has no port ${port?.number ?? ''}; its ports are ${offered}`,
    {
      sameAs: [],
      related: [{ place: service.field, message: 'the service' }],
    },
  );
}

function tell(
  { mesh, report, missing }: Context,
  sender: Sender,
  field: Field<BackendRef>,
  { because }: BackendProblem,
  sameAs: string[],
): void {
  const { name = '', namespace = sender.namespace } = field.value;
  switch (because) {
    case 'not-granted': {
      const kind = sender.kind.slice(sender.kind.indexOf('/') + 1);
      const message = `no ReferenceGrant in namespace "${namespace}" permits ${kind === 'HTTPRoute' ? 'an' : 'a'} ${kind} of namespace "${sender.namespace}" to reference "${name}"`;
      const isMisspelt = !mesh.isPartial && configsIn(mesh, 'ReferenceGrant', namespace).length > 0;
      return missing(field.get('namespace'), { kind: 'ReferenceGrant', namespace, isMisspelt }, message, {
        sameAs: [...sameAs, 'RefNotPermitted'],
      });
    }
    case 'unknown-service': {
      const names = namesIn(mesh, namespace);
      const message = `Service "${namespace}/${name}" does not exist${didYouMean(name, names)}`;
      const fix = respelling(field.get('name'), names);
      return missing(field.get('name'), { kind: 'Service', namespace }, message, {
        sameAs: [...sameAs, 'BackendNotFound'],
        fix,
      });
    }
    case 'hostname-for-name': {
      const [first = '', second = ''] = name.split('.');
      const meant = serviceCalled(mesh, second, first) ? `; write "name: ${first}" and "namespace: ${second}"` : '';
      return report(field.get('name'), `"${name}" is a host name; expected the name of a Service${meant}`, {
        sameAs: [...sameAs, 'InvalidDestination'],
      });
    }
    case 'unknown-kind':
      return report(field.get('kind'), `Istio does not support backends of kind "${kindOf(field.value, SERVICE)}"`, {
        sameAs: ['InvalidKind'],
      });
    case 'namespace-with-hostname':
      return report(field.get('namespace'), 'a backend of kind Hostname must not have a namespace', {
        sameAs: ['InvalidDestination'],
      });
    case 'no-port':
      return report(field, `backend "${name}" has no port`, { sameAs: ['InvalidDestination'] });
  }
}

const namesIn = (mesh: Mesh, namespace: string): string[] =>
  configs(mesh, 'Service').flatMap((each) => (each.namespace === namespace ? each.name : []));
