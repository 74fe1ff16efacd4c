// Istio 1.4: its custom resource definitions had no schemas; Galley read the objects as protobuf messages.
import { messages } from './names.mjs';
import { MODULES, apiOf } from './modules.mjs';
import { fromMessages } from './protobuf.mjs';
import { TYPE_META } from './share.mjs';

const API = apiOf({ istio: '1.4' });
const KINDS = {
  'networking.istio.io/v1alpha3': {
    DestinationRule: 'istio.networking.v1alpha3.DestinationRule',
    EnvoyFilter: 'istio.networking.v1alpha3.EnvoyFilter',
    Gateway: 'istio.networking.v1alpha3.Gateway',
    ServiceEntry: 'istio.networking.v1alpha3.ServiceEntry',
    Sidecar: 'istio.networking.v1alpha3.Sidecar',
    VirtualService: 'istio.networking.v1alpha3.VirtualService',
  },
  'security.istio.io/v1beta1': { AuthorizationPolicy: 'istio.security.v1beta1.AuthorizationPolicy' },
  'authentication.istio.io/v1alpha1': {
    MeshPolicy: 'istio.authentication.v1alpha1.Policy',
    Policy: 'istio.authentication.v1alpha1.Policy',
  },
  'rbac.istio.io/v1alpha1': {
    ClusterRbacConfig: 'istio.rbac.v1alpha1.RbacConfig',
    RbacConfig: 'istio.rbac.v1alpha1.RbacConfig',
    ServiceRole: 'istio.rbac.v1alpha1.ServiceRole',
    ServiceRoleBinding: 'istio.rbac.v1alpha1.ServiceRoleBinding',
  },
  'config.istio.io/v1alpha2': {
    HTTPAPISpec: 'istio.mixer.v1.config.client.HTTPAPISpec',
    HTTPAPISpecBinding: 'istio.mixer.v1.config.client.HTTPAPISpecBinding',
    QuotaSpec: 'istio.mixer.v1.config.client.QuotaSpec',
    QuotaSpecBinding: 'istio.mixer.v1.config.client.QuotaSpecBinding',
    adapter: 'istio.mixer.adapter.model.v1beta1.Info',
    attributemanifest: 'istio.policy.v1beta1.AttributeManifest',
    handler: 'istio.policy.v1beta1.Handler',
    instance: 'istio.policy.v1beta1.Instance',
    rule: 'istio.policy.v1beta1.Rule',
    template: 'istio.mixer.adapter.model.v1beta1.Template',
  },
};
const FILES = [
  ...['destination_rule', 'envoy_filter', 'gateway', 'service_entry', 'sidecar', 'virtual_service'].map(
    (name) => `networking/v1alpha3/${name}.proto`,
  ),
  'security/v1beta1/authorization.proto',
  'authentication/v1alpha1/policy.proto',
  'rbac/v1alpha1/rbac.proto',
  'policy/v1beta1/cfg.proto',
  'mixer/v1/config/client/quota.proto',
  'mixer/v1/config/client/api_spec.proto',
  'mixer/adapter/model/v1beta1/info.proto',
  'mixer/adapter/model/v1beta1/template.proto',
];
/** A status code of HTTP, written as its number. */
const INSTEAD = { '.istio.policy.v1beta1.HttpStatusCode': { type: ['integer', 'string'] } };

/** The kinds of Istio 1.4, and the installation file of its istioctl, whose fields its API did not describe. */
export function istio14() {
  const root = messages(API, FILES);
  const bundles = Object.entries(KINDS).flatMap(([groupVersion, kinds]) => {
    const [group, version] = groupVersion.split('/');
    return Object.entries(kinds).map(([kind, message]) => {
      const { kinds: specs, $defs } = fromMessages(root, { [kind]: message }, INSTEAD);
      return made(group, version, kind, specs[kind], $defs);
    });
  });
  return [...bundles, made('install.istio.io', 'v1alpha2', 'IstioControlPlane', { type: 'object', additionalProperties: true }, {})];
}

function made(group, version, kind, spec, $defs) {
  const message = spec.$ref?.replace('#/$defs/', '');
  const name = `${kind[0].toUpperCase()}${kind.slice(1)}Spec`;
  const { [message]: own, ...others } = $defs;
  return {
    file: `1.4/${group}/${kind}`,
    from: MODULES[API],
    entries: [{ in: ['1.4'], group, kind, versions: [version], channel: 'standard' }],
    kinds: { [kind]: kindWith(message ? { $ref: `#/$defs/${name}` } : spec) },
    $defs: { ...others, ...(message && { [name]: own }) },
  };
}

const kindWith = (spec) => ({
  type: 'object',
  properties: { ...TYPE_META, spec, status: { type: 'object', additionalProperties: true } },
  additionalProperties: false,
});
