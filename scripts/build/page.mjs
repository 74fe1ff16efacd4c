// Bundles what runs in a browser into dist/page/: the style sheet and the script of pages.
import { build } from 'esbuild';

/** Writes dist/page/, and returns which files went into it. */
export async function buildPage() {
  const { metafile } = await build({
    entryPoints: { report: 'src/page/report.ts', page: 'src/page/page.css' },
    outdir: 'dist/page',
    bundle: true,
    platform: 'browser',
    target: 'es2022',
    format: 'iife',
    minify: true,
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
  });
  return Object.keys(metafile.inputs);
}
