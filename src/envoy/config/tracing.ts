import type { Extension } from './any';

export interface HttpTracing {
  clientSampling?: { value?: number };
  randomSampling?: { value?: number };
  overallSampling?: { value?: number };
  maxPathTagLength?: number;
  customTags?: CustomTag[];
  provider?: Extension;
  spawnUpstreamSpan?: boolean;
  noContextPropagation?: boolean;
}

export interface CustomTag {
  tag?: string;
  literal?: { value?: string };
  environment?: { name?: string; defaultValue?: string };
  requestHeader?: { name?: string; defaultValue?: string };
  metadata?: { kind?: { request?: object }; metadataKey?: { key?: string; path?: { key?: string }[] } };
  value?: string;
}
