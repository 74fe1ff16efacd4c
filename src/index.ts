/**
 * The library: configuration in, findings and simulations out. It accesses no files, processes or clock.
 *
 * ```ts
 * import { Mesh, lint, read, rules } from 'meshlint';
 *
 * const mesh = new Mesh([read('mesh.yaml', text)]);
 * for (const { message, place } of lint(mesh, rules, { today: '2026-06-01' }).findings) {
 *   console.log(place.file.path, place.range.start.line, message);
 * }
 * ```
 *
 * @packageDocumentation
 */
// The main functions are `lint`, `translate` and `simulate`.
export { type SimulationReport, reportOf } from './simulation/report';
export type { Answer, Destination, End, Journey, Way } from './simulation/journey';
export type { Request } from './simulation/request';
export { RequestError, type RequestFault } from './simulation/request-error';
export { type LintOptions, type LintResult, lint } from './lint';
export { Mesh, type MeshOptions, type World } from './mesh/mesh';
export { findProxy, proxies } from './mesh/workloads/proxy';
export { type Translation, translate } from './pilot/translate';
export { requestFaultText } from './report/request-fault';
export { summaryOf } from './report/sentence';
export { rules } from './rules';
export type { Category, Edit, Finding, Fix, Related, Rule, Severity, Unchecked } from './rules/rule';
export { type Field } from './source/field';
export type { Place, Role, SourceFile } from './source/file';
export type { Position, Range } from './source/lines';
export { read } from './source/read';
export type { KubernetesObject, Metadata, Resource } from './source/resource';
export { simulate } from './simulate';
