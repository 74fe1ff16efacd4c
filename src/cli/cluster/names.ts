/** Whether Kubernetes lets an object have this name: a DNS-1123 subdomain. */
export const isObjectName = (name: unknown): name is string =>
  typeof name === 'string' && name.length <= 253 && name.split('.').every(isLabel);

/** Whether Kubernetes lets a namespace have this name: a DNS-1123 label. */
export const isNamespaceName = (name: unknown): name is string =>
  typeof name === 'string' && name.length <= 63 && isLabel(name);

const isLabel = (text: string): boolean => /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/.test(text);
