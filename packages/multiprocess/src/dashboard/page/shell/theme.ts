import { byId } from './elements.js';

const KEY = 'theme';
const THEMES = ['auto', 'light', 'dark'];

/** Lets the user choose light or dark; at first it is as the system asks. Calls `onChange` when the colours are others. */
export function setUpTheme(onChange: () => void): void {
  const select = byId('theme') as HTMLSelectElement;
  const apply = (theme: string): void => {
    const isKnown = THEMES.includes(theme);
    select.value = isKnown ? theme : 'auto';
    document.documentElement.dataset['theme'] = select.value;
  };
  apply(remembered());
  select.addEventListener('change', () => {
    apply(select.value);
    remember(select.value);
    onChange();
  });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', onChange);
}

// A browser may forbid a page to store anything.
function remembered(): string {
  try {
    return localStorage.getItem(KEY) ?? 'auto';
  } catch {
    return 'auto';
  }
}

function remember(theme: string): void {
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // It lasts as long as the page, then.
  }
}
