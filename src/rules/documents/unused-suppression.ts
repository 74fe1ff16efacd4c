import { rule } from '../rule';
import { misspoken } from '../suppressions';

export default rule({
  name: 'unused-suppression',
  category: 'practice',
  severity: 'warning',
  summary: 'A suppression has no effect, has expired, or is not understood.',
  docs: `
    A suppression that silences nothing hides the next fault of that name at that place.
    Remove it; or, if it names the wrong rule or stands at the wrong line, move it to the
    line of the finding or the line above. One with a date (\`until 2027-01-31\`) holds to the
    end of that day.

    A suppression of an unknown rule, or one without a rule or with a date that is not valid, is
    reported too: what it was meant to silence is not silent.
  `,
  check({ mesh, suppressions, report }) {
    for (const file of mesh.files.filter(({ isGenerated }) => !isGenerated))
      for (const { place, message } of misspoken(file)) report(place, message);
    for (const suppression of suppressions.all()) {
      const { name, place, until, used } = suppression;
      const fault = suppressions.faultOf(suppression);
      if (fault !== undefined) report(place, fault, { about: name });
      else if (suppressions.isExpired(suppression))
        report(place, `this suppression of "${name}" expired on ${until}`, { about: name });
      else if (!used) report(place, `this suppression of "${name}" has no effect`, { about: name });
    }
  },
});
