import type { Command } from 'commander';
import { Option } from 'commander';
import { Mesh, type MeshOptions, type World } from '../../mesh/mesh';
import { NEWEST, type Release } from '../../schema/release';
import { readCluster } from '../cluster/read';
import { contextNamespace } from '../cluster/kubectl';
import { applyOver } from '../cluster/overlay';
import { heldBy } from './completeness';
import { sayDefinitionsUsed } from './definitions-used';
import { type Input, readInput } from './input';
import { findConfiguration, homeOf } from '../configuration/find';
import { NOTHING, type Permissions, type Settings, permissionsIn, settingsIn } from '../configuration/settings';
import { isInside } from './boundary';
import { translation } from '../../legacy/translation/translation';
import { PLUGIN } from './plugin';
import { readMeshConfig, writtenMeshConfig } from './mesh-config';
import type { Drafts } from '../fix/fix-rounds';
import { withOtherClusters, otherClusters, parseCluster } from './other-clusters';
import { type NamedMesh, type OriginsOf, meshOf, meshOfAll, originsOf } from './origins';
import { arrange } from '../repository/arrange';
import { UsageError } from '../usage-error';
import { configFile, noConfigFile } from '../options/config-option';

/** The options by which every command is told what to read. */
export interface InputOptions {
  world?: World;
  /** A file of configuration instead of the one that is found, or false for none. */
  config?: string | false;
  /** What the configuration says, once it has been read. */
  settings?: Settings;
  /** What is read in the place of what files hold. */
  drafts?: Drafts;
  with: string[];
  meshConfig?: string;
  /** Whether a configuration in the repository may name clusters to be read. */
  allowClusters?: true;
  /** The releases of Istio that shall read the input, oldest first. */
  istioVersion?: Release[];
  /** The paths of the other clusters of the mesh by their names. */
  cluster?: Record<string, string>;
  stdinFilename: string;
  allowEmpty?: true;
  /** Whether the input may hold several variants of one mesh. */
  variants?: true;
  /** Whether the named paths form one mesh, of which nothing is a variant. */
  together?: true;
  /** Whether kustomizations and charts are rendered. */
  render: boolean;
  /** A chart to be rendered, and the files of its values. */
  helm?: string;
  values?: string[];
  /** Whether a cluster is read; naming one does as well. */
  kube?: boolean;
  context?: string;
  kubeconfig?: string;
  /** What is judged of a cluster; also where files lie that name no namespace. */
  namespace?: string;
  allNamespaces?: true;
}

/** One mesh of the input; where files lie over a cluster, also the cluster without them. */
export interface LoadedMesh {
  /** The folders that it was put together from. */
  title: string;
  mesh: Mesh;
  before?: Mesh;
  /** What is applied with a file, where the input may hold variants of one mesh. */
  originsOf?: OriginsOf;
}

/** Adds the options of InputOptions to a command. */
export function withInput(command: Command, live = command.parent?.name() === PLUGIN): Command {
  return command
    .argument(
      '[paths...]',
      live
        ? 'files, folders, globs, or - to apply on top of the cluster, as kubectl apply would'
        : 'files, folders, globs, or - for standard input (default: the current folder)',
    )
    .optionsGroup('Input:')
    .addOption(
      new Option('--with <path...>', 'read more files as context; they are not checked themselves').default([], 'none'),
    )
    .addOption(
      new Option(
        '--cluster <name=path>',
        'another cluster of the mesh: a path with its objects, or kube:CONTEXT to read it live; repeatable',
      ).argParser(parseCluster),
    )
    .addOption(
      new Option(
        '--world <world>',
        'how to treat objects that are not in the input: as missing (closed), as unknown (open), or by the evidence in the input (auto, the default)',
      )
        .choices(['auto', 'open', 'closed'])
        .default(undefined, 'auto'),
    )
    .option(
      '--mesh-config <file>',
      "the MeshConfig, alone or in its ConfigMap or IstioOperator (default: that of the input, else Istio's defaults)",
    )
    .addOption(configFile())
    .addOption(noConfigFile())
    .option('--allow-clusters', 'allow the configuration file to read clusters (clusters: kube:CONTEXT)')
    .option('--stdin-filename <name>', 'the file name to report for standard input', '<stdin>')
    .option('--allow-empty', 'do not fail if the input has no Kubernetes objects')
    .option('--no-render', 'do not render kustomizations and charts')
    .option('--helm <chart>', 'render a Helm chart and read the result')
    .option('--values <file>', 'a values file for the chart; repeatable', (path, all: string[] = []) => [...all, path])
    .optionsGroup('Cluster:')
    .addOption(
      new Option('--kube', 'read the live cluster, with the files applied on top')
        .hideHelp(live)
        .default(live || undefined),
    )
    .option('--context <name>', 'the kubectl context to use')
    .option('--kubeconfig <file>', 'the kubeconfig file to use')
    .option('-n, --namespace <name>', 'the namespace to check in the cluster, and the default namespace of files')
    .option('-A, --all-namespaces', 'check all namespaces of the cluster');
}

