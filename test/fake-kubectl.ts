import type { Finished, RunOptions } from '../src/cli/process';

interface FakeObject {
  apiVersion: string;
  kind: string;
  metadata: { name?: string; namespace?: string };
}

/** A cluster as a test describes it. */
export interface FakeCluster {
  /** The namespace of the context. */
  namespace: string;
  served: readonly string[];
  objects: readonly FakeObject[];
  /** Resources that the user may not read; with `@cluster` only within a namespace. */
  forbidden?: readonly string[];
  contexts?: readonly string[];
  /** What every call that needs the cluster says on standard error. */
  failure?: string;
  /** An API that does not answer, as `metrics.k8s.io/v1beta1`. */
  broken?: string;
}

/** Answers as kubectl does, from a description instead of a cluster, and keeps how it was called. */
export class FakeKubectl {
  readonly calls: string[] = [];

  constructor(private readonly cluster: FakeCluster) {}

  run(args: readonly string[], { onOutput }: RunOptions): Finished {
    this.calls.push(args.join(' '));
    const { stdout, stderr } = this.answer(args);
    // In pieces, as a pipe gives it.
    const bytes = Buffer.from(stdout);
    if (onOutput) for (let at = 0; at < bytes.length; at += 100) onOutput(bytes.subarray(at, at + 100));
    return { status: stderr === undefined ? 0 : 1, stdout: onOutput ? '' : stdout, stderr: stderr ?? '' };
  }

  private answer(args: readonly string[]): { stdout: string; stderr?: string | undefined } {
    const { failure, contexts = ['test'], namespace, served, broken } = this.cluster;
    const [command, detail] = args;
    if (command === 'config' && detail === 'get-contexts') return { stdout: contexts.join('\n') };
    if (failure !== undefined && (command !== 'config' || failure.includes('context')))
      return { stdout: '', stderr: failure };
    if (command === 'config') return { stdout: namespace };
    if (command === 'get') return this.get(args);
    const stdout = served.join('\n');
    if (!broken) return { stdout };
    return { stdout, stderr: `error: unable to retrieve the complete list of server APIs: ${broken}: unavailable\n` };
  }

  private get(args: readonly string[]): { stdout: string; stderr?: string | undefined } {
    const namespace = args.find((arg) => arg.startsWith('--namespace='))?.slice('--namespace='.length);
    const [, resources = '', ...names] = args.filter((arg) => !arg.startsWith('-'));
    const refused = resources.split(',').filter((resource) => this.isForbidden(resource, namespace));
    const items = this.cluster.objects.filter((object) => {
      const resource = resourceOf(object);
      const isAsked = resources.split(',').includes(resource) && !refused.includes(resource);
      const isThere = !namespace || object.metadata.namespace === namespace;
      return isAsked && isThere && (!names.length || names.includes(object.metadata.name ?? ''));
    });
    const stdout = names.length && items.length < 2 ? (items[0] ?? '') : { apiVersion: 'v1', items, kind: 'List' };
    const stderr = refused.flatMap((resource) => (names.length ? names : ['']).map((name) => refusal(resource, name)));
    return { stdout: stdout && JSON.stringify(stdout, null, 4), stderr: stderr.length ? stderr.join('\n') : undefined };
  }

  private isForbidden(resource: string, namespace: string | undefined): boolean {
    const { forbidden = [] } = this.cluster;
    return forbidden.includes(resource) || (!namespace && forbidden.includes(`${resource}@cluster`));
  }
}

function resourceOf({ apiVersion, kind }: FakeObject): string {
  const slash = apiVersion.indexOf('/');
  const plural = `${kind.toLowerCase()}s`;
  return slash < 0 ? plural : `${plural}.${apiVersion.slice(0, slash)}`;
}

const refusal = (resource: string, name: string): string =>
  `Error from server (Forbidden): ${resource}${name && ` "${name}"`} is forbidden: User "ada" cannot list resource "${resource}"`;
