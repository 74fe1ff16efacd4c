/** A host and a port as one name; addresses of IPv6 stand in brackets. istio: util.DomainName */
export const hostPort = (host: string, port: number): string => `${inBrackets(host)}:${port}`;

/** A host as it stands in a domain of Envoy. istio: util.IPv6Compliant */
export const inBrackets = (host: string): string => (host.includes(':') ? `[${host}]` : host);
