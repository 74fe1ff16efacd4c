import type { SetFilterState } from '../../config';
import { format } from '../format';
import { type HttpFilterKind, say } from '../http-filter';

/** Leaves values for filters that come later. envoy: SetFilterState. */
export const setFilterState: HttpFilterKind = {
  decode(stream, filter) {
    for (const { objectKey = '', formatString, skipIfEmpty } of (filter.config as SetFilterState).onRequestHeaders ??
      []) {
      const value = format(formatString?.textFormatSource?.inlineString ?? formatString?.textFormat ?? '', stream);
      if (skipIfEmpty && !value) continue;
      stream.filterState.set(objectKey, value);
      say(stream, filter, () => `filter state "${objectKey}" becomes "${value}"`);
    }
    return undefined;
  },
};