/** Whether the options ask for a cluster. */
export const isLive = ({ kube, context, kubeconfig, allNamespaces }: InputOptions): boolean =>
  Boolean(kube ?? context ?? kubeconfig ?? allNamespaces);

/** Options, and what the configuration says where they say nothing. */
export type Configured<Options> = Options & { world: World; settings: Settings };

/** Reads the configuration that is for some paths, unless that has been done. */
export function configured<Options extends InputOptions>(
  paths: readonly string[],
  options: Options,
): Configured<Options> {
  if (options.settings) return { world: 'auto', ...options, settings: options.settings };
  const path = options.config === false ? undefined : (options.config ?? findConfiguration(paths));
  const settings = path === undefined ? NOTHING : settingsIn(path, permissionsFor(path, paths, options));
  const { world = settings.world ?? 'auto' } = options;
  const cluster = { ...settings.clusters, ...options.cluster };
  return { ...options, settings, world, cluster, with: [...settings.with, ...options.with] };
}

/** A configuration from outside of the repository is the user's own, where the command line names it; any other may be a stranger's. */
function permissionsFor(path: string, paths: readonly string[], { config, allowClusters }: InputOptions): Permissions {
  if (config !== undefined && !isInside(path, homeOf(paths))) return { boundary: undefined, clusters: 'read' };
  return permissionsIn(path, allowClusters ? 'read' : 'refuse');
}

/** Reads the input: one mesh, or several where it holds variants of one. Throws a UsageError where there is nothing to judge. */
export async function loadMeshes(paths: readonly string[], given: InputOptions): Promise<LoadedMesh[]> {
  const options = configured(paths, given);
  const live = isLive(options);
  if (options.namespace !== undefined && options.allNamespaces)
    throw new UsageError('use either --namespace or --all-namespaces');
  if (options.values && !options.helm) throw new UsageError('--values requires --helm');
  const clusters = await otherClusters(options);
  const inContext = live && options.namespace === undefined && { namespace: await contextNamespace(options) };
  const placed = { ...options, ...inContext };
  const input = await readInput(named(paths, options, live), {
    ...placed,
    namespace: placed.namespace,
    ignored: options.settings.ignored,
  });
  const loaded = live
    ? await overCluster(input, placed)
    : options.variants
      ? allVariants(input, meshesNamed(paths, options), options)
      : alone(input, options);
  return clusters.size ? loaded.map((each) => withOtherClusters(each, clusters, options)) : loaded;
}

/** Reads the input for a command that looks at every variant that it holds. */
export async function loadVariants(paths: readonly string[], given: InputOptions): Promise<LoadedMesh[]> {
  return loadMeshes(paths, { ...given, variants: true });
}

/** Reads the input for a command that can work on one mesh only. */
export const loadMesh = async (paths: readonly string[], options: InputOptions): Promise<Mesh> =>
  (await loadOne(paths, options)).mesh;

