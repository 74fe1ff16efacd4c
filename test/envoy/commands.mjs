// Asks a real Envoy about every command of format strings, in each of its forms, and compares the answers with src/envoy/http/format-commands.ts.
import { spawn } from 'node:child_process';
import { openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Why Envoy refuses a command whatever its argument says. */
const ABOUT_COMMANDS =
  /Not supported field|requires parameters|does not take any parameters|does not allow length|find valid command|invalid characters/;

const OTHERS = ['%FOO%', '%duration%', '%', '100%', '100%%', '%REQ(a b)%', '%REQ(a?b):10%', '%REQ(a):x%', '% REQ(a)%'];

/** The texts that are asked about. */
const formats = (commands) => [
  ...commands.flatMap((name) => [`%${name}%`, `%${name}(x)%`, `%${name}:5%`, `%${name}(x):5%`]),
  ...OTHERS,
];

const manager = (value) => ({
  '@type': 'type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',
  stat_prefix: 'formats',
  route_config: {
    virtual_hosts: [
      {
        name: 'all',
        domains: ['*'],
        routes: [
          {
            match: { prefix: '/' },
            direct_response: { status: 200 },
            request_headers_to_add: [{ header: { key: 'x-value', value } }],
          },
        ],
      },
    ],
  },
  http_filters: [
    {
      name: 'envoy.filters.http.router',
      typed_config: { '@type': 'type.googleapis.com/envoy.extensions.filters.http.router.v3.Router' },
    },
  ],
});

const bootstrapWith = (value) => ({
  static_resources: {
    listeners: [
      {
        name: 'formats',
        address: { socket_address: { address: '127.0.0.1', port_value: 0 } },
        filter_chains: [
          { filters: [{ name: 'envoy.filters.network.http_connection_manager', typed_config: manager(value) }] },
        ],
      },
    ],
  },
});

/** Whether Envoy refuses a text for its command; undefined where it refuses what the argument says. */
async function isRefused(binary, value, scratch, index) {
  const [file, output] = ['json', 'txt'].map((ending) => join(scratch, `format-${index}.${ending}`));
  writeFileSync(file, JSON.stringify(bootstrapWith(value)));
  const sink = openSync(output, 'w');
  const status = await new Promise((done) => {
    const child = spawn(binary, ['--mode', 'validate', '-l', 'critical', '-c', file], {
      stdio: ['ignore', sink, sink],
    });
    child.on('error', () => done(-1));
    child.on('close', done);
  });
  if (status === 0) return false;
  return ABOUT_COMMANDS.test(readFileSync(output, 'utf8')) ? true : undefined;
}

/** How many texts Envoy was asked about, and those that it answers otherwise. */
export async function compareCommands(binary, { COMMANDS, formatFault }, scratch) {
  const queue = formats(COMMANDS).map((value, index) => [value, index]);
  const [compared, differences] = [queue.length, []];
  const ask = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      const [value, index] = next;
      const refused = await isRefused(binary, value, scratch, index);
      const fault = formatFault(value);
      if (refused !== undefined && refused !== (fault !== undefined))
        differences.push(`${value}: Envoy ${refused ? 'refuses' : 'takes'} it, and not formatFault`);
    }
  };
  await Promise.all([ask(), ask()]);
  return { compared, differences };
}
