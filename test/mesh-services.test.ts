import { INJECT, injection, isAmbient } from '../src/mesh/injection/injection';
import { findProxy, isGateway, proxies, runsProxy } from '../src/mesh/workloads/proxy';
import { machinesSelected, selectsAnything } from '../src/mesh/workloads/machines';
import { Mesh } from '../src/mesh/mesh';
import type { Service } from '../src/mesh/services/service';
import {
  endpointsOf,
  endpointsOfPort,
  serviceFor,
  services,
  servicesCalled,
  servicesVisibleFrom,
} from '../src/mesh/services/services';
import { pods, workloads, workloadsSelected } from '../src/mesh/workloads/workloads';
import { configMap, deployment, meshOf, namespace, networking, object, service } from './mesh-of';

const serviceEntry = (name: string, spec: string, metadata = '') => networking('ServiceEntry', name, spec, metadata);
const workloadEntry = (name: string, spec: string, metadata = '') => networking('WorkloadEntry', name, spec, metadata);
const PORT = 'ports: [{number: 80, name: http, protocol: HTTP}]';
const addresses = (mesh: Mesh, one: Service | undefined): string[] =>
  endpointsOf(mesh, one!).map(({ address, port }) => (port ? `${address}:${port}` : address));
const only = (mesh: Mesh, host: string): Service => servicesCalled(mesh, host)[0]!;

describe('injection', () => {
  const decide = (namespaceLabels: string, pod: string) => {
    const text = namespace('default', namespaceLabels) + object('v1', 'Pod', 'p', `spec: {}`, pod);
    const mesh = meshOf(text);
    const { injected, reason, field } = injection(mesh, 'default', mesh.all('Pod')[0]!.root);
    return [injected, reason, field?.pathText];
  };
  const byNamespace = 'metadata.labels.istio-injection';
  const byLabel = `metadata.labels["${INJECT}"]`;

  test.each([
    ['', '', [false, 'not-asked-for', undefined]],
    ['istio-injection: enabled', '', [true, 'namespace-label', byNamespace]],
    ['istio-injection: disabled', `labels: {${INJECT}: "true"}`, [false, 'namespace-disabled', byNamespace]],
    ['istio.io/rev: canary', '', [true, 'namespace-revision', 'metadata.labels["istio.io/rev"]']],
    ['istio-injection: disabled, istio.io/rev: canary', '', [false, 'namespace-disabled', byNamespace]],
    ['', `labels: {${INJECT}: "true"}`, [true, 'pod-label', byLabel]],
    ['', 'labels: {istio.io/rev: canary}', [true, 'pod-revision', 'metadata.labels["istio.io/rev"]']],
    ['istio-injection: enabled', `labels: {${INJECT}: "false"}`, [false, 'pod-label', byLabel]],
    [
      'istio-injection: enabled',
      `annotations: {${INJECT}: "false"}`,
      [false, 'pod-annotation', `metadata.annotations["${INJECT}"]`],
    ],
    ['', `annotations: {${INJECT}: "true"}`, [false, 'not-asked-for', undefined]],
    [
      'istio-injection: enabled',
      `labels: {${INJECT}: "true"}, annotations: {${INJECT}: "false"}`,
      [true, 'namespace-label', byNamespace],
    ],
  ])('of a namespace with {%s} and a pod with {%s}', (labels, pod, expected) => {
    expect(decide(labels, pod)).toEqual(expected);
  });

  test('never on the host’s network, never in system namespaces', () => {
    const pod = (name: string, spec: string) =>
      object('v1', 'Pod', name, `spec: {${spec}}`, `labels: {${INJECT}: "true"}`);
    const mesh = meshOf(pod('a', 'hostNetwork: true') + pod('kube-system/b', ''));
    const [host, system] = mesh.all('Pod').map((each) => injection(mesh, each.namespace, each.root));
    expect([host?.reason, host?.field?.pathText, system?.reason]).toEqual([
      'host-network',
      'spec.hostNetwork',
      'ignored-namespace',
    ]);
  });

  test('ambient takes pods that ask for it, or whose namespace does, unless they have a sidecar', () => {
    const pod = (name: string, labels: string) => object('v1', 'Pod', name, 'spec: {}', `labels: {${labels}}`);
    const mesh = meshOf(
      namespace('default', 'istio.io/dataplane-mode: ambient') +
        namespace('other', '') +
        pod('in', '') +
        pod('out', 'istio.io/dataplane-mode: none') +
        pod('sidecar', `${INJECT}: "true"`) +
        pod('other/asks', 'istio.io/dataplane-mode: ambient'),
    );
    expect(mesh.all('Pod').map((each) => isAmbient(mesh, each.namespace, each.root))).toEqual([
      true,
      false,
      false,
      true,
    ]);
  });
});

