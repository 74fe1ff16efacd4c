import { withoutUndefined } from '../../source/without-undefined';
import { type EnvoyFilter, envoyFilters, envoyPatches } from '../../mesh/settings/envoy-filters';
import { perMesh } from '../../mesh/memo';
import { serversOf } from '../../mesh/gateways/gateway-listeners';
import type { Mesh } from '../../mesh/mesh';
import { attachableOf } from '../../mesh/policies/attachable';
import { attachmentOf } from '../../mesh/policies/policy-attachment';
import { services, servicesCalled } from '../../mesh/services/services';
import type { Service } from '../../mesh/services/service';
import { type Proxy, proxies } from '../../mesh/workloads/proxy';
import { type Push, pushFor } from '../../pilot/context';
import { type Patch, patchOf } from '../../pilot/envoy-filter';
import { hasEffect } from '../../pilot/envoy-filter/effect';
import type { EnvoyFilterEnvoyConfigObjectPatch } from '../../schema/kinds/networking';
import { didYouMean } from '../../schema/spelling';
import type { Field } from '../../source/field';
import { listed } from '../../source/listed';
import { valueAt } from '../../source/path';
import { type Context, rule } from '../rule';
import { own } from '../../source/own';

type PatchField = Field<EnvoyFilterEnvoyConfigObjectPatch>;

/** More proxies than this are not asked about one patch. */
const MOST_PROXIES = 8;

export default rule({
  name: 'unmatched-patch',
  category: 'traffic',
  severity: 'warning',
  isAboutAbsence: true,
  summary: 'The match of an EnvoyFilter patch fits nothing in the proxies that it selects.',
  url: 'https://istio.io/latest/docs/reference/config/networking/envoy-filter/',
  docs: `
    The control plane applies a patch to the listeners, filters, routes or clusters that its match
    describes. When no selected proxy has one, the patch changes nothing, and no component reports
    it: a filter for authentication or limits does not run.

    Fix: look at the real configuration with \`meshlint envoy\` or \`istioctl proxy-config\`.

    \`listener.portNumber\` is the port on which the proxy listens: at a gateway and in
    SIDECAR_INBOUND the target port of the Service, not its port. \`routeConfiguration.portNumber\`
    at a gateway is the port of the Gateway's server. Only routes of HTTPS servers have a
    \`portName\`. Names of virtual hosts contain the port (\`reviews.shop.svc.cluster.local:9080\`).
    Clusters have the full name of the Service (\`reviews.shop.svc.cluster.local\`), and inbound ones
    the target port. The context must fit the proxies: GATEWAY, SIDECAR_INBOUND or SIDECAR_OUTBOUND.

    Patches for more than ${MOST_PROXIES} proxies that fit none of the first are not checked.
  `,
  check(context) {
    for (const [field, selected] of selectedProxies(context.mesh)) checkPatch(context, field, selected);
  },
});

/** The patches with a match of their own, and the proxies that they are meant for. */
function selectedProxies(mesh: Mesh): Map<PatchField, Proxy[]> {
  const found = new Map<string, { field: PatchField; proxies: Proxy[] }>();
  if (mesh.all('EnvoyFilter').length === 0) return new Map();
  for (const proxy of proxies(mesh)) {
    if (envoyFilters(mesh, attachableOf(mesh, proxy)).length === 0) continue;
    for (const field of envoyPatches(mesh, proxy)) {
      if (leavesOf(field).length === 0) continue;
      const key = `${field.resource.title} ${field.pathText}`;
      const known = found.get(key) ?? { field, proxies: [] };
      known.proxies.push(proxy);
      found.set(key, known);
    }
  }
  return new Map([...found.values()].map((each) => [each.field, each.proxies]));
}

const pushes = perMesh(() => new Map<Proxy, Push>());

/** One for each proxy, so that what all patches need is worked out once. */
function pushOf(mesh: Mesh, proxy: Proxy): Push {
  const known = pushes(mesh).get(proxy);
  if (known) return known;
  const made = pushFor(mesh, proxy);
  pushes(mesh).set(proxy, made);
  return made;
}

/** A part of a match that can be left out. */
interface Leaf {
  readonly field: Field;
  readonly path: readonly string[];
}

