import { rollup } from 'rollup';
import { dts } from 'rollup-plugin-dts';

/** One file with the types of the library; those it takes from bundled packages are part of it, as the package has none beside it. */
export async function declarations(entry, file) {
  const bundle = await rollup({
    input: entry,
    plugins: [dts({ tsconfig: 'tsconfig.json', includeExternal: ['yaml'] })],
  });
  const { output } = await bundle.write({ file, format: 'es' });
  const foreign = output.flatMap(({ imports }) => imports);
  if (foreign.length) throw new Error(`the types of the library refer to ${foreign.join(', ')}: bundle them as well`);
}