describe('workloads', () => {
  const names = (mesh: Mesh) =>
    workloads(mesh).map(({ kind, name, pods }) => `${kind} ${name} ${pods.map((pod) => pod.name).join(' ')}`);
  const owned = (name: string, owner: string, labels = '') =>
    object(
      'v1',
      'Pod',
      name,
      'spec: {}\nstatus: {podIP: 10.0.0.1}',
      `labels: {${labels}}, ownerReferences: [${owner}]`,
    );

  test('pods in the input are those of their workload, which then stands for no others', () => {
    const replicaSet = '{kind: ReplicaSet, name: web-5d4, controller: true}';
    const mesh = meshOf(
      owned('web-5d4-x', replicaSet, 'pod-template-hash: 5d4') +
        owned('web-5d4-y', replicaSet, 'pod-template-hash: 5d4') +
        deployment('web') +
        deployment('api'),
    );
    expect(names(mesh)).toEqual(['Deployment web web-5d4-x web-5d4-y', 'Deployment api api-0']);
    expect(workloads(mesh)[0]?.resource.kind).toBe('Deployment');
  });

  test('a ReplicaSet of a Deployment is none of its own', () => {
    const replicaSet = object(
      'apps/v1',
      'ReplicaSet',
      'web-1',
      'spec: {template: {}}',
      'ownerReferences: [{kind: Deployment, name: web, controller: true}]',
    );
    const mesh = meshOf(
      deployment('web') + replicaSet + object('apps/v1', 'ReplicaSet', 'alone', 'spec: {replicas: 2, template: {}}'),
    );
    expect(names(mesh)).toEqual(['Deployment web web-0', 'ReplicaSet alone alone-0 alone-1']);
  });

  test('jobs, schedules, pods that have ended, and what asks for a million', () => {
    const job = object('batch/v1', 'Job', 'j', 'spec: {parallelism: 2, template: {}}');
    const schedule = object(
      'batch/v1',
      'CronJob',
      'c',
      'spec: {jobTemplate: {spec: {template: {metadata: {labels: {app: c}}}}}}',
    );
    const ended = object('v1', 'Pod', 'e', 'spec: {}\nstatus: {phase: Succeeded}');
    const mesh = meshOf(
      job + schedule + ended + object('apps/v1', 'Deployment', 'd', 'spec: {replicas: 1000000, template: {}}'),
    );
    expect(workloads(mesh).map(({ name, pods }) => [name, pods.length])).toEqual([
      ['d', 1000],
      ['j', 2],
      ['c', 0],
    ]);
    expect(workloadsSelected(mesh, { app: 'c' })[0]?.template.pathText).toBe('spec.jobTemplate.spec.template');
  });

  test('a selector finds workloads in one namespace or everywhere; an empty one finds all', () => {
    const mesh = meshOf(deployment('a', 'tier: x') + deployment('b', 'tier: x') + deployment('other/a', 'tier: x'));
    const found = (selector: Record<string, string>, namespace?: string) =>
      workloadsSelected(mesh, selector, namespace).map((each) => `${each.namespace}/${each.name}`);
    expect(found({ tier: 'x', app: 'a' })).toEqual(['default/a', 'other/a']);
    expect(found({ tier: 'x' }, 'default')).toEqual(['default/a', 'default/b']);
    expect(found({ tier: 'y' }, 'default')).toEqual([]);
    expect(found({}, 'other')).toEqual(['other/a']);
  });

  test('canonical names come from labels, else from the owner', () => {
    const mesh = meshOf(namespace('default') + deployment('a', 'version: v2') + object('v1', 'Pod', 'p', 'spec: {}'));
    const canonical = pods(mesh).map(({ labels }) => [
      labels['service.istio.io/canonical-name'],
      labels['service.istio.io/canonical-revision'],
    ]);
    expect(canonical).toEqual([
      ['p', 'latest'],
      ['a', 'v2'],
    ]);
  });
});

