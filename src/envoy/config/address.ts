export interface Address {
  socketAddress?: SocketAddress;
  pipe?: { path?: string };
  envoyInternalAddress?: { serverListenerName?: string; endpointId?: string };
}

export interface SocketAddress {
  address?: string;
  portValue?: number;
  namedPort?: string;
  protocol?: 'TCP' | 'UDP';
  ipv4Compat?: boolean;
}

export interface CidrRange {
  addressPrefix?: string;
  prefixLen?: number;
}
