import { type Glob, glob } from '../../source/glob';

interface Rule {
  readonly matches: Glob;
  readonly isForFolders: boolean;
  /** Whether it takes back what a rule before it leaves out. */
  readonly isNegated: boolean;
}

/**
 * Reads the lines of a .gitignore. The answer says of a path below its folder, with slashes, whether it is ignored: by the last rule
 * that matches it, or with a folder above it; undefined where no rule matches it. Source: git, Documentation/gitignore.
 */
export function gitignore(lines: string): (path: string, kind: 'file' | 'folder') => boolean | undefined {
  const rules = lines.split(/\r?\n/).flatMap(ruleOf);
  const folders = new Map<string, boolean | undefined>();
  const matching = (path: string, kind: 'file' | 'folder'): boolean | undefined => {
    const last = rules.findLast(({ matches, isForFolders }) => (kind === 'folder' || !isForFolders) && matches(path));
    return last && !last.isNegated;
  };
  const verdictOn = (path: string, kind: 'file' | 'folder'): boolean | undefined => {
    const slash = path.lastIndexOf('/');
    return slash > 0 && ofFolder(path.slice(0, slash)) ? true : matching(path, kind);
  };
  const ofFolder = (path: string): boolean | undefined => {
    if (!folders.has(path)) folders.set(path, verdictOn(path, 'folder'));
    return folders.get(path);
  };
  return (path, kind) => (kind === 'folder' ? ofFolder(path) : verdictOn(path, 'file'));
}

function ruleOf(line: string): Rule[] {
  if (line.startsWith('#')) return [];
  const written = withoutTrailingSpaces(line);
  const isNegated = written.startsWith('!');
  const pattern = isNegated ? written.slice(1) : written;
  const isForFolders = pattern.endsWith('/');
  const whole = isForFolders ? pattern.slice(0, -1) : pattern;
  if (whole === '') return [];
  // A slash before the end ties the pattern to the folder of the file.
  const isTied = whole.includes('/');
  const matches = glob(isTied ? whole.replace(/^\//, '') : `**/${whole}`);
  return [{ matches, isForFolders, isNegated }];
}

/** Spaces at the end have no meaning unless a backslash stands before them. */
function withoutTrailingSpaces(line: string): string {
  let end = line.length;
  while (end > 0 && line[end - 1] === ' ' && line[end - 2] !== '\\') end--;
  return line.slice(0, end);
}
