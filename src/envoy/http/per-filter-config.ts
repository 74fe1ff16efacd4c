import type { Any } from '../config';
import { typeOf } from '../run/typed';
import type { RouteChoice } from './stream';
import { own } from '../own';

interface FilterConfig extends Any {
  config?: Any;
  disabled?: boolean;
}

interface Level {
  readonly config?: Any;
  readonly disabled?: boolean;
}

/** What the levels of a route say of a filter, the most specific first. */
function levelsOf({ weighted, route, virtualHost, configuration }: RouteChoice, filter: string): Level[] {
  const levels: Level[] = [];
  for (const level of [weighted, route, virtualHost, configuration]) {
    const found = own(level?.typedPerFilterConfig, filter);
    if (found) levels.push(unwrap(found));
  }
  return levels;
}

function unwrap(found: Any): Level {
  if (typeOf(found) !== 'envoy.config.route.v3.FilterConfig') return { config: found, disabled: false };
  const { config, disabled = false } = found as FilterConfig;
  return { ...(config && { config }), disabled };
}

/** All configurations that a filter has for a route, the most specific first. */
export const filterConfigs = <Config extends Any>(choice: RouteChoice, filter: string): Config[] =>
  levelsOf(choice, filter).flatMap(({ config }) => (config ? [config as Config] : []));

/** Whether a filter is switched off for a route; `byDefault` is what the filter chain says. */
export const isDisabled = (choice: RouteChoice, filter: string, byDefault: boolean): boolean =>
  levelsOf(choice, filter)[0]?.disabled ?? byDefault;
