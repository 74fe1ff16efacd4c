import { existsSync } from 'node:fs';
import { admit } from '../src/schema/admit';
import { TABLE } from '../src/schema/kinds/table';
import { type Release, schemaOf } from '../src/schema/release';
import { schemaFile, validatorsOf } from '../src/schema/validators';
import { formatPath } from '../src/source/path';
import { read } from '../src/source/read';

/** `line:column path message` of everything the API server would say. */
function said(text: string, release: Release = '1.31'): string[] {
  return read('a.yaml', text).resources.flatMap((resource) =>
    admit(resource, release).violations.map(({ path, on, message }) => {
      const { start } = on === 'key' ? resource.keyRangeOf(path) : resource.rangeOf(path);
      return `${start.line}:${start.column} ${formatPath(path)}: ${message}`;
    }),
  );
}

const object = (apiVersion: string, kind: string, spec: string) =>
  `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata:\n  name: a\nspec:\n${spec.replace(/^/gm, '  ')}\n`;
const route = (http: string) => object('networking.istio.io/v1', 'VirtualService', `hosts: [reviews]\nhttp:\n${http}`);

describe('generated files', () => {
  test.each(
    TABLE.map((known) => [`${known.releases.join()} ${known.group} ${known.kind} ${known.versions.join()}`, known]),
  )('%s have a schema, a validator and a place in the table', (_, { bundle, kind, group, versions, releases }) => {
    expect(existsSync(`schemas/${bundle}.json`)).toBe(true);
    expect(schemaFile(bundle).kinds[kind]).toBeDefined();
    expect(typeof validatorsOf(bundle).validate[kind]).toBe('function');
    for (const release of releases)
      for (const version of versions) expect(schemaOf(release, group, version, kind)?.bundle).toBe(bundle);
  });
});

describe('shape', () => {
  test('a sound document is silent', () => {
    expect(said(route('- route:\n  - destination:\n      host: reviews'))).toEqual([]);
  });

  test('an unknown field with a near name, which is then not missing', () => {
    expect(said(route('- route:\n  - destination:\n      hosst: reviews'))).toEqual([
      '10:9 spec.http[0].route[0].destination.hosst: unknown field "hosst"; did you mean "host"?',
    ]);
  });

  test('a field that belongs elsewhere', () => {
    expect(said(route('- route:\n  - destination:\n      host: reviews\n      timeout: 5s'))).toEqual([
      '11:9 spec.http[0].route[0].destination.timeout: unknown field "timeout"; it belongs to http[0], two levels up',
    ]);
  });
});
