/** The name of the cluster that leads to a subset of a service. istio: model.BuildSubsetKey */
export const subsetKey = (
  direction: 'outbound' | 'inbound' | 'inbound-vip',
  subset: string,
  host: string,
  port: number,
): string => `${direction}|${port}|${subset}|${host}`;

/** The same with letters that a TLS server name may have: what clients with mutual TLS ask for. istio: model.BuildDNSSrvSubsetKey */
export const sniKey = (subset: string, host: string, port: number): string => `outbound_.${port}_.${subset}_.${host}`;

/** What a cluster's name says of it. */
export interface SubsetKey {
  readonly direction: string;
  readonly port: number;
  readonly subset: string;
  readonly host: string;
}

/** Reads a cluster's name, where it is one of a service. istio: model.ParseSubsetKey */
export function parseSubsetKey(name: string): SubsetKey | undefined {
  const parts = name.split('|');
  const [direction = '', port = '', subset = '', host = ''] = parts.length === 4 ? parts : partsOfSni(name);
  return direction === '' ? undefined : { direction, port: Number(port), subset, host };
}

function partsOfSni(name: string): string[] {
  const [direction = '', port = '', subset = '', ...host] = name.split('_.');
  return host.length > 0 ? [direction, port, subset, host.join('_.')] : [];
}
