/** What the proxies of a namespace or a workload know of the mesh: Istio's SidecarScope. */
import type { KindMap } from '../../schema/kinds';
import type { Destination, IstioEgressListener, IstioIngressListener } from '../../schema/kinds/networking';
import type { Field } from '../../source/field';
import type { Resource } from '../../source/resource';
import { configsIn } from '../settings/configs';
import { type DestinationRule, destinationRulesFor } from './destination-rules';
import { type EgressListener, egressListener } from './egress-listener';
import { importedServices } from '../services/imported-services';
import { type Labels, selects } from '../workloads/labels';
import { perMesh } from '../memo';
import type { Mesh } from '../mesh';
import { meshConfig, rootNamespace } from '../settings/mesh-config';
import type { Service } from '../services/service';
import { bestService, contestedHosts, servicesVisibleFrom } from '../services/services';
import { virtualServicesOf } from './virtual-services';

type Sidecar = Resource<KindMap['Sidecar']>;

/** What becomes of calls to unknown hosts, and where a Sidecar says so. */
export interface OutboundPolicy {
  readonly mode: 'REGISTRY_ONLY' | 'ALLOW_ANY' | 'ALLOW_ANY_DYNAMIC_DNS';
  readonly egressProxy: Destination | undefined;
  readonly field: Field | undefined;
}

/** The view that proxies have of the mesh. */
export class SidecarScope {
  private readonly rules = new Map<string, readonly DestinationRule[]>();
  private imported: ReadonlyMap<string, Service> | undefined;

  constructor(
    private readonly mesh: Mesh,
    /** Where the proxies are, which may not be where the Sidecar is. */
    readonly namespace: string,
    /** The Sidecar that says so; absent where everything that is exported to the namespace is known. */
    readonly sidecar: Sidecar | undefined,
    readonly egress: readonly EgressListener[],
    private readonly makeServices: () => ReadonlyMap<string, Service>,
  ) {}

  /** The services that can be called, by host; of several with one host, as one. */
  get services(): ReadonlyMap<string, Service> {
    return (this.imported ??= this.makeServices());
  }

  /** The service that goes by a host. */
  service(hostname: string): Service | undefined {
    // Where nothing is kept out, one service need not cost the table of all.
    if (!this.imported && this.egress.every(({ importsEverything }) => importsEverything)) {
      const service = bestService(this.mesh, hostname, this.namespace);
      if (!service || !contestedHosts(this.mesh).has(hostname)) return service;
    }
    return this.services.get(hostname);
  }

  /** The same view of one service alone, and of the routes for it with their destinations. */
  only(hostname: string): SidecarScope {
    const service = this.service(hostname);
    const egress = this.egress.map((listener): EgressListener => {
      const routed = listener.virtualServiceFor(hostname);
      const virtualServices = routed ? [routed] : [];
      return { ...listener, ...servicesIn(listener, service), virtualServices, virtualServiceFor: () => routed };
    });
    const { mesh, namespace, sidecar } = this;
    return new SidecarScope(mesh, namespace, sidecar, egress, () => importedServices(mesh, namespace, egress));
  }

  /** What becomes of calls to hosts that are not known: as the Sidecar says, else as the mesh does. */
  get outbound(): OutboundPolicy {
    const [field] = this.sidecar?.each('spec.outboundTrafficPolicy') ?? [];
    const { mode } = field?.value ?? meshConfig(this.mesh).outboundTrafficPolicy;
    return { mode: mode ?? 'REGISTRY_ONLY', egressProxy: field?.value.egressProxy, field };
  }

  /** The listeners that the Sidecar sets up for incoming traffic; without any, the services tell. */
  get ingress(): readonly Field<IstioIngressListener>[] {
    return this.sidecar?.each('spec.ingress[]') ?? [];
  }

  /** The DestinationRules that were found for a service; `chosenFor` tells which of them holds for a workload. */
  destinationRules(hostname: string): readonly DestinationRule[] {
    const known = this.rules.get(hostname);
    if (known) return known;
    const service = this.service(hostname);
    const found = service ? destinationRulesFor(this.mesh, service, this.namespace) : [];
    this.rules.set(hostname, found);
    return found;
  }

  /** The listener whose routes hold for a port, or for the socket or address where the port is 0. istio: GetEgressListenerForRDS */
  egressListenerFor(port: number, bind: string): EgressListener | undefined {
    return this.egress.find(({ field }) => {
      const number = field?.value.port?.number;
      if (!field?.value.port) return true;
      return number === port && (port !== 0 || field.value.bind === bind);
    });
  }
}

function servicesIn(listener: EgressListener, service: Service | undefined): Pick<EgressListener, 'services'> {
  if (!service) return { services: [] };
  if (listener.importsEverything) return { services: [service] };
  return { services: listener.services.filter(({ hostname }) => hostname === service.hostname) };
}

const sidecars = perMesh((mesh) => {
  const rootSidecar = configsIn(mesh, 'Sidecar', rootNamespace(mesh)).find(isForAll);
  return { rootSidecar, scopes: new Map<string, SidecarScope>() };
});

const isForAll = ({ value }: Sidecar): boolean => !value.spec?.workloadSelector;

/**
 * The Sidecar that holds for workloads with these labels: the oldest that selects them, else the namespace's own for all, else
 * that of the root namespace. istio: PushContext.getSidecarScope
 */
export function sidecarFor(mesh: Mesh, namespace: string, labels: Labels): Sidecar | undefined {
  const own = configsIn(mesh, 'Sidecar', namespace);
  const selecting = own.find((each) => !isForAll(each) && selects(each.value.spec?.workloadSelector?.labels, labels));
  return selecting ?? own.find(isForAll) ?? sidecars(mesh).rootSidecar;
}

/** What sidecars in a namespace with these labels know. */
export const sidecarScopeFor = (mesh: Mesh, namespace: string, labels: Labels): SidecarScope =>
  scopeOf(mesh, namespace, sidecarFor(mesh, namespace, labels));

/** What a Sidecar lets proxies in a namespace know. istio: initSidecarScopeInternalIndexes */
function scopeOf(mesh: Mesh, namespace: string, sidecar: Sidecar | undefined): SidecarScope {
  const key = `${namespace} ${sidecar ? `${sidecar.namespace}/${sidecar.name}` : ''}`;
  return remembered(mesh, key, () => {
    const written = sidecar?.each('spec.egress[]') ?? [];
    const fields: (Field<IstioEgressListener> | undefined)[] = written.length > 0 ? written : [undefined];
    const egress = fields.map((field) => egressListener(mesh, namespace, field));
    return new SidecarScope(mesh, namespace, sidecar, egress, () => importedServices(mesh, namespace, egress));
  });
}

/** What gateways in a namespace know: everything that is exported to it, whatever Sidecars say. istio: DefaultSidecarScopeForGateway */
export const gatewayScopeFor = (mesh: Mesh, namespace: string): SidecarScope =>
  remembered(mesh, `gateway ${namespace}`, () => {
    const services = servicesVisibleFrom(mesh, namespace);
    const virtualServices = virtualServicesOf(mesh, 'mesh', namespace);
    const listener = {
      field: undefined,
      importsEverything: true,
      services,
      virtualServices,
      virtualServiceFor: () => undefined,
    };
    return new SidecarScope(mesh, namespace, undefined, [listener], () =>
      importedServices(mesh, namespace, [{ ...listener, virtualServices: [] }]),
    );
  });

function remembered(mesh: Mesh, key: string, make: () => SidecarScope): SidecarScope {
  const { scopes } = sidecars(mesh);
  const known = scopes.get(key) ?? make();
  scopes.set(key, known);
  return known;
}
