'use strict';
const { createHash, randomUUID } = require('node:crypto');
const { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } = require('node:fs');
const Module = require('node:module');
const { dirname, join, sep } = require('node:path');
const { Script } = require('node:vm');

const HASH_BYTES = 32;
const hashOf = (data) => createHash('sha256').update(data).digest();

/**
 * Keeps what Node.js compiles of the modules in a folder for the next run, in the folder's own `cache`, as `enableCompileCache` of
 * Node.js 22 does. An entry is named by the hash of its source and begins with the hash of its data: what is broken, foreign or of
 * another Node.js is ignored and replaced. Where the folder cannot be written, nothing is kept.
 */
exports.keepCompiled = (folder) => {
  const cache = join(folder, 'cache');
  const compiled = new Map();
  const compile = Module.prototype._compile;
  Module.prototype._compile = function (content, filename, ...rest) {
    if (!filename.startsWith(folder + sep)) return compile.call(this, content, filename, ...rest);
    const entry = join(cache, hashOf(process.version + content).toString('hex'));
    const cachedData = readEntry(entry);
    const script = new Script(Module.wrap(content), { filename, cachedData });
    if (!cachedData || script.cachedDataRejected) compiled.set(entry, script);
    const require = Module.createRequire(filename);
    script.runInThisContext().call(this.exports, this.exports, require, this, filename, dirname(filename));
  };
  // What has run is compiled by then, and becomes part of the entry.
  process.on('exit', () => {
    for (const [entry, script] of compiled) writeEntry(entry, script.createCachedData());
  });
};

function readEntry(path) {
  try {
    const entry = readFileSync(path);
    const data = entry.subarray(HASH_BYTES);
    return hashOf(data).equals(entry.subarray(0, HASH_BYTES)) ? data : undefined;
  } catch {
    return undefined;
  }
}

/** Other runs see the whole entry or none. A folder that has gone meanwhile is not made again. */
function writeEntry(path, data) {
  const draft = `${path}.${randomUUID()}`;
  const cache = dirname(path);
  try {
    if (!existsSync(cache)) mkdirSync(cache);
    writeFileSync(draft, Buffer.concat([hashOf(data), data]), { flag: 'wx' });
    renameSync(draft, path);
  } catch {
    removeIfThere(draft);
  }
}

function removeIfThere(path) {
  try {
    rmSync(path, { force: true });
  } catch {
    // There is no such folder: nothing was written.
  }
}
