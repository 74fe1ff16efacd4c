import type { SimulationReport, HopReport } from '../simulation/report';
import type { ClientTransport } from '../simulation/client-transport';
import type { Alternative, Decision } from '../simulation/decisions';
import type { Place } from '../source/file';
import { summaryOf } from './sentence';

/**
 * `simulate -o json`, version 2: the account with every place as file and line, and a sentence in words for people. Envoy's objects
 * only where they are asked for.
 */
export const simulationJson = (account: SimulationReport, choice: { config: boolean }): string =>
  `${JSON.stringify({ version: 2, ...journeyJson(account, choice) }, null, 2)}\n`;

/** The same for several requests. */
export const simulationsJson = (accounts: readonly SimulationReport[], choice: { config: boolean }): string =>
  `${JSON.stringify({ version: 2, journeys: accounts.map((account) => journeyJson(account, choice)) }, null, 2)}\n`;

function journeyJson(account: SimulationReport, { config }: { config: boolean }): object {
  const { ways, request, ...rest } = account;
  return {
    request,
    sentence: summaryOf(account),
    ...rest,
    ways: ways.map((way) => ({ ...way, hops: way.hops.map((hop) => hopJson(hop, config)) })),
  };
}

const hopJson = ({ decisions, transport, ...hop }: HopReport, config: boolean): object => ({
  ...hop,
  ...(transport && { transport: transportJson(transport) }),
  decisions: decisions.map((decision) => decisionJson(decision, config)),
});

const transportJson = ({ origin, ...rest }: ClientTransport): object => ({
  ...rest,
  ...(origin && { origin: placeJson(origin) }),
});

function decisionJson({ config, origin, rejected, ...rest }: Decision, showConfig: boolean): object {
  return {
    ...rest,
    ...(origin && { origin: placeJson(origin) }),
    ...(rejected.length > 0 && { rejected: rejected.map(alternativeJson) }),
    ...(showConfig && config && { config }),
  };
}

const alternativeJson = ({ origin, ...rest }: Alternative): object => ({
  ...rest,
  ...(origin && { origin: placeJson(origin) }),
});

const placeJson = ({ file, range, pathText, resource }: Place): object => ({
  file: file.path,
  line: range.start.line,
  path: pathText,
  ...(resource && { resource: resource.title }),
});