test('machines outside the cluster are chosen like workloads', () => {
  const group = networking(
    'WorkloadGroup',
    'g',
    'metadata: {labels: {app: g}}, template: {serviceAccount: sa, labels: {tier: x}}',
  );
  const mesh = meshOf(workloadEntry('vm', 'address: 1.2.3.4, labels: {app: spec}', 'labels: {app: vm}') + group);
  expect(
    machinesSelected(mesh, { app: 'g', tier: 'x' }).map(
      ({ kind, name, serviceAccount }) => `${kind} ${name} ${serviceAccount}`,
    ),
  ).toEqual(['WorkloadGroup g sa']);
  const chosen = (app: string, from?: string) => selectsAnything(mesh, { app }, from);
  expect([chosen('vm'), chosen('spec'), chosen('vm', 'default'), chosen('vm', 'other')]).toEqual([
    true,
    false,
    true,
    false,
  ]);
});

test('where the control plane injects by default, pods of namespaces that say nothing have sidecars', () => {
  const values = JSON.stringify({ sidecarInjectorWebhook: { enableNamespacesByDefault: true } });
  const injector = object(
    'v1',
    'ConfigMap',
    'istio-system/istio-sidecar-injector',
    `data: {values: ${JSON.stringify(values)}}`,
  );
  const apps = ['shop/web', 'out/web', 'canary/web', 'kube-system/web'].map((name) => deployment(name)).join('');
  const spaces = namespace('out', 'istio-injection: disabled') + namespace('canary', 'istio.io/rev: ""');
  const reasons = (text: string) => workloads(meshOf(text)).map((each) => each.injection.reason);
  const others = ['namespace-disabled', 'not-asked-for', 'ignored-namespace'];
  expect(reasons(injector + spaces + apps)).toEqual(['by-default', ...others]);
  expect(reasons(spaces + apps)).toEqual(['not-asked-for', ...others]);
});

describe('workloads of several definitions', () => {
  const web = (port: string) => deployment('web', '', `[{name: ${port}}]`);

  test('are each there where a mesh has all definitions of an object', () => {
    const files = meshOf(web('http') + web('grpc')).files;
    const names = (definitions: 'last' | 'all') =>
      workloads(new Mesh(files, { definitions })).map(({ name, template }) => [
        name,
        template.value.spec?.containers?.[0]?.ports?.[0]?.name,
      ]);
    expect(names('last')).toEqual([['web', 'grpc']]);
    expect(names('all')).toEqual([
      ['web', 'http'],
      ['web', 'grpc'],
    ]);
  });
});

