import { isCarried } from '../../mesh/ambient/ambient';
import { isAmbientMesh } from '../../mesh/ambient/ambient-mode';
import { podUid } from '../../mesh/ambient/waypoint-resources';
import type { Mesh } from '../../mesh/mesh';
import { mtlsOf, portsWithMtls } from '../../mesh/policies/authentication';
import { type Workload, workloads } from '../../mesh/workloads/workloads';
import { isOfPeerAuthentication, translateZtunnel } from '../../pilot/ztunnel';
import type { Field } from '../../source/field';
import { authorize } from '../../ztunnel/inbound';
import { lookupOf } from '../../ztunnel/lookup';
import { rule } from '../rule';

export default rule({
  name: 'disabled-mtls-in-ambient',
  category: 'traffic',
  severity: 'warning',
  summary: 'A PeerAuthentication disables mutual TLS for pods in ambient mode.',
  url: 'https://istio.io/latest/docs/ambient/usage/l4-policy/',
  docs: `
    ztunnel cannot disable mutual TLS: it always uses HBONE between pods in ambient mode. For these
    pods, DISABLE means the same as PERMISSIVE, which is reported as info. A port with DISABLE stays
    STRICT where the policy sets no mode of its own and the namespace or mesh is STRICT: ztunnel then
    closes plaintext connections to the port.

    Fix: use PERMISSIVE.
  `,
  check({ mesh, report }) {
    if (!isAmbientMesh(mesh)) return;
    for (const { field, closed } of disabled(mesh).values())
      if (closed === undefined)
        report(field, 'ztunnel cannot disable mutual TLS, so DISABLE means PERMISSIVE for pods in ambient mode', {
          severity: 'info',
        });
      else
        report(
          field,
          `ztunnel ignores this DISABLE: plaintext connections to port ${closed.port} of ${closed.workload.resource.title} are closed, because its mode stays STRICT; use PERMISSIVE`,
        );
  },
});

interface Disabled {
  readonly field: Field;
  /** A port at which plaintext is closed in spite of it. */
  readonly closed?: { readonly workload: Workload; readonly port: number };
}

/** The fields that disable mutual TLS for pods in ambient mode. */
function disabled(mesh: Mesh): ReadonlyMap<string, Disabled> {
  const found = new Map<string, Disabled>();
  const add = (each: Disabled): void => {
    const key = `${each.field.resource.title} ${each.field.pathText}`;
    if (!found.has(key) || each.closed) found.set(key, each);
  };
  for (const workload of workloads(mesh)) {
    if (!isCarried(mesh, workload) || workload.pods.length === 0) continue;
    const wide = mtlsOf(mesh, workload);
    if (wide.mode === 'DISABLE' && wide.field) add({ field: wide.field });
    for (const port of portsWithMtls(mesh, workload)) {
      const { mode, field } = mtlsOf(mesh, workload, port);
      if (mode !== 'DISABLE' || !field || field.pathText === wide.field?.pathText) continue;
      add(isClosed(mesh, workload, port) ? { field, closed: { workload, port } } : { field });
    }
  }
  return found;
}

/** Whether the ztunnel of a workload closes plaintext connections to a port, whatever policies say of clients. */
function isClosed(mesh: Mesh, { pods: [pod] }: Workload, port: number): boolean {
  const { config } = translateZtunnel(mesh);
  const server = pod && lookupOf(config).workloadOf(podUid(pod));
  if (!pod || !server) return false;
  const connection = { identity: undefined, source: OUTSIDE, destination: { address: pod.ip, port } };
  return authorize(config, server, connection).by.some(({ name }) => isOfPeerAuthentication(name));
}

/** An address that is set aside for documentation. */
const OUTSIDE = '198.51.100.1';
