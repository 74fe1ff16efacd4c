/** The first names of a list, and how many there are beside them: `a, b, c, and 4 more`. */
export function listed(names: readonly string[], most: number): string {
  const shown = names.slice(0, most).join(', ');
  return names.length > most ? `${shown}, and ${names.length - most} more` : shown;
}
