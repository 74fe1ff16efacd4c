import type { Address } from './address';
import type { DataSource, Extension } from './any';
import type { Cluster } from './cluster';
import type { Listener } from './listener';

/** What an Envoy starts with. */
export interface Bootstrap {
  node?: { id?: string; cluster?: string };
  admin?: { address?: Address };
  bootstrapExtensions?: Extension[];
  staticResources?: { listeners?: readonly Listener[]; clusters?: readonly Cluster[]; secrets?: readonly Secret[] };
}

/** A certificate with its key, or what certificates are checked against, by name. */
export interface Secret {
  name?: string;
  tlsCertificate?: { certificateChain?: DataSource; privateKey?: DataSource };
  validationContext?: { trustedCa?: DataSource };
}
