// Go modules as a source of facts: fetched into Go's own module cache, and read from there.
import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { loadAll } from 'js-yaml';

/** Every release of every source. To renew the schemas, change a version here and run `npm run schemas`. */
export const MODULES = {
  istio131: 'istio.io/api@v1.31.1',
  istio124: 'istio.io/api@v1.24.2',
  istio14: 'istio.io/api@v0.0.0-20191111210003-35e06ef8d838',
  operator: 'istio.io/istio@v0.0.0-20260827124520-eed52ebb66ad',
  gatewayApi: 'sigs.k8s.io/gateway-api@v1.6.0',
  kubernetes: 'k8s.io/kubernetes@v1.34.2',
  envoy: 'github.com/envoyproxy/go-control-plane/envoy@v1.37.1-0.20260713214202-ca8ce173c36f',
  envoyContrib: 'github.com/envoyproxy/go-control-plane/contrib@v1.36.1-0.20260713214202-ca8ce173c36f',
  xds: 'github.com/cncf/xds/go@v0.0.0-20260202195803-dba9d589def2',
  opentelemetry: 'go.opentelemetry.io/proto/otlp@v1.10.0',
};

const known = new Map();

/** The folder of a module, downloaded if need be. */
export function folderOf(name) {
  const module = MODULES[name];
  if (!known.has(module)) {
    const told = execFileSync('go', ['mod', 'download', '-json', module], { encoding: 'utf8' });
    known.set(module, JSON.parse(told).Dir);
  }
  return known.get(module);
}

export const fileOf = (name, ...path) => join(folderOf(name), ...path);
export const textOf = (name, ...path) => readFileSync(fileOf(name, ...path), 'utf8');
export const jsonOf = (name, ...path) => JSON.parse(textOf(name, ...path));
export const filesIn = (name, folder, suffix) =>
  readdirSync(fileOf(name, folder))
    .filter((file) => file.endsWith(suffix))
    .sort()
    .map((file) => join(folder, file));

/** The custom resource definitions in a YAML file of a module. */
export const definitionsIn = (name, path) =>
  loadAll(textOf(name, path)).filter((document) => document?.kind === 'CustomResourceDefinition');
