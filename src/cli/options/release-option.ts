import { type Command, InvalidArgumentError, Option } from 'commander';
import { RELEASES, type Release, releaseOf } from '../../schema/release';
import { completed } from '../commands/completion';

const FLAGS = '--istio-version <version>';

/** Adds the option of the release that reads the configuration, for commands that work on one. */
export const withRelease = (command: Command): Command =>
  command.addOption(
    completed(
      new Option(FLAGS, `the Istio release: ${releaseNames()}`).argParser((text: string) => [releaseNamed(text)]),
      RELEASES,
    ),
  );

/** The same for a command that can work on several. */
export const withReleases = (command: Command): Command =>
  command.addOption(
    completed(
      new Option(FLAGS, `the Istio release (${releaseNames()}); repeat it to see what an upgrade breaks`).argParser(
        addRelease,
      ),
      RELEASES,
    ),
  );

/** Adds a release by its name to those that were named before; a patch release is of its minor one. */
export function addRelease(text: string, before: readonly Release[] = []): Release[] {
  const release = releaseNamed(text);
  return RELEASES.filter((known) => known === release || before.includes(known));
}

function releaseNamed(text: string): Release {
  const release = releaseOf(text);
  if (!release) throw new InvalidArgumentError(`Known releases are ${releaseNames()}.`);
  return release;
}

const [oldest, ...others] = RELEASES;

/** `1.4, 1.24 to 1.31`: between the oldest and the others there is a gap. */
const releaseNames = (): string => `${oldest}, ${others[0]} to ${others.at(-1)}`;
