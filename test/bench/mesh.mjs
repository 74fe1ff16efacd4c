// A synthetic mesh of about `documents` documents: the same one every time. Each service comes with a Deployment, a DestinationRule and a
// VirtualService; each namespace with a Gateway; one service in a hundred routes to a subset that nobody declares.
const SERVICES_PER_NAMESPACE = 50;

/** YAML of one service with all that belongs to it. */
function service(index, number) {
  const namespace = `team-${number}`;
  const name = `service-${index}`;
  const subset = index % 100 === 99 ? 'v9' : 'v1';
  return `apiVersion: v1
kind: Service
metadata:
  name: ${name}
  namespace: ${namespace}
spec:
  selector:
    app: ${name}
  ports:
  - name: http
    port: 8080
    targetPort: 8080
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${name}
  namespace: ${namespace}
spec:
  replicas: 2
  selector:
    matchLabels:
      app: ${name}
  template:
    metadata:
      labels:
        app: ${name}
        version: v1
    spec:
      containers:
      - name: app
        image: registry.example.com/${name}:1.0
        ports:
        - containerPort: 8080
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata:
  name: ${name}
  namespace: ${namespace}
spec:
  host: ${name}
  trafficPolicy:
    connectionPool:
      http:
        http1MaxPendingRequests: 100
  subsets:
  - name: v1
    labels:
      version: v1
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: ${name}
  namespace: ${namespace}
spec:
  hosts:
  - ${name}
  http:
  - name: canary
    match:
    - uri:
        prefix: /api
      headers:
        x-canary:
          exact: "true"
    timeout: 5s
    route:
    - destination:
        host: ${name}
        subset: ${subset}
      weight: 90
    - destination:
        host: ${name}
      weight: 10
  - route:
    - destination:
        host: ${name}
        subset: v1
`;
}

const namespace = (number) => `apiVersion: v1
kind: Namespace
metadata:
  name: team-${number}
  labels:
    istio-injection: enabled
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata:
  name: gateway
  namespace: team-${number}
spec:
  selector:
    istio: ingressgateway
  servers:
  - port:
      number: 80
      name: http
      protocol: HTTP
    hosts:
    - team-${number}.example.com
`;

/** The files of a mesh of about that many documents: one for each namespace, as name and text. */
export function meshFiles(documents, perNamespace = SERVICES_PER_NAMESPACE) {
  const services = Math.max(1, Math.round(documents / (4 + 2 / perNamespace)));
  const files = [];
  for (let first = 0, number = 0; first < services; first += perNamespace, number++) {
    const parts = [namespace(number)];
    for (let index = first; index < Math.min(first + perNamespace, services); index++)
      parts.push(service(index, number));
    files.push({ name: `team-${String(number).padStart(4, '0')}.yaml`, text: parts.join('---\n') });
  }
  return files;
}
