/** The names under which a service is called. */
import type { Service } from '../../mesh/services/service';
import { hostPort, inBrackets } from '../host-port';

/** The domains of a service, and which of them are made up from its host. */
export interface Domains {
  readonly all: readonly string[];
  readonly alternatives: ReadonlySet<string>;
}

/** Who asks: names are shortened by what service and proxy have in common. */
export interface Asker {
  readonly namespace: string;
  /** The domain below which the cluster's Services are. */
  readonly domain: string;
}

/** Port 0 means that domains are matched whatever the port. istio: generateVirtualHostDomains */
export function domainsOf(service: Service, addresses: readonly string[], asker: Asker, port: number): Domains {
  const names = [service.hostname, ...service.aliases.map(({ hostname }) => hostname)];
  const alternatives = new Set<string>();
  const domains = names.flatMap((name) => {
    const others = alternativeNames(name, asker, port);
    for (const other of others) alternatives.add(other);
    return [...withPort(name, port), ...others];
  });
  const isHeadless = service.resolution === 'passthrough' && service.isInCluster;
  const instances = isHeadless ? domains.map((domain) => `*.${domain}`) : [];
  const vips = addresses.flatMap((address) => withPort(address, port));
  return { all: [...domains, ...instances, ...vips], alternatives };
}

const withPort = (domain: string, port: number): string[] =>
  port === 0 ? [inBrackets(domain)] : [inBrackets(domain), hostPort(domain, port)];

/** Other names by which a host goes. istio: GenerateAltVirtualHosts */
export function alternativeNames(hostname: string, asker: Asker, port: number): string[] {
  const absolute = isAddress(hostname) ? [] : [`${hostname}.`];
  const withItsPort = port === 0 ? [] : [hostPort(`${hostname}.`, port)];
  const short = shortNames(hostname, asker);
  return [...absolute, ...withItsPort, ...short.flatMap((name) => withPort(name, port))];
}

const isAddress = (hostname: string): boolean => /^[\d.]+$/.test(hostname) || hostname.includes(':');

/** What is left of the name of a Kubernetes Service without the cluster's domain. istio: generateAltVirtualHostsForKubernetesService */
function shortNames(hostname: string, { namespace, domain }: Asker): string[] {
  if (!hostname.endsWith(`.svc.${domain}`)) return [];
  const inCluster = hostname.slice(0, hostname.indexOf('.svc.'));
  const dot = inCluster.indexOf('.');
  if (dot < 0) return [];
  const isNear = inCluster.slice(dot + 1) === namespace;
  return isNear ? [inCluster.slice(0, dot), `${inCluster}.svc`, inCluster] : [inCluster, `${inCluster}.svc`];
}

/**
 * Gives each domain to the virtual host that asks first. A name that was made up gives way to a service that is really called
 * so. istio: dedupeDomains
 */
export class DomainOwners {
  private readonly taken = new Set<string>();

  constructor(private readonly real: ReadonlySet<string>) {}

  claim({ all, alternatives }: Domains): string[] {
    return all.filter((domain) => {
      const name = domain.toLowerCase();
      if (this.taken.has(name) || (alternatives.has(domain) && this.real.has(domain))) return false;
      this.taken.add(name);
      return true;
    });
  }
}
