import type { Mesh } from '../mesh';
import { type Configured, proxyConfigOf } from './proxy-config';
import { own } from '../../source/own';

/** The value of an `ISTIO_META_` variable in the environment of a proxy. istio: NodeMetadata */
export const nodeVariable = (mesh: Mesh, proxy: Configured, name: string): string | undefined =>
  own(proxyConfigOf(mesh, proxy).proxyMetadata, `ISTIO_META_${name}`);

// Go's strconv.ParseBool.
const TRUE = new Set(['1', 't', 'T', 'TRUE', 'true', 'True']);

/** Whether the agent beside a proxy answers the DNS queries of its workload, with the addresses given to ServiceEntries among others. */
export const capturesDns = (mesh: Mesh, proxy: Configured): boolean =>
  TRUE.has(nodeVariable(mesh, proxy, 'DNS_CAPTURE') ?? '');