describe('proxies', () => {
  const proxyPod = (name: string, container: string, metadata = '') =>
    object('v1', 'Pod', name, `spec: {containers: [{name: istio-proxy, image: auto, ${container}}]}`, metadata);
  const inject = `labels: {${INJECT}: "true"}`;
  const edge = `labels: {istio: edge, ${INJECT}: "true"}`;
  const pod = (containers: string, metadata: string) =>
    object('v1', 'Pod', 'p', `spec: {containers: [${containers}]}`, metadata);

  test.each([
    ['alone in its pod', true, proxyPod('p', '', inject)],
    ['told to be a router', true, proxyPod('p', 'args: [proxy, router]', inject)],
    ['told to be a sidecar', false, proxyPod('p', 'args: [proxy, sidecar]', inject)],
    [
      'made by the template of gateways',
      true,
      pod('{name: a}', `${inject}, annotations: {inject.istio.io/templates: "sidecar, gateway"}`),
    ],
    ['beside an application', false, pod('{name: a}, {name: istio-proxy}', inject)],
    [
      'labelled as Gateways select',
      true,
      pod('{name: a}', edge) + networking('Gateway', 'g', 'selector: {istio: edge}'),
    ],
    ['labelled as no Gateway selects', false, pod('{name: a}', edge)],
  ] as [string, boolean, string][])('a proxy %s is a gateway: %s', (_, expected, text) => {
    const mesh = meshOf(text);
    expect(isGateway(mesh, workloads(mesh)[0]!)).toBe(expected);
  });

  test('an image that injection would have filled in is no proxy', () => {
    const [notInjected] = workloads(meshOf(proxyPod('p', '')));
    const [given] = workloads(meshOf(proxyPod('p', '').replace('auto', 'istio/proxyv2')));
    expect([runsProxy(notInjected!), runsProxy(given!)]).toEqual([false, true]);
  });

  test('are found by workload or pod; what is not found says why', () => {
    const mesh = meshOf(
      namespace('default') +
        deployment('web.v1') +
        object('apps/v1', 'Deployment', 'idle', 'spec: {replicas: 0, template: {}}') +
        deployment('bare/app') +
        workloadEntry('vm', 'address: 1.2.3.4, labels: {app: vm}'),
    );
    const found = (name: string) => {
      const result = findProxy(mesh, name);
      return 'proxy' in result ? result.proxy.id : result.because;
    };
    expect(
      ['web.v1.default', 'web.v1-0.default', 'idle.default', 'app.bare', 'vm.default', 'web.default'].map(found),
    ).toEqual(['web.v1-0.default', 'web.v1-0.default', 'no-pods', 'no-proxy', 'vm.default', 'unknown']);
    const unknown = findProxy(mesh, 'web.v2.default');
    expect('choices' in unknown && unknown.choices.names[0]).toBe('web.v1.default');
    expect(proxies(mesh).map(({ name }) => name)).toEqual(['web.v1', 'vm']);
  });

  test('know the ports they serve: two that lead to one count once, names are looked up in the pod', () => {
    const ports =
      'ports: [{name: http, port: 80, targetPort: 8080}, {name: http-b, port: 81, targetPort: 8080}, {name: tcp, port: 82, targetPort: 8080}, {name: grpc, port: 83, targetPort: named}, {name: x, port: 84, targetPort: missing}]';
    const mesh = meshOf(
      namespace('default') + service('w', ports) + deployment('w', '', '[{name: named, containerPort: 9090}]'),
    );
    const result = findProxy(mesh, 'w.default');
    const targets = 'proxy' in result ? result.proxy.targets : [];
    expect(targets.map(({ port, targetPort }) => `${port.number} ${targetPort}`)).toEqual([
      '80 8080',
      '82 8080',
      '83 9090',
    ]);
  });

  test('know where they are', () => {
    const node = object(
      'v1',
      'Node',
      '/n1',
      '',
      'labels: {topology.kubernetes.io/region: r, topology.kubernetes.io/zone: z}',
    );
    const mesh = meshOf(
      namespace('default') +
        node +
        object('v1', 'Pod', 'p', 'spec: {nodeName: n1}') +
        object('v1', 'Pod', 'q', 'spec: {nodeName: n1}', 'labels: {istio-locality: a.b.c}'),
    );
    expect(proxies(mesh).map(({ locality }) => locality)).toEqual(['r/z/', 'a/b/c']);
    expect(proxies(mesh)[0]?.workloadLabels['topology.kubernetes.io/zone']).toBe('z');
  });
});

