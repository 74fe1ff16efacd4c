import type { Assumptions } from './assumptions';

export type Header = readonly [name: string, value: string];

/**
 * The headers of a request or response as Envoy keeps them: names in lower case, `:method`, `:scheme`, `:authority` and `:path`
 * among them, in the order of arrival. Of headers that Envoy knows, a second value joins the first. In requests `host` is another
 * name of `:authority`. envoy: RequestHeaderMap, Headers::HostLegacy
 */
export class HeaderMap {
  private items: Header[] = [];
  private open: { readonly assumptions: Assumptions; readonly settled: Set<string> } | undefined;

  constructor(
    headers: Iterable<Header> = [],
    private readonly of: 'request' | 'response' = 'request',
  ) {
    for (const [name, value] of headers) this.add(name.toLowerCase(), value);
  }

  private key(name: string): string {
    return name === 'host' && this.of === 'request' ? ':authority' : name;
  }

  /** Takes everything but these to be unknown, until a proxy sets it. */
  leaveOpen(assumptions: Assumptions, settled: readonly string[]): void {
    this.open = { assumptions, settled: new Set(settled) };
  }

  /** What is assumed about a header that is not known; undefined of one that is. */
  doubt(name: string): Assumptions | undefined {
    return this.open && !this.open.settled.has(this.key(name)) ? this.open.assumptions : undefined;
  }

  has(name: string): boolean {
    return this.first(name) !== undefined;
  }

  /** The first value. */
  first(name: string): string | undefined {
    const key = this.key(name);
    return this.items.find(([each]) => each === key)?.[1];
  }

  /** All values as matchers see them: in one, with commas between. */
  joined(name: string): string | undefined {
    const key = this.key(name);
    let found: string | undefined;
    for (const [each, value] of this.items) if (each === key) found = found === undefined ? value : `${found},${value}`;
    return found;
  }

  set(name: string, value: string): void {
    const key = this.key(name);
    // To set what is there anyway, as normalizing a path often does, settles nothing.
    if (this.open && this.first(name) !== value) this.open.settled.add(key);
    const at = this.items.findIndex(([each]) => each === key);
    if (at < 0) {
      this.items.push([key, value]);
      return;
    }
    this.items = this.items.filter(([each], index) => each !== key || index === at);
    this.items[at] = [key, value];
  }

  add(name: string, value: string): void {
    if (SINGLE.has(name) && this.has(name)) this.append(name, value);
    else this.items.push([this.key(name), value]);
  }

  /** Adds to the value that is there, after a comma. */
  append(name: string, value: string): void {
    const before = this.first(name);
    if (before && !value) return;
    this.set(name, before ? `${before},${value}` : value);
  }

  remove(...names: readonly string[]): void {
    const keys = names.map((name) => this.key(name));
    for (const key of keys) this.open?.settled.add(key);
    this.items = this.items.filter(([each]) => !keys.includes(each));
  }

  /** Every header, in order. */
  all(): readonly Header[] {
    return [...this.items];
  }

  /** All but the pseudo headers. */
  fields(): Header[] {
    return this.items.filter(([name]) => !name.startsWith(':'));
  }

  get method(): string {
    return this.first(':method') ?? '';
  }

  get path(): string {
    return this.first(':path') ?? '';
  }

  get authority(): string {
    return this.first(':authority') ?? '';
  }
}

// envoy: INLINE_REQ_HEADERS and the custom inline headers that filters register.
const SINGLE = new Set(
  (
    ':authority :method :path :scheme :protocol accept accept-encoding ' +
    'access-control-request-headers access-control-request-method authorization cache-control connection content-encoding ' +
    'content-length content-type expect grpc-accept-encoding grpc-timeout host if-match ' +
    'if-modified-since if-none-match if-range if-unmodified-since keep-alive origin pragma proxy-connection proxy-status ' +
    'referer te transfer-encoding upgrade user-agent via x-client-trace-id x-envoy-attempt-count ' +
    'x-envoy-decorator-operation x-envoy-downstream-service-cluster x-envoy-downstream-service-node ' +
    'x-envoy-external-address x-envoy-internal x-envoy-original-host x-envoy-original-path x-forwarded-client-cert ' +
    'x-forwarded-for x-forwarded-host x-forwarded-port x-forwarded-proto x-request-id'
  ).split(' '),
);
