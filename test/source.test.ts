import { read } from '../src/source/read';
import { loadValue } from '../src/source/values';
import { PositionedDocument } from '../src/source/positions';

const range = ({ start, end }: { start: { line: number; column: number }; end: { line: number; column: number } }) =>
  `${start.line}:${start.column}-${end.line}:${end.column}`;

const VIRTUAL_SERVICE = `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: reviews
spec:
  hosts: [reviews]
  http:
  - route:
    - destination:
        host: reviews
        subset: "v1"
`;

describe('scalars', () => {
  // What go-yaml v2 makes of each, tried with sigs.k8s.io/yaml.
  const cases: [string, unknown][] = [
    ['yes', true],
    ['off', false],
    ['y', true],
    ['~', null],
    ['010', 8],
    ['0o17', 15],
    ['0x1F', 31],
    ['08', 8],
    ['1_000', 1000],
    ['1:30', '1:30'],
    ['2024-01-02', '2024-01-02'],
    ['1e3', 1000],
    ['.5', 0.5],
    ['1.', 1],
    ['1.2.3', '1.2.3'],
    ['"yes"', 'yes'],
    ['!!str 12', '12'],
    ['!Ref x', 'x'],
  ];

  test.each(cases)('%s', (text, value) => {
    expect(loadValue(`a: ${text}`)).toEqual({ a: value });
  });

  test.each(cases.filter(([text]) => !text.startsWith('!')))(
    '%s is the same to the parser that knows positions',
    (text, value) => {
      expect(new PositionedDocument(`a: ${text}`).toJS()).toEqual({ a: value });
    },
  );
});

