import { isHeaderName } from '../../envoy/http/request-line';
import { rule } from '../rule';
import { headerChanges } from './header-changes';

export default rule({
  name: 'invalid-header-name',
  category: 'traffic',
  isLocal: true,
  severity: 'error',
  summary: 'A VirtualService adds a header whose name is not a header name.',
  url: 'https://istio.io/latest/docs/reference/config/networking/virtual-service/#Headers-HeaderOperations',
  docs: `
    Istio and Envoy accept any text as the name of a header. When a request takes the route, Envoy
    cannot encode the header and answers 503 with the response flag DPE; the service never receives
    the request. In a response the header is sent as it is written, and clients that check the name
    refuse the whole response, so the finding is a warning there.

    Fix: use letters, digits and the characters !#$%&'*+-.^_\`|~ only. A space, a colon at the end of
    the name or a letter with an accent is not allowed.
  `,
  check({ mesh, report }) {
    for (const { of, isSent, name, field } of headerChanges(mesh))
      if (isSent && !name.startsWith(':') && !isHeaderName(name))
        report(
          field.key,
          of === 'request'
            ? `"${name}" is not a header name, so Envoy answers every request of this route with 503 (DPE)`
            : `"${name}" is not a header name; clients may refuse the response`,
          { ...(of === 'response' && { severity: 'warning' }) },
        );
  },
});
