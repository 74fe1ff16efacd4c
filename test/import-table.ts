/** Which folders a folder may import from, beside itself; a file directly in src/ goes by its own name. */
export const MAY_IMPORT: Record<string, readonly string[]> = {
  source: [],
  schema: ['source'],
  mesh: ['source', 'schema'],
  input: ['source', 'mesh'],
  regex: [],
  rules: ['source', 'schema', 'mesh', 'pilot', 'envoy', 'ztunnel', 'regex', 'legacy'],
  legacy: ['source', 'schema', 'mesh'],
  envoy: [],
  ztunnel: [],
  pilot: ['source', 'schema', 'mesh', 'envoy', 'ztunnel'],
  graph: ['source', 'schema', 'mesh', 'pilot', 'envoy', 'simulation'],
  'lint.ts': ['source', 'schema', 'mesh', 'rules'],
  'graph.ts': ['mesh', 'graph'],
  simulation: ['source', 'schema', 'mesh', 'legacy', 'pilot', 'envoy', 'ztunnel'],
  'simulate.ts': ['mesh', 'envoy', 'simulation'],
  difference: ['source', 'schema', 'mesh', 'simulation', 'graph', 'envoy', 'regex'],
  migration: ['source', 'schema', 'mesh', 'envoy', 'rules', 'legacy', 'diff.ts'],
  'diff.ts': ['source', 'mesh', 'envoy', 'simulation', 'simulate.ts', 'difference'],
  tests: ['source', 'schema', 'mesh', 'pilot', 'envoy', 'simulation'],
  'test.ts': ['mesh', 'envoy', 'simulation', 'simulate.ts', 'tests'],
};

/** Folders that may name the types of all others, and call none of them but these. */
export const MAY_CALL: Record<string, readonly string[]> = { report: ['source'] };

/** What ties everything together. */
export const MAY_IMPORT_ALL = ['cli', 'page', 'index.ts'];

/** Circles between files that are left to be broken; none may be added. */
export const SMALL_CIRCLES: readonly (readonly string[])[] = [
  [
    'cli/configuration/find.ts',
    'cli/configuration/settings.ts',
    'cli/fix/fix-rounds.ts',
    'cli/git/changed.ts',
    'cli/input/files.ts',
    'cli/input/input.ts',
    'cli/input/load.ts',
    'cli/input/other-clusters.ts',
  ],
  ['cli/lint/check.ts', 'cli/lint/merge.ts'],
  ['cli/repository/kustomization.ts', 'cli/repository/rendered.ts', 'cli/repository/tree.ts'],
  ['envoy/http/format.ts', 'envoy/http/http-filter.ts', 'envoy/http/stream.ts'],
  ['mesh/gateway-api/backend-policies.ts', 'mesh/traffic/destination-rules.ts'],
  [
    'mesh/gateway-api/http-rules.ts',
    'mesh/gateway-api/l4-rules.ts',
    'mesh/gateway-api/virtual-services.ts',
    'mesh/gateways/ingress.ts',
    'mesh/traffic/virtual-services.ts',
  ],
  ['mesh/gateways/gateway-configs.ts', 'mesh/workloads/proxy.ts'],
  ['mesh/gateways/gateway-hosts.ts', 'mesh/gateways/gateways.ts'],
  ['pilot/bootstrap/secrets.ts', 'pilot/bootstrap/stand-alone.ts'],
  ['pilot/listeners/outbound-entries.ts', 'pilot/listeners/outbound-http.ts', 'pilot/listeners/outbound-tcp.ts'],
  ['report/closing.ts', 'report/excerpt.ts', 'report/report.ts'],
  ['rules/rule.ts', 'rules/suppressions.ts'],
  ['simulation/ambient.ts', 'simulation/start.ts'],
  ['simulation/journey.ts', 'simulation/peers.ts'],
  ['source/field.ts', 'source/file.ts', 'source/metadata.ts', 'source/resource.ts'],
];
