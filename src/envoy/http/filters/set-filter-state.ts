import type { SetFilterState } from '../../config';
import { format } from '../format';
import { type HttpFilterKind, say } from '../http-filter';

/** Leaves values for filters that come later. envoy: SetFilterState. */
export const setFilterState: HttpFilterKind = {
  decode(stream, filter) {
    const { onRequestHeaders = [] } = filter.config as SetFilterState;
    for (const { objectKey = '', formatString, skipIfEmpty, sharedWithUpstream: shared = 'NONE' } of onRequestHeaders) {
      const value = format(formatString?.textFormatSource?.inlineString ?? formatString?.textFormat ?? '', stream);
      if (skipIfEmpty && !value) continue;
      stream.filterState.set(objectKey, value);
      if (shared !== 'NONE') stream.connection.shared.set(objectKey, value);
      say(stream, filter, () => `filter state "${objectKey}" becomes "${value}"`);
    }
    return undefined;
  },
};
