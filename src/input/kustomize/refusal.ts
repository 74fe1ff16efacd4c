type Values = Record<string, unknown>;

/** Fields by which a kustomization runs programs, loads their settings, or inflates charts. */
const RUNS_PROGRAMS = [
  'generators',
  'transformers',
  'validators',
  'helmCharts',
  'helmGlobals',
  'helmChartInflationGenerator',
] as const;

/** Every other field of a kustomization, and of the entries of its lists. A field that is not here is not rendered. */
const FIELDS = new Set([
  'apiVersion',
  'kind',
  'metadata',
  'resources',
  'bases',
  'components',
  'namespace',
  'namePrefix',
  'nameSuffix',
  'labels',
  'commonLabels',
  'commonAnnotations',
  'patches',
  'patchesStrategicMerge',
  'patchesJson6902',
  'images',
  'imageTags',
  'replicas',
  'configMapGenerator',
  'secretGenerator',
  'generatorOptions',
  'replacements',
  'vars',
  'crds',
  'configurations',
  'openapi',
  'sortOptions',
  'buildMetadata',
]);

/** Fields of entries that name files. Go reads names of fields in any case, so another spelling of one is not rendered either. */
const PATHS = ['path', 'files', 'envs', 'env', 'literals', 'patch', 'patches'];

/**
 * Why a kustomization by itself must not be given to a renderer, or undefined where it only combines local files. Nothing of what
 * is linted may run, so the fields that are known to be harmless are listed, and every other one is refused.
 */
export function refusal(kustomization: Values): string | undefined {
  const runs = RUNS_PROGRAMS.find((field) => kustomization[field] !== undefined);
  if (runs) return `it has "${runs}", which can run programs`;
  const unknown = Object.keys(kustomization).find((field) => !FIELDS.has(field));
  if (unknown !== undefined) return `it has the unknown field ${JSON.stringify(unknown)}`;
  const odd = oddKey(kustomization);
  return odd === undefined ? undefined : `it has the field ${JSON.stringify(odd)}, which is misspelt`;
}

/** A key anywhere in a value that only differs in case from a field that names files. */
function oddKey(value: unknown): string | undefined {
  if (value === null || typeof value !== 'object') return undefined;
  for (const [key, child] of Object.entries(value)) {
    if (!PATHS.includes(key) && PATHS.includes(key.toLowerCase())) return key;
    const found = oddKey(child);
    if (found !== undefined) return found;
  }
  return undefined;
}

const HOST_OF_CODE = /^(github|gitlab|bitbucket)\.[a-z]+(\/|$)|^[^/]*@|\.git(\/|$)|(^|\/)_git(\/|$)/i;

/**
 * Whether an entry names something on another machine, in any of the forms that kustomize and git know: a URL, `host:path` of ssh,
 * a query such as `?ref=`, `host//folder`, or a well-known host of code.
 */
export const isRemote = (entry: string): boolean =>
  /[?:]/.test(entry) || /^[\w-]+(\.[\w-]+)+\/.*\/\//.test(entry) || HOST_OF_CODE.test(entry);
