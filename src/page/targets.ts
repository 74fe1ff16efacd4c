import { percentDecoded } from '../source/percent-encoding';

/** Opens the details that the address of the page names, now and whenever it changes. */
export function openTarget(): void {
  const open = (): void => {
    const target = document.getElementById(percentDecoded(location.hash.slice(1)));
    if (target instanceof HTMLDetailsElement) target.open = true;
  };
  addEventListener('hashchange', open);
  open();
}
