// Says where it runs, as JSON: the platform that the tests beside it are tests of.
import { describePlatform } from '@multiprocess/shared-memory';

const { glibcVersionRuntime } = process.report.getReport().header;
const libc = glibcVersionRuntime === undefined ? 'musl' : 'glibc';
console.log(JSON.stringify({ node: process.version, arch: process.arch, libc, ...describePlatform() }));