/** Below these the match says by itself which proxies are meant. */
const OF_PROXIES = new Set(['proxy']);

function leavesOf(field: PatchField): Leaf[] {
  const leaves = (at: Field, path: readonly string[]): Leaf[] =>
    at.value !== null && typeof at.value === 'object'
      ? Object.keys(at.value).flatMap((key) => leaves(at.child(key), [...path, key]))
      : [{ field: at, path }];
  const { match = {} } = field.value;
  // The innermost part is blamed first. Without its context a patch fits more than was meant, so that comes last.
  return Object.keys(match)
    .filter((key) => !OF_PROXIES.has(key))
    .flatMap((key) => leaves(field.child('match').child(key), [key]))
    .sort((one, other) => other.path.length - one.path.length);
}

/** A filter that is named by nothing is another one than any: it is left out as a whole. */
const cutFor = (path: readonly string[]): readonly string[] =>
  path.at(-1) === 'name' && /filter$/i.test(path.at(-2) ?? '') ? path.slice(0, -1) : path;

/** The same patch without one part of its match. */
function without(patch: Patch, path: readonly string[]): Patch {
  const match = structuredClone(patch.match) as Record<string, unknown>;
  const owner = path
    .slice(0, -1)
    .reduce<Record<string, unknown> | undefined>(
      (at, step) => own(at, step) as Record<string, unknown> | undefined,
      match,
    );
  if (owner) delete owner[path.at(-1)!];
  return { ...patch, match };
}

function checkPatch(context: Context, field: PatchField, selected: readonly Proxy[]): void {
  const { mesh } = context;
  const tried = selected.slice(0, MOST_PROXIES).flatMap((proxy) => {
    const push = pushOf(mesh, proxy);
    const [patch] = patchOf(push, field);
    return patch ? [{ push, patch }] : [];
  });
  if (tried.length === 0 || tried.some(({ push, patch }) => hasEffect(push, patch))) return;
  if (selected.length > MOST_PROXIES) return;
  const blamed = leavesOf(field).filter(({ path }) =>
    tried.some(({ push, patch }) => hasEffect(push, without(patch, cutFor(path)))),
  );
  const certain = blamed.find((leaf) => hintFor(mesh, leaf, selected) !== undefined);
  reportPatch(context, field, selected, certain ?? blamed[0]);
}

function reportPatch(
  { mesh, report, missing }: Context,
  patch: PatchField,
  selected: readonly Proxy[],
  blamed: Leaf | undefined,
): void {
  const [first, ...others] = selected;
  const title = first!.workload?.resource.title ?? `proxy "${first!.name}"`;
  const proxiesText = others.length > 0 ? `${title} and ${others.length} more` : title;
  const place = blamed?.field ?? patch.child('match');
  const what = blamed ? `${blamed.path.join('.')} "${String(blamed.field.value)}"` : 'its match';
  const hint = blamed ? hintFor(mesh, blamed, selected) : undefined;
  const message = `this patch changes nothing in ${proxiesText}: nothing there has ${what}${hint ?? ''}`;
  if (hint !== undefined) return report(place, message);
  const kind = selected.some((proxy) => proxy.kind === 'gateway') ? 'Gateway' : 'Service';
  missing(place, { kind, namespace: '', isMisspelt: false }, message);
}

/** What is wrong for certain, whatever else the mesh may hold; undefined where other objects could make the match fit. */
function hintFor(mesh: Mesh, { path, field }: Leaf, selected: readonly Proxy[]): string | undefined {
  const name = path.join('.');
  switch (name) {
    case 'context':
      return isChosen(field) && !selected.some((proxy) => isContextOf(proxy, field.value))
        ? `; the selected proxies are of kind ${selected[0]!.kind}`
        : undefined;
    case 'listener.portNumber':
      return portHint(mesh, Number(field.value), selected);
    case 'listener.filterChain.filter.name':
    case 'listener.filterChain.filter.subFilter.name':
    case 'listener.listenerFilter':
      return '; check the name of the filter';
    case 'routeConfiguration.portName':
      return '; only the routes of HTTPS servers have a port name';
    case 'routeConfiguration.vhost.name':
      return virtualHostHint(mesh, String(field.value), selected);
    case 'cluster.portNumber':
      return clusterPortHint(mesh, field, selected);
    case 'cluster.service':
      return clusterServiceHint(mesh, String(field.value), selected);
    default:
      return undefined;
  }
}