describe('Kubernetes Services', () => {
  test('resolve as their type says', () => {
    const mesh = meshOf(
      service('a') +
        service('b', 'clusterIP: None') +
        service('c', 'type: ExternalName, externalName: x.org') +
        service('d', 'clusterIP: 10.9.9.9'),
    );
    const found = ['a', 'b', 'c', 'd'].map((name) => serviceFor(mesh, name, 'default')!);
    expect(found.map(({ resolution, addresses }) => `${resolution} ${addresses.join()}`)).toEqual([
      'static 10.96.0.1',
      'passthrough 0.0.0.0',
      'alias 0.0.0.0',
      'static 10.9.9.9',
    ]);
  });

  test('an alias stands for what it leads to, also through others, but not in circles', () => {
    const alias = (name: string, to: string) => service(name, `type: ExternalName, externalName: ${to}`);
    const mesh = meshOf(
      service('real') +
        alias('one', 'real.default.svc.cluster.local') +
        alias('two', 'one.default.svc.cluster.local') +
        alias('x', 'y.default.svc.cluster.local') +
        alias('y', 'x.default.svc.cluster.local'),
    );
    const aliasesOf = (name: string) =>
      serviceFor(mesh, name, 'default')?.aliases.map(({ hostname }) => hostname.split('.')[0]);
    expect([aliasesOf('real'), aliasesOf('one'), aliasesOf('x')]).toEqual([['one', 'two'], [], []]);
  });

  test('select WorkloadEntries beside pods, on the ports that these name', () => {
    const mesh = meshOf(
      service('w', 'ports: [{name: http, port: 80, targetPort: 8080}, {name: web, port: 81, targetPort: web}]') +
        deployment('w', '', '[{containerPort: 8080}]') +
        workloadEntry('a', 'address: 1.1.1.1, labels: {app: w}, ports: {http: 7070, web: 7171}') +
        workloadEntry('b', 'address: 1.1.1.2, labels: {app: w}') +
        workloadEntry('c', 'address: host.example.com, labels: {app: w}') +
        workloadEntry('other/d', 'address: 1.1.1.4, labels: {app: w}'),
    );
    expect(addresses(mesh, serviceFor(mesh, 'w', 'default'))).toEqual([
      '10.244.0.1:8080',
      '1.1.1.1:7070',
      '1.1.1.2:8080',
      '1.1.1.1:7171',
    ]);
  });

  test('endpoints that are given count instead of those that could be derived', () => {
    const slice = object(
      'discovery.k8s.io/v1',
      'EndpointSlice',
      's',
      'addressType: IPv4\nports: [{name: http, port: 8080}]\nendpoints: [{addresses: [1.2.3.4]}, {addresses: [1.2.3.5], conditions: {ready: false, terminating: false}}, {addresses: [10.0.0.9], targetRef: {kind: Pod, name: gone}}]',
      'labels: {kubernetes.io/service-name: w}',
    );
    const mesh = meshOf(service('w') + deployment('w') + slice);
    const found = endpointsOf(mesh, serviceFor(mesh, 'w', 'default')!);
    expect(found.map(({ address, health }) => `${address} ${health}`)).toEqual([
      '1.2.3.4 healthy',
      '1.2.3.5 unhealthy',
    ]);
    expect(found[0]?.field.pathText).toBe('endpoints[0]');
  });

  test('traffic distribution: its own, its annotation, its namespace’s', () => {
    const near = 'annotations: {networking.istio.io/traffic-distribution: PreferClose}';
    const mesh = meshOf(
      object('v1', 'Namespace', '/near', '', near) +
        service('near/a') +
        service('near/b', 'trafficDistribution: PreferSameNode') +
        service('c', 'ports: []', near) +
        service('d'),
    );
    expect(
      ['a.near', 'b.near', 'c.default', 'd.default'].map(
        (name) => only(mesh, `${name}.svc.cluster.local`).trafficDistribution,
      ),
    ).toEqual(['same-zone', 'same-node', 'same-zone', 'any']);
  });
});

