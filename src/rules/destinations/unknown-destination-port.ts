import { namedDestinations } from '../../mesh/traffic/destinations';
import { declaredAt, isAlias } from './hosts';
import { rule } from '../rule';

export default rule({
  name: 'unknown-destination-port',
  category: 'reference',
  severity: 'error',
  summary: 'A route references a port that the service does not have.',
  url: 'https://istio.io/latest/docs/reference/config/networking/virtual-service/',
  docs: `
    Istio creates a cluster for each port of a service, and there is none for this port: requests
    get 503 with the response flag NC.

    Fix: use the port of the Service, not its targetPort and not the port of the container.
  `,
  sameAs: ['IST0101'],
  check({ mesh, report }) {
    for (const { field, service } of namedDestinations(mesh)) {
      const { host = '', port } = field.value;
      const number = port?.number;
      if (!service || isAlias(mesh, service) || !number || service.ports.some((each) => each.number === number))
        continue;
      const mapped = service.ports.find(({ targetPort }) => targetPort === number);
      const offered = [...new Set(service.ports.map((each) => String(each.number)))].join(', ') || 'none';
      const hint = mapped ? `; ${number} is the targetPort of ${mapped.number}` : `; its ports are ${offered}`;
      report(field.get('port').child('number'), `host "${host}" has no port ${number}${hint}`, {
        related: [declaredAt(service)],
      });
    }
  },
});
