// Copies the figures that are printed in README.md to the other places that show them: the missed targets there, the front
// page, the guide. `npm run bench -- --write-readme` does so, too.
//   node test/bench/copy-figures.mjs            writes them
//   node test/bench/copy-figures.mjs --check    writes nothing; a copy, a picture or a reason that does not fit is an error
import { copyFaults, figureFaults, writeCopies } from './harness/pages/copies.mjs';

if (process.argv[2] === '--check') {
  const faults = [...(await copyFaults()), ...figureFaults()];
  for (const fault of faults) console.error(fault);
  if (faults.length > 0) process.exitCode = 1;
} else {
  for (const page of await writeCopies()) console.log(`Updated ${page}`);
  for (const fault of figureFaults()) console.error(fault);
}
