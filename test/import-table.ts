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
  simulation: ['source', 'schema', 'mesh', 'pilot', 'envoy', 'ztunnel'],
  'simulate.ts': ['mesh', 'envoy', 'simulation'],
  difference: ['source', 'schema', 'mesh', 'simulation', 'graph', 'envoy', 'regex'],
  'diff.ts': ['source', 'mesh', 'envoy', 'simulation', 'simulate.ts', 'difference'],
  tests: ['source', 'schema', 'mesh', 'pilot', 'envoy', 'simulation'],
  'test.ts': ['mesh', 'envoy', 'simulation', 'simulate.ts', 'tests'],
};

/** Folders that may name the types of all others, and call none of them but these. */
export const MAY_CALL: Record<string, readonly string[]> = { report: ['source'] };

/** What ties everything together. */
export const MAY_IMPORT_ALL = ['cli', 'index.ts'];