// Asked of the real Pilot: the answers are what it sends for these documents.
describe('ServiceEntries', () => {
  test('are a service for each host and address', () => {
    const mesh = meshOf(
      serviceEntry(
        'a',
        `hosts: [a.com, b.com], addresses: [10.1.1.1, 10.2.0.0/16, 10.3.3.3/32, nonsense], ${PORT}, resolution: STATIC`,
      ),
    );
    expect(services(mesh).map(({ hostname, addresses }) => `${hostname} ${addresses.join()}`)).toEqual([
      'a.com 10.1.1.1',
      'a.com 10.2.0.0/16',
      'a.com 10.3.3.3',
      'b.com 10.1.1.1',
      'b.com 10.2.0.0/16',
      'b.com 10.3.3.3',
    ]);
    expect(services(mesh)[3]?.field.pathText).toBe('spec.hosts[1]');
  });

  test('the port of an endpoint: its own by name, else the target, else the number', () => {
    const mesh = meshOf(
      serviceEntry(
        'a',
        'hosts: [a.com], resolution: STATIC, ports: [{number: 80, name: http, protocol: HTTP, targetPort: 8081}, {number: 443, name: tls, protocol: TLS}], endpoints: [{address: 2.2.2.2, ports: {http: 7777}}, {address: 2.2.2.3}]',
      ),
    );
    expect(addresses(mesh, only(mesh, 'a.com'))).toEqual([
      '2.2.2.2:7777',
      '2.2.2.2:443',
      '2.2.2.3:8081',
      '2.2.2.3:443',
    ]);
  });

  test('a name that is resolved is its own endpoint where none is given; nothing is, where connections are passed on', () => {
    const mesh = meshOf(
      serviceEntry(
        'a',
        'hosts: [dns.com], resolution: DNS, ports: [{number: 443, name: tls, protocol: TLS, targetPort: 8443}]',
      ) + serviceEntry('b', `hosts: ["*.none.com"], resolution: NONE, ${PORT}`),
    );
    expect(addresses(mesh, only(mesh, 'dns.com'))).toEqual(['dns.com:8443']);
    expect(addresses(mesh, only(mesh, '*.none.com'))).toEqual([]);
  });

  test('of several that resolve one name in turn, the first of each port counts', () => {
    const entry = (name: string, ports: string) =>
      serviceEntry(
        name,
        `hosts: [rr.com], resolution: DNS_ROUND_ROBIN, ports: [${ports}], endpoints: [{address: ${name}.com}]`,
      );
    const http = '{number: 80, name: http, protocol: HTTP}';
    const mesh = meshOf(entry('two', `${http}, {number: 81, name: b, protocol: HTTP}`) + entry('one', http));
    expect(addresses(mesh, only(mesh, 'rr.com'))).toEqual(['one.com:80', 'two.com:81']);
  });

  test('select pods and WorkloadEntries of their namespace; names only where names are resolved', () => {
    const entry = (host: string, resolution: string) =>
      serviceEntry(
        host,
        `hosts: [${host}.internal], location: MESH_INTERNAL, resolution: ${resolution}, ports: [{number: 80, name: http, protocol: HTTP, targetPort: 8080}], workloadSelector: {labels: {app: w}}`,
      );
    const mesh = meshOf(
      namespace('default') +
        deployment('w') +
        deployment('other/w') +
        entry('static', 'STATIC') +
        entry('dns', 'DNS') +
        workloadEntry('v', 'address: 3.3.3.3, serviceAccount: vm', 'labels: {app: w}') +
        workloadEntry('n', 'address: vm.example.com, labels: {app: w}') +
        workloadEntry('u', 'address: unix:///tmp/s, labels: {app: w}'),
    );
    const found = (host: string) => addresses(mesh, only(mesh, `${host}.internal`));
    expect(found('static')).toEqual(['10.244.0.1:8080', '3.3.3.3:8080']);
    expect(found('dns')).toEqual(['10.244.0.1:8080', 'vm.example.com:8080', '/tmp/s', '3.3.3.3:8080']);
    const [pod, machine] = endpointsOf(mesh, only(mesh, 'static.internal'));
    expect([pod?.tlsMode, machine?.tlsMode, machine?.serviceAccount]).toEqual([
      'istio',
      'istio',
      'spiffe://cluster.local/ns/default/sa/vm',
    ]);
  });

  test('endpoints carry where they are, so that subsets can choose by it', () => {
    const mesh = meshOf(
      serviceEntry(
        'a',
        `hosts: [a.com], resolution: STATIC, ${PORT}, endpoints: [{address: 1.1.1.1, locality: us/east/1, network: n1, weight: 5, labels: {v: one}}]`,
      ),
    );
    const [endpoint] = endpointsOfPort(mesh, only(mesh, 'a.com'), 80);
    expect(endpoint).toMatchObject({ locality: 'us/east/1', network: 'n1', weight: 5, tlsMode: 'disabled' });
    expect(endpoint?.labels).toEqual({
      v: 'one',
      'topology.kubernetes.io/region': 'us',
      'topology.kubernetes.io/zone': 'east',
      'topology.istio.io/subzone': '1',
      'topology.istio.io/cluster': 'Kubernetes',
      'topology.istio.io/network': 'n1',
    });
  });
});