/** As `loadMesh`; where files are applied to a cluster, with the cluster before them. */
export async function loadOne(paths: readonly string[], options: InputOptions): Promise<LoadedMesh> {
  const [first, ...others] = await loadMeshes(paths, options);
  if (others.length) {
    const titles = [first!, ...others].map(({ title }) => `"${title}"`);
    throw new UsageError(
      `the input contains variants that cannot form one mesh; name the folders of one: ${titles.join(' or ')}`,
    );
  }
  sayDefinitionsUsed(first!.mesh);
  return first!;
}

function named(paths: readonly string[], { helm }: InputOptions, live: boolean): readonly string[] {
  return paths.length || live || helm ? paths : ['.'];
}

function alone({ parts, context }: Input, options: Configured<InputOptions>): LoadedMesh[] {
  return arrange(parts, context).map(({ title, isWhole, files }) => ({
    title,
    mesh: new Mesh(files, { ...meshOptions(options), isPartial: !isWhole, held: heldBy(files) }),
  }));
}

/** What the user says to be one mesh each: all paths of the command line, else the lists of the configuration. */
const meshesNamed = (
  paths: readonly string[],
  { together, helm, settings }: Configured<InputOptions>,
): readonly NamedMesh[] =>
  together ? [meshOfAll([...paths, ...(helm === undefined ? [] : [helm])])] : settings.meshes.map(meshOf);

/** Everything as one input, with what is known of which files are applied together. */
function allVariants(
  { parts, context }: Input,
  meshes: readonly NamedMesh[],
  options: Configured<InputOptions>,
): LoadedMesh[] {
  const isWhole = [...parts, ...context].every((part) => part.isWhole);
  const judged = parts.map((part) => ({ part, files: part.files('judged') }));
  const files = [...judged.flatMap((each) => each.files), ...context.flatMap((part) => part.files('context'))];
  const title = parts.map((part) => part.title).join(', ');
  const mesh = new Mesh(files, { ...meshOptions(options), isPartial: !isWhole, held: heldBy(files) });
  return [{ title, mesh, originsOf: originsOf(judged, meshes) }];
}

/** The cluster with the files over it; every variant of the files is a question of its own. */
async function overCluster({ parts, context }: Input, options: Configured<InputOptions>): Promise<LoadedMesh[]> {
  const meshes = arrange(parts, context);
  const background = context.flatMap((part) => part.files('context'));
  const files = [...meshes.flatMap((each) => each.files), ...background];
  const judged = parts.length || options.allNamespaces ? undefined : options.namespace;
  const { files: objects, held } = await readCluster({ ...options, namespace: judged, files });
  const whole = { ...meshOptions(options), held };
  const cluster = applyOver(new Mesh(objects, whole), background, whole);
  if (meshes.length === 0) return [{ title: 'the cluster', mesh: cluster }];
  return meshes.map(({ title, files: over, isWhole }) => {
    const same = { ...meshOptions(options, isWhole), held };
    const before = isWhole ? cluster : new Mesh(cluster.files, same);
    return { title, mesh: applyOver(cluster, over, same), before };
  });
}

/** Over a cluster, what a renderer would have made may be anything: where it could not be asked, nothing is missing for certain. */
export function meshOptions(options: Configured<InputOptions>, isWhole = true): MeshOptions {
  const { world, settings, istioVersion } = options;
  const { assumed } = settings;
  const release = istioVersion?.at(-1) ?? settings.release;
  const meshConfig = meshConfigGiven(options);
  return {
    world: world === 'auto' && !isWhole ? 'open' : world,
    assumed,
    translate: (mesh) => translation(mesh).objects,
    ...(release && { release }),
    ...(meshConfig !== undefined && { meshConfig }),
  };
}

/** A cluster knows better than the configuration by what it is run, and whoever calls us better than both. */
function meshConfigGiven(options: Configured<InputOptions>): unknown {
  const { meshConfig, settings, istioVersion } = options;
  const release = istioVersion?.at(-1) ?? settings.release ?? NEWEST;
  if (meshConfig !== undefined) return readMeshConfig(meshConfig, release);
  if (isLive(options) || !settings.meshConfig) return undefined;
  const { path, field } = settings.meshConfig;
  return path === undefined ? writtenMeshConfig(field, release) : readMeshConfig(path, release);
}
