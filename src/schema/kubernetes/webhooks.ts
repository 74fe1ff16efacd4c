import type { Path } from '../../source/path';
import type {
  MutatingWebhook,
  MutatingWebhookConfiguration,
  ValidatingWebhookConfiguration,
} from '../kinds/kubernetes';
import { type Violation, violation } from '../violation';

/** Source: k8s.io/kubernetes admissionregistration validation validateValidatingWebhook. */
export const webhookViolations = ({
  webhooks = [],
}: MutatingWebhookConfiguration | ValidatingWebhookConfiguration): Violation[] =>
  webhooks.flatMap((webhook, index) => (webhook ? clientViolations(['webhooks', index], webhook) : []));

function clientViolations(path: Path, { clientConfig, admissionReviewVersions = [] }: MutatingWebhook): Violation[] {
  const found: Violation[] = [];
  if (
    admissionReviewVersions.length &&
    !admissionReviewVersions.some((version) => version === 'v1' || version === 'v1beta1')
  )
    found.push(
      violation('semantic', [...path, 'admissionReviewVersions'], '"v1" or "v1beta1" must be among the versions'),
    );
  const { service, url } = clientConfig ?? {};
  if (clientConfig && Boolean(service) === Boolean(url))
    found.push(
      violation('exclusive', [...path, 'clientConfig'], 'exactly one of "service" and "url" is needed', { on: 'key' }),
    );
  return found;
}