describe('visibility', () => {
  const exported = (to: string) => `annotations: {networking.istio.io/exportTo: "${to}"}`;
  const mesh = meshOf(
    service('all') +
      service('own', 'ports: []', exported('.')) +
      service('some', 'ports: []', exported('shop, other')) +
      service('none', 'ports: []', exported('~')),
  );
  const seen = (from: string, world = mesh) => servicesVisibleFrom(world, from).map(({ name }) => name);

  test('a service is seen by the namespaces it is exported to', () => {
    expect([seen('default'), seen('shop'), seen('third')]).toEqual([['own', 'all'], ['some', 'all'], ['all']]);
  });

  test('the mesh can make services private', () => {
    const private_ = meshOf(
      configMap('defaultServiceExportTo: ["."]') + service('a') + service('b', 'ports: []', exported('*')),
    );
    expect([seen('default', private_), seen('other', private_)]).toEqual([['a', 'b'], ['b']]);
  });

  test('the mesh can keep ServiceEntries to their namespace', () => {
    const config = configMap(
      'serviceEntryVisibility: {applyToSidecars: true, defaultVisibility: PUBLIC, policies: [{visibility: NAMESPACE, matchingRules: [{namespaceSelector: {matchLabels: {tenant: a}}}]}]}',
    );
    const tenants = meshOf(
      config +
        namespace('a', 'tenant: a') +
        serviceEntry('a/x', `hosts: [x.com], ${PORT}`) +
        serviceEntry('b/y', `hosts: [y.com], ${PORT}`),
    );
    expect([seen('a', tenants), seen('b', tenants)]).toEqual([['x.com', 'y.com'], ['y.com']]);
  });

  test('of services with one host: the client’s own, else Kubernetes’, else the oldest', () => {
    const older = 'creationTimestamp: "2024-01-01T00:00:00Z"';
    const entry = (name: string, host: string, metadata = '') =>
      serviceEntry(name, `hosts: [${host}], resolution: STATIC, ${PORT}`, metadata);
    const host = 'w.default.svc.cluster.local';
    const world = meshOf(
      entry('a/squat', host, older) +
        service('w') +
        entry('b/ours', host) +
        entry('a/new', 'x.com') +
        entry('b/old', 'x.com', older),
    );
    const chosen = (name: string, from: string) => serviceFor(world, name, from)?.namespace;
    expect([chosen(host, 'third'), chosen(host, 'b'), chosen('x.com', 'third'), chosen('x.com', 'a')]).toEqual([
      'default',
      'b',
      'b',
      'a',
    ]);
    expect(servicesCalled(world, host)).toHaveLength(3);
    expect(serviceFor(world, 'w', 'default')?.isInCluster).toBe(true);
  });

  test('what nobody may see has no endpoints', () => {
    const hidden = meshOf(service('w', 'ports: [{name: http, port: 80}]', exported('~')) + deployment('w'));
    expect(endpointsOf(hidden, only(hidden, 'w.default.svc.cluster.local'))).toEqual([]);
  });
});
