import { rule } from './rule';

export default rule({
  name: 'unused-suppression',
  category: 'practice',
  severity: 'warning',
  summary: 'A suppression has no effect or has expired.',
  docs: `
    A suppression that silences nothing hides the next fault of that name at that place.
    Remove it; or, if it names the wrong rule or stands at the wrong line, move it to the
    line of the finding or the line above. One with a date (\`until 2027-01-31\`) holds to the
    end of that day.
  `,
  check({ suppressions, report }) {
    for (const suppression of suppressions.all()) {
      const { name, place, until, used } = suppression;
      if (suppressions.isExpired(suppression))
        report(place, `this suppression of "${name}" expired on ${until}`, { about: name });
      else if (!used) report(place, `this suppression of "${name}" has no effect`, { about: name });
    }
  },
});