const isContextOf = ({ kind }: Proxy, context: unknown): boolean =>
  kind === 'gateway' ? context === 'GATEWAY' : String(context).startsWith('SIDECAR_');

/** A virtual host has several domains, and one name. */
function virtualHostHint(mesh: Mesh, name: string, selected: readonly Proxy[]): string | undefined {
  const [, host = '', port] = /^(.*?)(?::(\d+))?$/s.exec(name)!;
  if (port === undefined) return '; names of virtual hosts end with a port, such as ":80"';
  const meant = serviceByShortName(mesh, host, selected);
  if (meant) return `; the virtual host is called "${meant.hostname}:${port}"`;
  const [service] = servicesCalled(mesh, host);
  const target = service?.ports.find(({ targetPort }) => targetPort === Number(port));
  if (!target || service?.ports.some(({ number }) => number === Number(port))) return undefined;
  return `; ${port} is the targetPort, and the virtual host is called "${host}:${target.number}"`;
}

/** The Service that a name means which is not its full name. */
const serviceByShortName = (mesh: Mesh, host: string, selected: readonly Proxy[]): Service | undefined =>
  services(mesh).find(
    ({ hostname, name: own, namespace, isInCluster }) =>
      isInCluster &&
      hostname !== host &&
      ([`${own}.${namespace}`, `${own}.${namespace}.svc`].includes(host) ||
        (own === host && selected.some((proxy) => proxy.namespace === namespace))),
  );

/** Clusters have the full name of their Service. */
function clusterServiceHint(mesh: Mesh, host: string, selected: readonly Proxy[]): string | undefined {
  if (servicesCalled(mesh, host).length > 0) return undefined;
  const meant = serviceByShortName(mesh, host, selected);
  if (meant) return `; the full name of the Service is "${meant.hostname}"`;
  const hosts = services(mesh).map(({ hostname }) => hostname);
  return didYouMean(host, hosts) || undefined;
}

/** The port of a cluster is that of the Service; the name of an inbound cluster has the target port and no Service. */
function clusterPortHint(mesh: Mesh, field: Field, selected: readonly Proxy[]): string | undefined {
  const { resource, path, value } = field;
  const context = valueAt(resource.value, [...path.slice(0, -2), 'context']);
  if (context === 'SIDECAR_INBOUND') return portHint(mesh, Number(value), selected);
  const host = valueAt(resource.value, [...path.slice(0, -1), 'service']);
  const [service] = typeof host === 'string' ? servicesCalled(mesh, host) : [];
  const target = service?.ports.find(({ targetPort }) => targetPort === value);
  if (!service || service.ports.some(({ number }) => number === value)) return undefined;
  return target
    ? `; ${String(value)} is the targetPort, and the port of the Service is ${target.number}`
    : `; the Service has ${listed(
        service.ports.map(({ number }) => `port ${number}`),
        3,
      )}`;
}

/** Whether the EnvoyFilter selects workloads, instead of changing all of a namespace. */
function isChosen({ resource }: Field): boolean {
  const { workloadSelector, targetRefs } = (resource.value as EnvoyFilter['value']).spec ?? {};
  const selector = workloadSelector && { matchLabels: workloadSelector.labels ?? {} };
  const attached = attachmentOf(resource.namespace, withoutUndefined({ selector, targetRefs }));
  return attached.targetRefs.length > 0 || Object.keys(attached.selector ?? {}).length > 0;
}

function portHint(mesh: Mesh, port: number, selected: readonly Proxy[]): string | undefined {
  const targets = selected.flatMap((proxy) => proxy.targets);
  const target = targets.find((each) => each.port.number === port && each.targetPort !== port);
  if (target) return `; ${port} is the port of the Service, whose targetPort is ${target.targetPort}`;
  const workloads = selected.flatMap(({ workload }) => workload ?? []);
  const server = workloads
    .flatMap((workload) => serversOf(mesh, workload))
    .find(({ field, listenPort }) => field.value.port?.number === port && listenPort !== port);
  return server && `; ${port} is the port of the Gateway, for which the proxy listens on ${server.listenPort}`;
}
