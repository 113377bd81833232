import type { Command } from './command.js';
import { checkMachine } from './doctor-checks.js';
import type { Finding } from './finding.js';
import { redisPackage } from './redis-package.js';

const MARKS = { ok: 'ok  ', warning: 'warn', failure: 'FAIL' };

/** Shows what this machine offers, or a server of Redis, what is missing, and how to fix it. */
export const doctor: Command = {
  synopsis: 'doctor [--redis URL] [--json]',
  summary: 'whether everything works here, or objects can live on that server; what is missing and how to fix it',
  options: { json: { type: 'boolean' }, redis: { type: 'string' } },
  async run({ json, redis }) {
    const findings = typeof redis === 'string' ? await (await redisPackage()).examineServer(redis) : checkMachine();
    process.stdout.write(json === true ? `${JSON.stringify(findings)}\n` : findings.map(asText).join(''));
    return findings.some(({ verdict }) => verdict === 'failure') ? 1 : 0;
  },
};

function asText({ subject, verdict, found, remedy }: Finding): string {
  const line = `${MARKS[verdict]}  ${subject}: ${found}\n`;
  return remedy === undefined ? line : `${line}      ${remedy}\n`;
}
