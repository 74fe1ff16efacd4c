/** Reads test files in our own format. */
import type { Header } from '../envoy/run/header-map';
import type { Request } from '../simulation/request';
import { check } from '../schema/check';
import type { SourceFile } from '../source/file';
import { Resource } from '../source/resource';
import type { Complaint, Expectation, Suite, TestCase } from './suite';

export const API_VERSION = 'meshlint.dev/v1';

interface Written {
  readonly mesh?: readonly string[];
  readonly tests?: readonly { name: string; request: WrittenRequest; expect: Expectation }[];
}

type WrittenRequest = Omit<Request, 'headers' | 'certificate'> & {
  readonly headers?: Readonly<Record<string, string>>;
  readonly identity?: string;
};

/** The tests in a file, or what is wrong with them; nothing where it holds none. */
export function suiteIn(file: SourceFile): { suite: Suite; complaints: readonly Complaint[] } | undefined {
  const documents = file.resources.filter(({ value }) => value.apiVersion === API_VERSION && value.kind === 'Test');
  if (documents.length === 0) return undefined;
  const checked = documents.map(checkedDocument);
  const complaints = checked.flatMap((each) => each.complaints);
  const cases = complaints.length > 0 ? [] : checked.flatMap(({ root }) => casesOf(root));
  return { suite: { path: file.path, mesh: checked.flatMap(({ root }) => root.value.mesh ?? []), cases }, complaints };
}

function checkedDocument(document: Resource<unknown>): { root: Resource<Written>; complaints: readonly Complaint[] } {
  const { value, violations } = check('meshlint-test', 'Test', document.value);
  return {
    root: new Resource(document.document, document.base, value as Written, document.value),
    complaints: violations.map(({ path, on, message }) => {
      const field = document.at(path);
      return { place: on === 'key' ? field.key : field, message };
    }),
  };
}

const casesOf = (root: Resource<Written>): TestCase[] =>
  (root.value.tests ?? []).map(({ name, request, expect }, index) => ({
    name,
    place: root.at(['tests', index, 'name']),
    request: requestOf(request),
    expect,
    placeOf: (field) => root.at(['tests', index, 'expect', ...field.split('.')]),
  }));

/** The request that is written down, as `simulate` takes it. */
function requestOf({ headers = {}, identity, ...request }: WrittenRequest): Request {
  const given = Object.entries(headers).map(([name, value]): Header => [name, value]);
  const certificate = identity?.startsWith('spiffe://') ? { uriSans: [identity] } : { dnsSans: [identity ?? ''] };
  return { ...request, headers: given, ...(identity !== undefined && { certificate }) };
}
