import type { codeFrameColumns } from '@babel/code-frame';
import Ajv from 'ajv';
import type { Log, Result } from 'sarif';
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { lint } from '../src/lint';
import { Mesh } from '../src/mesh/mesh';
import { FORMAT_NAMES } from '../src/report/format-names';
import { formatNamed } from '../src/report/formats';
import type { Report } from '../src/report/report';
import { plain } from '../src/report/style';
import { type Details, type Severity, rule } from '../src/rules/rule';
import type { SourceFile } from '../src/source/file';
import { read } from '../src/source/read';

const MAP = (name: string, data = 'grün: "x"') =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\ndata:\n  ${data}\n`;

/** A rule that says of every key in a ConfigMap what a test wants to hear. */
const talkative = (
  message: string,
  severity: Severity = 'error',
  details: (file: SourceFile) => Details = () => ({}),
) =>
  rule({
    name: 'talkative-key',
    category: 'practice',
    severity,
    summary: 'A key stands in a ConfigMap.',
    url: 'https://istio.io/latest/docs/',
    docs: '\n      It *matters*:\n\n          indented\n    ',
    sameAs: ['IST9999'],
    check: ({ mesh, report }) => {
      for (const map of mesh.all('ConfigMap'))
        for (const key of Object.keys((map.value as unknown as { data: object }).data))
          report(map.at(['data', key]), message, details(map.file));
    },
  });

function reportOf(files: readonly SourceFile[], spoken = talkative('wrong')): Report {
  const mesh = new Mesh(files);
  return {
    mesh,
    result: lint(mesh, [spoken], { today: '2026-06-01' }),
    hidden: 0,
    style: plain,
    version: '1.2.3',
    fails: ({ severity }) => severity === 'error',
    inRepository: (path) => (path.startsWith('/') ? path : `deploy/${path}`),
    digest: (text) => createHash('sha256').update(text).digest('hex').slice(0, 16),
    page: () => ({ style: { text: '', hash: 'style' }, script: { text: '', hash: 'script' } }),
  };
}

const drawn: string[] = [];
jest.mock('@babel/code-frame', () => {
  const real = jest.requireActual<{ codeFrameColumns: typeof codeFrameColumns }>('@babel/code-frame');
  return {
    codeFrameColumns: (...args: Parameters<typeof codeFrameColumns>) => {
      drawn.push(args[0]);
      return real.codeFrameColumns(...args);
    },
  };
});

const format = async (name: (typeof FORMAT_NAMES)[number], report: Report) => (await formatNamed(name))(report);
const sarifOf = async (report: Report) => JSON.parse(await format('sarif', report)) as Log;
const resultsOf = async (report: Report): Promise<Result[]> => (await sarifOf(report)).runs[0]!.results!;
const EVIL = '50% of "a,b:c" <d> &|` [x](y)\r\n\u0001 #1';

describe('the frame of a finding', () => {
  test('is drawn from its own lines, however long the file is', async () => {
    drawn.length = 0;
    const data = Array.from({ length: 500 }, (_, index) => `k${index}: v`).join('\n  ');
    const shown = await format('text', { ...reportOf([read('a.yaml', MAP('a', data))]), extent: 'all' });
    expect(drawn).toHaveLength(500);
    expect(drawn.filter((lines) => lines.trimEnd().split('\n').length > 3)).toEqual([]);
    expect(shown).toContain('  503 |   k497: v\n  504 |   k498: v\n> 505 |   k499: v\n');
  });

  test('shows of a long line what is around the place', async () => {
    const shown = await format('text', reportOf([read('a.yaml', MAP('a', `{${'x'.repeat(5000)}: "1", bad: "2"}`))]));
    expect(
      Math.max(
        ...shown
          .split('\n')
          .filter((line) => /[|^]/.test(line))
          .map(({ length }) => length),
      ),
    ).toBeLessThan(600);
    expect(shown).toContain('xxx: "1", bad: "2"}');
  });
});

