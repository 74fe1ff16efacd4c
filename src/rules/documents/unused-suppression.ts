import { rule } from '../rule';
import { misspoken } from '../suppressions';

export default rule({
  name: 'unused-suppression',
  category: 'practice',
  severity: 'warning',
  summary: 'A suppression has no effect, has expired, or is not understood.',
  url: 'https://istio.io/latest/docs/ops/diagnostic-tools/istioctl-analyze/',
  docs: `
    A suppression that hides no finding may hide a later one at that place. A suppression with an
    unknown rule, without a rule, or with a date that is not valid suppresses nothing.

    Fix: remove it; or, if it names the wrong rule or is on the wrong line, move it to the line of
    the finding or the line above. A suppression with a date (\`until 2027-01-31\`) applies to the end
    of that day.
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