describe('documents', () => {
  test('are cut at lines of three dashes, with or without a comment', () => {
    const file = read(
      'a.yaml',
      `---\n${VIRTUAL_SERVICE}--- # next\n# only a comment\n---\r\nkind: Service\napiVersion: v1\nmetadata: {name: a}\n`,
    );
    expect(file.resources.map(({ title }) => title)).toEqual(['VirtualService default/reviews', 'Service default/a']);
    expect(file.problems).toEqual([]);
    expect(file.passedOver).toBe(0);
  });

  test('of JSON need no separator', () => {
    const service = (name: string) => `{"apiVersion": "v1", "kind": "Service", "metadata": {"name": "${name}}{"}}`;
    const file = read('a.json', `${service('a')}${service('b')}\n${service('c')}\n`);
    expect(file.resources.map(({ name }) => name)).toEqual(['a}{', 'b}{', 'c}{']);
  });

  test('that are broken do not hide the others', () => {
    const file = read('a.yaml', `a: [1\n---\n${VIRTUAL_SERVICE}`);
    expect(file.resources).toHaveLength(1);
    expect(file.problems.map(({ rule, place }) => `${rule} ${range(place.range)}`)).toEqual(['yaml-syntax 2:1-2:2']);
  });

  // Each tried with istioctl validate and kube-apiserver.
  test.each([
    ['a: "x\\/y"', '1:6', 'the escape "\\/" is known to JSON only; write "/"'],
    ['a: "\\ud83d\\ude00"', '1:5', 'the escape "\\ud83d" is half a character; write the character itself'],
    ['a: "x\x7f"', '1:6', 'the control character U+007F is not allowed'],
    ['a:\n- \tb', '2:3', 'a tab is used for indentation; use spaces'],
    ['a: b\n\t\nc: d', '2:1', 'a tab is used for indentation; use spaces'],
    ['a: b\n\t# c', '2:1', 'a tab is used for indentation; use spaces'],
    ['a: |\n  \tb\n', '2:3', 'a tab is used for indentation; use spaces'],
    ['a: [{ b: /c(/.*)? }]', '1:17', 'a value in [ ] or { } that contains "?" must be quoted'],
    ['a: [::1]', '1:5', 'a value in [ ] or { } that begins with ":" must be quoted'],
    ['a: {b: :80}', '1:8', 'a value in [ ] or { } that begins with ":" must be quoted'],
    ['a: {b\n : c}', '1:5', 'a key in { } and its ":" must be on one line'],
    ['null: a', '1:1', 'a key is missing or null; write the key before ":"'],
    ['a: .inf', '1:4', 'an infinite number or .nan is not allowed; JSON has none'],
    ['a: &x!y b', '1:5', 'only letters, digits, "_" and "-" are allowed in the name of an anchor'],
    ['# nothing\n...\n', '2:1', 'a document ends at "...", and there is nothing before it'],
    ['--- {a: b}', '1:1', 'what stands behind "---" on its line is lost; begin on the next line'],
    [`a: ${'['.repeat(9999)}`, '1:1', 'this document nests more than 100 levels deep'],
  ])('that only other readers take are refused: %#', (text, place, message) => {
    const [problem] = read('a.yaml', text).problems;
    const { line, column } = problem!.place.range.start;
    expect([`${line}:${column}`, problem!.message]).toEqual([place, message]);
  });

  test.each([
    ['a:\t[b]', { a: ['b'] }],
    ['a: ["b"]# c', { a: ['b'] }],
    ['a: [b,# c\n  d]', { a: ['b', 'd'] }],
    ['a: ># c\n  d\n', { a: 'd\n' }],
    ['a: !!binary aGk=', { a: 'hi' }],
    ['a: !!timestamp 2020-01-01', { a: '2020-01-01' }],
    ['a: 1e400', { a: '1e400' }],
    ['{a: b}\n...\nc', { a: 'b' }],
    ['a: b?\nc: "[d?]"', { a: 'b?', c: '[d?]' }],
    ['a: [\tb\t,\tc]', { a: ['b', 'c'] }],
    ['a: [b,\n\tc]', { a: ['b', 'c'] }],
    ['a: |\n  b\n  \tc\n', { a: 'b\n\tc\n' }],
    ['a: "b\n\tc" \t# d', { a: 'b c' }],
    ["a: '\\/'", { a: '\\/' }],
    ['{"a": "\\/"}', { a: '/' }],
  ])('may hold tabs and backslashes elsewhere: %#', (text, value) => {
    expect(loadValue(text)).toEqual(value);
    const path = Array.isArray(value.a) ? ['a', 0] : ['a'];
    expect(new PositionedDocument(text).valueSpan(path).start).toBeGreaterThan(0);
  });

  test('that are no Kubernetes objects are counted', () => {
    const file = read(
      'values.yaml',
      'replicas: 2\n---\napiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n',
    );
    expect(file.resources).toEqual([]);
    expect(file.passedOver).toBe(2);
  });

  test('keep a duplicate key as a problem and go on with the later value', () => {
    const file = read('a.yaml', `${VIRTUAL_SERVICE}  hosts: [details]\n`);
    expect(file.problems.map(({ message, place }) => `${range(place.range)} ${message}`)).toEqual([
      '12:3-12:8 duplicate key "hosts" in this map',
    ]);
    expect(file.resources[0]!.at(['spec', 'hosts', 0]).value).toBe('details');
  });

  test('with templates are named as such, once', () => {
    const file = read(
      'a.yaml',
      'apiVersion: v1\nkind: Service\nmetadata:\n  name: {{ .Release.Name }}\n  labels:\n    {{- include "labels" . }}\n',
    );
    expect(file.problems.map(({ rule, place }) => `${rule} ${range(place.range)}`)).toEqual([
      'unrendered-template 4:9-4:28',
    ]);
  });

  test('of lists are objects of their own, at their own place', () => {
    const file = read(
      'a.yaml',
      `apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Service\n  metadata:\n    name: a\n`,
    );
    expect(file.resources.map(({ title }) => title)).toEqual(['Service default/a']);
    expect(range(file.resources[0]!.at(['metadata', 'name']).range)).toBe('7:11-7:12');
  });

  test('remember the chart template they were rendered from', () => {
    const file = read('-', `---\n# Source: mesh/templates/vs.yaml\n${VIRTUAL_SERVICE}`);
    expect(file.resources[0]!.document.origin).toBe('mesh/templates/vs.yaml');
  });

  test('with alias bombs end in an error', () => {
    const bomb = [
      'a: &a [x,x,x,x,x,x,x,x,x]',
      ...'bcdefghi'.split('').map((name, i) => `${name}: &${name} [${Array(9).fill(`*${'abcdefgh'[i]}`).join(',')}]`),
    ].join('\n');
    expect(read('a.yaml', bomb).problems[0]!.message).toMatch('aliases expand this document');
    expect(read('a.yaml', 'a: &a\n  b: *a').problems[0]!.message).toMatch('aliases expand');
  });

  test('that are binary end in an error', () => {
    expect(read('a.yaml', 'a\0b').problems[0]!.message).toBe('this file is binary, not YAML or JSON');
  });
});

