/** Shows the buttons that copy a text, and lets them do so. */
export function copyOnClick(root: ParentNode): void {
  for (const button of root.querySelectorAll<HTMLButtonElement>('button.copy')) button.hidden = false;
  root.addEventListener('click', (event) => {
    const button = event.target instanceof Element && event.target.closest<HTMLButtonElement>('button.copy');
    if (button) void copy(button);
  });
}

async function copy(button: HTMLButtonElement): Promise<void> {
  const isCopied = await written(button.dataset['copy'] ?? '');
  button.textContent = isCopied ? 'Copied' : 'Not copied';
  setTimeout(() => (button.textContent = 'Copy'), 1500);
}

/** A page from a file may not write to the clipboard in every browser. */
const written = (text: string): Promise<boolean> =>
  navigator.clipboard?.writeText(text).then(
    () => true,
    () => false,
  ) ?? Promise.resolve(false);
