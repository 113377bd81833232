import type { State } from './connection.js';
import { byId, setData, setText } from './elements.js';

const WORDS: Readonly<Record<State, string>> = {
  connecting: 'connecting…',
  live: 'live',
  lost: 'connection lost',
  silent: 'no news',
  refused: 'connection lost',
};

const HINTS: Readonly<Partial<Record<State, string>>> = {
  lost: 'Connection lost: the dashboard has ended, or this machine was asleep. This page tries again each second.',
  silent: 'The dashboard has said nothing for five seconds: it is stopped, or very busy. What you see is old.',
  refused: 'The dashboard was started anew and has a new address: open the one that it has printed.',
};

/** Shows whether what is on the page is of now. */
export function showState(state: State): void {
  setText(byId('status'), WORDS[state]);
  setData(byId('status'), 'state', state);
  setData(document.body, 'stale', state === 'live' || state === 'connecting' ? undefined : 'true');
  showProblem(HINTS[state]);
}

/** Shows what is wrong; nothing if nothing is. */
export function showProblem(problem: string | undefined): void {
  byId('problem').hidden = problem === undefined;
  setText(byId('problem'), problem ?? '');
}
