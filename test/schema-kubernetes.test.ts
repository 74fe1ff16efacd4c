import { admit } from '../src/schema/admit';
import { formatPath } from '../src/source/path';
import { read } from '../src/source/read';

const said = (text: string) =>
  read('a.yaml', text).resources.flatMap((resource) =>
    admit(resource, '1.31').violations.map(({ path, message }) => `${formatPath(path)}: ${message}`),
  );
const object = (apiVersion: string, kind: string, fields: string) =>
  `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: {name: a}\n${fields}\n`;
const service = (spec: string) => object('v1', 'Service', `spec: {${spec}}`);
const pod = (spec: string) => object('v1', 'Pod', `spec: {${spec}}`);
const deployment = (spec: string, labels = 'app: a') =>
  object(
    'apps/v1',
    'Deployment',
    `spec: {${spec}, template: {metadata: {labels: {${labels}}}, spec: {containers: [{name: a, image: b}]}}}`,
  );
const ingress = (path: string) =>
  object('networking.k8s.io/v1', 'Ingress', `spec: {rules: [{http: {paths: [{${path}}]}}]}`);
const backend = 'backend: {service: {name: a, port: {number: 80}}}';

// Each tried with kube-apiserver 1.34.
test.each([
  ['Service', service('ports: [{port: 80}]')],
  ['headless Service', service('clusterIP: None, selector: {app: a}')],
  ['ExternalName', service('type: ExternalName, externalName: a.example.com.')],
  ['named target port', service('ports: [{port: 80, targetPort: http}]')],
  ['TCP and UDP', service('ports: [{name: a, port: 53}, {name: b, port: 53, protocol: UDP}]')],
  [
    'Deployment',
    deployment('selector: {matchLabels: {app: a}, matchExpressions: [{key: app, operator: In, values: [a]}]}'),
  ],
  [
    'StatefulSet with claims',
    object(
      'apps/v1',
      'StatefulSet',
      'spec: {selector: {matchLabels: {app: a}}, serviceName: a, template: {metadata: {labels: {app: a}}, spec: {containers: [{name: a, image: b, volumeMounts: [{name: data, mountPath: /d}]}]}}, volumeClaimTemplates: [{metadata: {name: data}, spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}]}',
    ),
  ],
  ['Pod', pod('containers: [{name: a, image: b, ports: [{containerPort: 80}, {containerPort: 80}]}]')],
  ['Ingress', ingress(`path: /, pathType: Prefix, ${backend}`)],
  ['TLS secret', object('v1', 'Secret', 'type: kubernetes.io/tls\nstringData: {tls.crt: a, tls.key: b}')],
])('%s is accepted', (_, text) => expect(said(text)).toEqual([]));

