// The buttons that copy an example with all that it needs of its file.
for (const button of document.querySelectorAll('button[data-program]')) {
  const text = button.textContent;
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(`${button.dataset.program}\n`);
    button.textContent = 'Copied';
    setTimeout(() => (button.textContent = text), 1000);
  });
}
