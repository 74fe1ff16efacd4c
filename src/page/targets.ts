/** Opens the details that the address of the page names, now and whenever it changes. */
export function openTarget(): void {
  const open = (): void => {
    const target = document.getElementById(decoded(location.hash.slice(1)));
    if (target instanceof HTMLDetailsElement) target.open = true;
  };
  addEventListener('hashchange', open);
  open();
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
