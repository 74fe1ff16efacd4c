// Rules for tests of the input, so that these need not change with the rules.
import { perMesh } from '../src/mesh/memo';
import type { Mesh } from '../src/mesh/mesh';
import { rule } from '../src/rules/rule';
import type { Field } from '../src/source/field';
import type { Resource } from '../src/source/resource';

const services = perMesh(
  (mesh: Mesh) => new Set(mesh.all('Service').map(({ namespace, name }) => `${name}.${namespace}`)),
);

const destinationHosts = (route: Resource): Field[] =>
  ['http', 'tcp', 'tls']
    .flatMap((protocol) => route.at(['spec', protocol]).items() as Field[])
    .flatMap((entry) => entry.child('route').items() as Field[])
    .map((weighted) => weighted.child('destination').child('host'));

/** A destination's host must be a Service. */
export const unknownService = rule({
  name: 'unknown-service',
  category: 'reference',
  severity: 'error',
  summary: 'A destination names a Service that is not there.',
  url: 'https://istio.io/latest/docs/',
  docs: 'Only for tests.',
  check({ mesh, missing }) {
    for (const route of mesh.all('VirtualService')) {
      for (const host of destinationHosts(route)) {
        const [name = '', namespace = route.namespace] = String(host.value).split('.');
        if (services(mesh).has(`${name}.${namespace}`)) continue;
        missing(
          host,
          { kind: 'Service', isMisspelt: !mesh.isPartial, namespace },
          `there is no Service "${String(host.value)}"`,
        );
      }
    }
  },
});

/** Of two routes for one host each is told. */
export const sharedHost = rule({
  name: 'shared-host',
  category: 'conflict',
  severity: 'warning',
  summary: 'Two routes are for one host.',
  url: 'https://istio.io/latest/docs/',
  docs: 'Only for tests.',
  check({ mesh, report }) {
    const hosts = mesh.all('VirtualService').map((route) => route.at(['spec', 'hosts', 0]));
    for (const host of hosts)
      if (hosts.some((other) => other !== host && other.value === host.value)) report(host, 'this host has two routes');
  },
});
