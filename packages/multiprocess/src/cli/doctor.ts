import type { Command } from './command.js';
import { checkMachine } from './doctor-checks.js';
import type { Finding } from './finding.js';

const MARKS = { ok: 'ok  ', warning: 'warn', failure: 'FAIL' };

/** Shows what this machine offers, what is missing, and how to fix it. */
export const doctor: Command = {
  synopsis: 'doctor [--json]',
  summary: 'whether everything works here, what is missing and how to fix it',
  options: { json: { type: 'boolean' } },
  run({ json }) {
    const findings = checkMachine();
    process.stdout.write(json === true ? `${JSON.stringify(findings)}\n` : findings.map(asText).join(''));
    return findings.some(({ verdict }) => verdict === 'failure') ? 1 : 0;
  },
};

function asText({ subject, verdict, found, remedy }: Finding): string {
  const line = `${MARKS[verdict]}  ${subject}: ${found}\n`;
  return remedy === undefined ? line : `${line}      ${remedy}\n`;
}