describe('lines within brackets and quotes are indented as anybody likes, as for Go', () => {
  const head = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n  labels: ';

  test.each([
    ['a brace under its key', '{\n    a: "b",\n  }\n', { a: 'b' }],
    ['at the margin', '{\na: "b",\n}\n', { a: 'b' }],
    ['by tabs', '{\n\ta: "b",\n\t}\n', { a: 'b' }],
    ['between comments', '{\n# "x\n    a: "b", # y\n# z\n\nc: "#d"\n}\n', { a: 'b', c: '#d' }],
    ['in double quotes', '{a: "b\nc\n   d\n\ne"}\n', { a: 'b c d\ne' }],
    ['in single quotes', "{a: 'b\n\nc'}\n", { a: 'b\nc' }],
  ])('%s', (_, labels, expected) => {
    const file = read('a.yaml', `${head}${labels}  annotations: {last: "1"}\n`);
    expect(file.problems).toEqual([]);
    const [resource] = file.resources;
    expect(resource!.metadata.labels).toEqual(expected);
    const line = (head + labels).split('\n').length;
    expect(range(resource!.rangeOf(['metadata', 'annotations', 'last']))).toBe(`${line}:23-${line}:26`);
  });

  test('brackets that nobody closes end in an error', () => {
    const { problems } = read('a.yaml', `${head}{a: b\n  annotations: {}\n`);
    expect(problems.map(({ rule, place }) => `${rule} ${range(place.range)}`)).toEqual(['yaml-syntax 6:3-6:4']);
  });
});

describe('fields', () => {
  const [resource] = read('a.yaml', VIRTUAL_SERVICE).resources;

  test.each([
    [['spec', 'http', 0, 'route', 0, 'destination', 'subset'], '11:17-11:21'],
    [['spec', 'http', 0, 'route', 0, 'destination'], '9:7-9:18'],
    [['spec', 'http', 0], '8:5-8:10'],
    [['spec', 'hosts', 0], '6:11-6:18'],
    [['spec', 'gateways'], '5:1-5:5'],
    [[], '1:1-1:11'],
  ])('%j is at %s', (path, expected) => {
    expect(range(resource!.rangeOf(path))).toBe(expected);
  });

  test('count columns behind a byte order mark and carriage returns', () => {
    const [marked] = read('a.yaml', `\ufeff${VIRTUAL_SERVICE.replaceAll('\n', '\r\n')}`).resources;
    expect(range(marked!.rangeOf(['kind']))).toBe('2:7-2:21');
    expect(range(marked!.rangeOf(['apiVersion']))).toBe('1:13-1:35');
  });

  test('are found through merge keys and aliases', () => {
    const [merged] = read(
      'a.yaml',
      'apiVersion: v1\nkind: Pod\nmetadata: &m\n  name: a\nspec:\n  <<: *m\n  other: *m\n',
    ).resources;
    expect(range(merged!.rangeOf(['spec', 'name']))).toBe('4:9-4:10');
    expect(range(merged!.rangeOf(['spec', 'other', 'name']))).toBe('4:9-4:10');
  });
});