test.each([
  ['Service without spec', object('v1', 'Service', ''), 'spec: "spec" is missing'],
  ['no ports', service('selector: {app: a}'), 'spec.ports: "ports" is missing'],
  ['port out of range', service('ports: [{port: 0}]'), 'spec.ports[0].port: 0 is not between 1 and 65535'],
  [
    'nameless ports',
    service('ports: [{port: 80}, {name: b, port: 81}]'),
    'spec.ports[0].name: "name" is missing: of several ports each needs one',
  ],
  [
    'equal names of ports',
    service('ports: [{name: a, port: 80}, {name: a, port: 81}]'),
    'spec.ports[1].name: an earlier item of this list has the same name "a"',
  ],
  [
    'equal ports',
    service('ports: [{name: a, port: 80}, {name: b, port: 80}]'),
    'spec.ports[1].port: an earlier item of this list has the same port "TCP 80"',
  ],
  [
    'name of a port',
    service('ports: [{name: HTTP, port: 80}]'),
    'spec.ports[0].name: "HTTP" is not a name of lower-case letters, digits and "-", at most 63',
  ],
  [
    'protocol',
    service('ports: [{port: 80, protocol: HTTP}]'),
    'spec.ports[0].protocol: "HTTP" is not one of "TCP", "UDP" or "SCTP"; did you mean "TCP"?',
  ],
  [
    'target port',
    service('ports: [{port: 80, targetPort: HTTP}]'),
    'spec.ports[0].targetPort: "HTTP" is not the name of a port: lower-case letters, digits and "-", at most 15, with a letter among them',
  ],
  [
    'type',
    service('type: Cluster, ports: [{port: 80}]'),
    'spec.type: "Cluster" is not one of "ClusterIP", "ExternalName", "LoadBalancer" or "NodePort"; did you mean "ClusterIP"?',
  ],
  [
    'node port',
    service('ports: [{port: 80, nodePort: 30080}]'),
    'spec.ports[0].nodePort: "nodePort" is not allowed in a service of type ClusterIP',
  ],
  [
    'external name',
    service('type: ExternalName'),
    'spec.externalName: "externalName" is missing: a service of type ExternalName needs it',
  ],
  [
    'selector',
    service('selector: {app: "a b"}, ports: [{port: 80}]'),
    'spec.selector.app: "a b" is not the value of a label: letters, digits, "-", "_" and ".", at most 63, with a letter or digit at both ends',
  ],
  [
    'selector that misses the template',
    deployment('selector: {matchLabels: {app: b}}'),
    'spec.selector.matchLabels.app: the selector requires app "b", but the template has "a"',
  ],
  [
    'selector of a label that is not there',
    deployment('selector: {matchLabels: {version: v1}}'),
    'spec.selector.matchLabels.version: the selector requires version "v1", but the template has no such label',
  ],
  [
    'selector by expression',
    deployment('selector: {matchExpressions: [{key: app, operator: DoesNotExist}]}'),
    'spec.selector.matchExpressions[0]: the labels of the template do not match this expression',
  ],
  [
    'expression without values',
    deployment('selector: {matchExpressions: [{key: app, operator: In}]}'),
    'spec.selector.matchExpressions[0].values: "values" is missing: "In" needs some',
  ],
  ['empty selector', deployment('selector: {}'), 'spec.selector: the selector is empty and would match every pod'],
  ['no selector', deployment('replicas: 1'), 'spec.selector: "selector" is missing'],
  ['replicas', deployment('replicas: -1, selector: {matchLabels: {app: a}}'), 'spec.replicas: -1 is less than 0'],
  [
    'labels of the template',
    deployment('selector: {matchLabels: {app: a}}', 'app: a, version: 1'),
    'spec.template.metadata.labels.version: expected text, found 1; put it in quotes',
  ],
  ['no image', pod('containers: [{name: a}]'), 'spec.containers[0].image: "image" is missing'],
  ['no containers', pod('containers: []'), 'spec.containers: the list must not be empty'],
  [
    'equal containers',
    pod('containers: [{name: a, image: b}, {name: a, image: b}]'),
    'spec.containers[1].name: an earlier item of this list has the same name "a"',
  ],
  [
    'equal ports of a container',
    pod('containers: [{name: a, image: b, ports: [{name: p, containerPort: 80}, {name: p, containerPort: 81}]}]'),
    'spec.containers[0].ports[1].name: an earlier item of this list has the same name "p"',
  ],
  [
    'container port',
    pod('containers: [{name: a, image: b, ports: [{containerPort: 70000}]}]'),
    'spec.containers[0].ports[0].containerPort: 70000 is not between 1 and 65535',
  ],
  [
    'volume that is not there',
    pod('containers: [{name: a, image: b, volumeMounts: [{name: v, mountPath: /v}]}]'),
    'spec.containers[0].volumeMounts[0].name: the pod has no volume "v"',
  ],
  [
    'probe',
    pod('containers: [{name: a, image: b, readinessProbe: {periodSeconds: 1}}]'),
    'spec.containers[0].readinessProbe: a probe needs one of "exec", "grpc", "httpGet" or "tcpSocket"',
  ],
  [
    'job',
    object('batch/v1', 'Job', 'spec: {template: {spec: {containers: [{name: a, image: b}]}}}'),
    'spec.template.spec.restartPolicy: the "restartPolicy" of a job is "OnFailure" or "Never"',
  ],
  [
    'schedule',
    object(
      'batch/v1',
      'CronJob',
      'spec: {schedule: hourly, jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: b}]}}}}}',
    ),
    'spec.schedule: "hourly" is not a schedule of five parts such as "*/5 * * * *"',
  ],
  [
    'path of an Ingress',
    ingress(`path: a, pathType: Exact, ${backend}`),
    'spec.rules[0].http.paths[0].path: "a" is not an absolute path',
  ],
  ['type of a path', ingress(`path: /, ${backend}`), 'spec.rules[0].http.paths[0].pathType: "pathType" is missing'],
  [
    'port of a backend',
    ingress('path: /, pathType: Exact, backend: {service: {name: a}}'),
    'spec.rules[0].http.paths[0].backend.service.port: the port needs a name or a number',
  ],
  [
    'Ingress without rules',
    object('networking.k8s.io/v1', 'Ingress', 'spec: {}'),
    'spec: an Ingress needs "rules" or a "defaultBackend"',
  ],
  [
    'address of a slice',
    object('discovery.k8s.io/v1', 'EndpointSlice', 'addressType: IPv6\nendpoints: [{addresses: [1.2.3.4]}]'),
    'endpoints[0].addresses[0]: "1.2.3.4" is not an IPv6 address',
  ],
  [
    'subset without addresses',
    object('v1', 'Endpoints', 'subsets: [{ports: [{port: 80}]}]'),
    'subsets[0]: a subset needs "addresses" or "notReadyAddresses"',
  ],
  [
    'secret without key',
    object('v1', 'Secret', 'type: kubernetes.io/tls\ndata: {tls.crt: YQ==}'),
    'data["tls.key"]: "tls.key" is missing: a secret of type kubernetes.io/tls needs it',
  ],
  ['data that are no base64', object('v1', 'Secret', 'data: {a: "?"}'), 'data.a: "?" is not base64'],
  [
    'key of a ConfigMap',
    object('v1', 'ConfigMap', 'data: {"a b": c}'),
    'data["a b"]: "a b" is not a key of letters, digits, "-", "_" and "."',
  ],
  [
    'webhook',
    object(
      'admissionregistration.k8s.io/v1',
      'ValidatingWebhookConfiguration',
      'webhooks: [{name: a.b.c, sideEffects: None, admissionReviewVersions: [v1], clientConfig: {}}]',
    ),
    'webhooks[0].clientConfig: exactly one of "service" and "url" is needed',
  ],
])('%s is refused', (_, text, ...expected) => expect(said(text)).toEqual(expected));