describe('every format', () => {
  test('has a file of its own, and every file of a format is listed', () => {
    const files = readdirSync('src/report').map((name) => name.replace('.ts', ''));
    expect(FORMAT_NAMES.filter((name) => !files.includes(name))).toEqual([]);
  });

  test.each(FORMAT_NAMES)('%s ends with a line break, and says nothing undefined', async (name) => {
    const report = reportOf([read('a.yaml', MAP('a'))], talkative(EVIL));
    const text = await format(name, report);
    expect(text).toMatch(/\n$/);
    expect(text).not.toMatch(/undefined|\[object/);
  });

  test.each([
    ['text', 'no findings (1 resource in 1 file)\n'],
    ['compact', ''],
    ['jsonl', ''],
    ['github', ''],
    ['gitlab', '[]\n'],
    ['rdjsonl', ''],
    ['checkstyle', '<?xml version="1.0" encoding="UTF-8"?>\n<checkstyle version="4.3"/>\n'],
    ['markdown', '### meshlint: no findings (1 resource in 1 file)\n'],
  ] as const)('%s of no finding at all is well-formed', async (name, text) => {
    const nothing = reportOf([read('a.yaml', 'apiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n')]);
    expect(await format(name, nothing)).toBe(text);
  });
});

test.each(FORMAT_NAMES)('%s names the template that an object was rendered from', async (name) => {
  const text = await format(name, reportOf([read('-', `---\n# Source: shop/templates/map.yaml\n${MAP('a')}`)]));
  expect(text).toContain('shop/templates/map.yaml');
});

describe('sarif', () => {
  const schema = JSON.parse(
    readFileSync(require.resolve('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json'), 'utf8'),
  ) as Record<string, unknown>;
  // Its draft is 04, of which it uses nothing that later ones read otherwise but the name of its own address.
  delete schema['$schema'];
  delete schema['id'];
  const validate = new Ajv({ strict: false, validateFormats: false, unicodeRegExp: false, logger: false }).compile(
    schema,
  );
  const withRelated = talkative(EVIL, 'error', (file) => ({
    related: Array.from({ length: 1200 }, (_, index) => ({
      place: file.resources[0]!.at(['metadata', 'name']),
      message: `place [${index}]`,
    })),
    fix: { title: 'remove it', safety: 'safe', edits: () => [{ file, start: 0, end: 3, text: '' }] },
  }));

  test('is valid against the published schema', async () => {
    const log = await sarifOf(reportOf([read('a b.yaml', MAP('a')), read('/elsewhere/ü.yaml', MAP('b'))], withRelated));
    validate(log);
    expect(validate.errors ?? []).toEqual([]);
    expect(validate({ ...log, version: '2.0.0' })).toBe(false);
  });

  test('names files from the root of the repository, and those outside in full', async () => {
    const results = await resultsOf(reportOf([read('a b.yaml', MAP('a')), read('/elsewhere/ü.yaml', MAP('b'))]));
    expect(results.map(({ locations }) => locations![0]!.physicalLocation!.artifactLocation)).toEqual([
      { uri: 'deploy/a%20b.yaml', uriBaseId: 'SRCROOT' },
      { uri: 'file:///elsewhere/%C3%BC.yaml' },
    ]);
  });

  test('gives the help of a rule as Markdown, without the indentation of its source', async () => {
    const [help] = (await sarifOf(reportOf([read('a.yaml', MAP('a'))]))).runs[0]!.tool.driver.rules!;
    expect(help).toMatchObject({
      id: 'talkative-key',
      help: { markdown: 'A key stands in a ConfigMap.\n\nIt *matters*:\n\n    indented' },
      properties: { tags: ['practice', 'IST9999'] },
    });
  });

  test('links related locations from the message, no more of them than GitHub shows', async () => {
    const [result] = await resultsOf(reportOf([read('a.yaml', MAP('a'))], withRelated));
    expect(result!.relatedLocations).toHaveLength(100);
    expect(result!.message.text).toContain('(see [place \\[0\\]](1), [place \\[1\\]](2)');
  });

  test('keeps the worst where there are more findings than GitHub takes, and says so', async () => {
    const report = reportOf([read('a.yaml', MAP('a'))]);
    const findings = Array.from({ length: 25_010 }, (_, index) => ({
      ...report.result.findings[0]!,
      severity: index < 20 ? ('info' as const) : ('warning' as const),
    }));
    const log = await sarifOf({ ...report, result: { ...report.result, findings } });
    const { results, invocations } = log.runs[0]!;
    expect(results).toHaveLength(25_000);
    expect(results!.filter(({ level }) => level === 'note')).toHaveLength(10);
    expect(invocations![0]!.toolExecutionNotifications![0]!.message.text).toMatch(/^10 of the less severe findings/);
  });
});

describe('fingerprints', () => {
  const ofText = async (text: string, path = 'a.yaml') =>
    (await resultsOf(reportOf([read(path, text)]))).map(
      ({ partialFingerprints }) => partialFingerprints!['primaryLocationLineHash'],
    );

  test('survive moved lines, other files, and what is put before', async () => {
    const before = await ofText(MAP('a'));
    expect(await ofText(`# a comment\n\n---\n${MAP('a')}`)).toEqual(before);
    expect(await ofText(MAP('a'), 'moved.yaml')).toEqual(before);
    expect(await ofText(`${MAP('other')}---\n${MAP('a')}`)).toContain(before[0]);
  });

  test('tell other objects and other fields apart', async () => {
    const before = await ofText(MAP('a'));
    expect(await ofText(MAP('b'))).not.toEqual(before);
    expect(await ofText(MAP('a', 'rot: 1'))).not.toEqual(before);
  });

  test('do not depend on the words of a message, but on what it is about', async () => {
    const marksOf = async (spoken: ReturnType<typeof talkative>) =>
      (await resultsOf(reportOf([read('a.yaml', MAP('a'))], spoken))).map(
        ({ partialFingerprints }) => partialFingerprints!['primaryLocationLineHash'],
      );
    const before = await marksOf(talkative('the host is gone', 'error', () => ({ about: 'a host' })));
    expect(await marksOf(talkative('better words', 'error', () => ({ about: 'a host' })))).toEqual(before);
    expect(await marksOf(talkative('the host is gone', 'error', () => ({ about: 'another' })))).not.toEqual(before);
  });

  test('are unique within a report', async () => {
    const marks = await ofText(`${MAP('a')}---\n${MAP('a')}---\n${MAP('a')}`);
    expect(marks).toEqual([...new Set(marks)]);
    const issues = JSON.parse(await format('gitlab', reportOf([read('a.yaml', `${MAP('a')}---\n${MAP('b')}`)]))) as {
      fingerprint: string;
    }[];
    expect(new Set(issues.map(({ fingerprint }) => fingerprint)).size).toBe(2);
  });
});

describe('what a format must escape', () => {
  const report = reportOf([read('a,b:c%.yaml', MAP('a'))], talkative(EVIL));

  test('github: commands cannot be broken out of', async () => {
    expect(await format('github', report)).toBe(
      '::error file=deploy/a%2Cb%3Ac%25.yaml,line=6,endLine=6,col=9,endColumn=12,title=meshlint%3A talkative-key' +
        '::50%25 of "a,b:c" <d> &|` [x](y)%0D%0A\u0001 #1\n',
    );
  });

  test.each(['junit', 'checkstyle'] as const)('%s: markup, and characters that XML does not have', async (name) => {
    const text = await format(name, report);
    expect(text).toContain('&lt;d> &amp;|`');
    expect(text).not.toContain('\u0001');
  });

  test('markdown: a cell stays a cell, and text stays text', async () => {
    const lines = (await format('markdown', report)).split('\n');
    expect(lines[4]).toBe(
      '| error | `a,b:c%.yaml:6:9` | ConfigMap default/a: 50% of "a,b:c" \\<d\\> \\&\\|\\` \\[x\\](y) \u0001 \\#1 | `talkative-key` |',
    );
  });

  test.each(['compact', 'jsonl', 'rdjsonl', 'github'] as const)('%s: one finding is one line', async (name) => {
    expect((await format(name, report)).trimEnd().split('\n')).toHaveLength(1);
  });
});

test('rdjsonl counts columns in bytes and offers fixes', async () => {
  const fix = (file: SourceFile): Details => ({
    fix: { title: 'say it in English', safety: 'safe', edits: () => [{ file, start: 57, end: 61, text: 'green' }] },
  });
  const line = await format(
    'rdjsonl',
    reportOf([read('a.yaml', MAP('a', 'grün: x'))], talkative('wrong', 'info', fix)),
  );
  expect(JSON.parse(line)).toMatchObject({
    severity: 'INFO',
    code: { value: 'talkative-key' },
    location: { path: 'a.yaml', range: { start: { line: 6, column: 10 }, end: { line: 6, column: 11 } } },
    suggestions: [{ text: 'green' }],
  });
});

test('junit fails what makes the run fail, and passes the rest and the clean files', async () => {
  const report = reportOf([
    read('a.yaml', MAP('a')),
    read('b.yaml', 'apiVersion: v1\nkind: Namespace\nmetadata: {name: b}\n'),
  ]);
  expect(await format('junit', report)).toContain('<testsuites name="meshlint" tests="2" failures="1" errors="0">');
  expect(await format('junit', { ...report, fails: () => false })).toContain('tests="2" failures="0" errors="0">');
});

test('markdown shows the worst first and says how many it leaves out', async () => {
  const report = reportOf(
    Array.from({ length: 230 }, (_, index) => read(`${index}.yaml`, MAP(`a${index}`))),
    talkative('wrong', 'warning'),
  );
  const findings = report.result.findings.map((finding, index) =>
    index === 229 ? { ...finding, severity: 'error' as const } : finding,
  );
  const text = await format('markdown', { ...report, extent: 'all', result: { ...report.result, findings } });
  expect(text.split('\n')[4]).toMatch(/^\| error \| `229.yaml:6:9`/);
  expect(text).toContain('\nand 30 more\n');
});

describe('a report for people', () => {
  const severities = ['error', 'warning', 'info'] as const;
  /** A report with findings of one rule for each severity; `say` makes their messages. */
  function mixed(counts: Partial<Record<Severity, number>>, say: (index: number) => string): Report {
    const total = Object.values(counts).reduce((sum, number) => sum + number, 0);
    const files = Array.from({ length: total }, (_, index) => read(`${index}.yaml`, MAP(`a${index}`)));
    const report = reportOf(files);
    const wanted = [...severities]
      .reverse()
      .flatMap((severity) => Array(counts[severity] ?? 0).fill(severity) as Severity[]);
    const findings = report.result.findings.map((finding, index) => {
      const severity = wanted[index]!;
      return { ...finding, severity, rule: { ...finding.rule, name: `${severity}-rule` }, message: say(index) };
    });
    return { ...report, result: { ...report.result, findings } };
  }
  const places = (text: string) => text.match(/^\d+\.yaml:6:9 \w+/gm);

  test('puts errors before warnings, and hides infos beside them', async () => {
    const text = await format('text', mixed({ error: 1, warning: 1, info: 2 }, String));
    expect(places(text)).toEqual(['3.yaml:6:9 error', '2.yaml:6:9 warning']);
    expect(text).toContain(
      '\n1 error, 1 warning, 2 infos (4 resources in 4 files)\n2 infos hidden; --info shows them\n',
    );
  });

  test('shows infos where there is nothing else, where they are asked for, and where they fail the run', async () => {
    const alone = await format('text', mixed({ info: 2 }, String));
    expect(places(alone)).toHaveLength(2);
    expect(alone).not.toContain('hidden');
    const both = mixed({ error: 1, info: 2 }, String);
    expect(places(await format('text', { ...both, extent: 'folded-with-infos' }))).toHaveLength(3);
    expect(places(await format('text', { ...both, fails: () => true }))).toHaveLength(3);
  });

  test('names the object, and of findings that say the same shows the first', async () => {
    const text = await format(
      'text',
      mixed({ error: 42 }, () => 'wrong'),
    );
    expect(places(text)).toEqual(['0.yaml:6:9 error']);
    expect(text).toContain('0.yaml:6:9 error: ConfigMap default/a0: wrong [error-rule]\n');
    expect(text).toContain('\n  and 41 more like this\n');
    expect(text).toContain('\n41 findings folded; --all shows them\n');
    expect(text).toContain(
      'COUNT     SEVERITY     RULE           FIRST\n42        error        error-rule     0.yaml:6:9\n',
    );
  });

  test('does not name an object twice', async () => {
    const text = await format(
      'text',
      mixed({ error: 1 }, () => 'ConfigMap default/a0 is wrong'),
    );
    expect(text).toContain('0.yaml:6:9 error: ConfigMap default/a0 is wrong [error-rule]\n');
  });

  test('of more than 20 findings shows some of each rule, and counts them by rule', async () => {
    const few = await format('text', mixed({ error: 20 }, String));
    expect(places(few)).toHaveLength(20);
    expect(few).not.toContain('COUNT');
    const many = await format('text', mixed({ error: 21, warning: 30, info: 40 }, String));
    expect(places(many)).toHaveLength(12);
    expect(many).toContain('COUNT     SEVERITY     RULE             FIRST\n21        error        error-rule');
    expect(many).toContain(
      '\n30        warning      warning-rule     40.yaml:6:9\n\n21 errors, 30 warnings, 40 infos (',
    );
    expect(many).toContain('\n40 infos hidden; --info shows them\n39 findings folded; --all shows them\n');
  });

  test('without errors fits on a screen, whatever it says', async () => {
    const report = mixed({ warning: 200, info: 500 }, String);
    const findings = report.result.findings.map((finding, index) => ({
      ...finding,
      rule: { ...finding.rule, name: `rule-${index % 8}` },
    }));
    const text = await format('text', { ...report, result: { ...report.result, findings } });
    expect(text.split('\n').length).toBeLessThan(40);
  });

  test('with --all shows every finding with its lines', async () => {
    const text = await format('text', { ...mixed({ error: 21, info: 3 }, () => 'wrong'), extent: 'all' });
    expect(places(text)).toHaveLength(24);
    expect(text.match(/\^/g)).not.toBeNull();
    expect(text.match(/^> 6 \|/gm)).toHaveLength(24);
    expect(text).not.toMatch(/more like this|folded|hidden/);
  });

  test('says once what can be fixed, and how to learn more', async () => {
    const fix = (safety: 'safe' | 'unsafe') => ({ title: 'remove it', safety, edits: () => [] });
    const report = mixed({ error: 3 }, String);
    const findings = report.result.findings.map((finding, index) => ({
      ...finding,
      fix: fix(index ? 'safe' : 'unsafe'),
    }));
    const text = await format('text', { ...report, result: { ...report.result, findings } });
    expect(text).toMatch(/\n2 fixable with --fix, 1 with --fix --unsafe-fixes\nmeshlint explain error-rule: .*\n$/);
    expect(text.match(/explain/g)).toHaveLength(1);
  });

  test.each(FORMAT_NAMES.filter((name) => name !== 'text' && name !== 'markdown'))(
    '%s is complete, whatever is shown to people',
    async (name) => {
      const report = mixed({ error: 21, info: 5 }, () => 'wrong');
      const text = await format(name, { ...report, extent: 'folded' });
      expect(text).toBe(await format(name, { ...report, extent: 'all' }));
      for (const finding of report.result.findings) expect(text).toContain(finding.place.file.path);
    },
  );
});

test.each([
  [['a.yaml', 'b.yaml'], 'a.yaml, b.yaml; name the files of one to'],
  [['a/', 'b/'], 'a/, b/; name one of them to'],
  [['a', 'b', 'c', 'd'], 'a, b, c, and 1 more; name'],
])('the end names variants of one mesh: %s', async (alternatives, named) => {
  const report = reportOf([read('a.yaml', MAP('a'))]);
  expect(await format('text', report)).not.toContain('variants');
  expect(await format('text', { ...report, alternatives })).toContain(`several variants of one mesh: ${named}`);
});
