export { CalledProcessError, OutputLimitError, TimeoutExpired } from '@multiprocess/shared-memory';
export type { BlockOptions, ProgramReport, WaitOptions } from '@multiprocess/shared-memory';
export { CompletedProcess, type CapturedProcess } from './end/completed-process.js';
export { _exit, abort } from './end/abort.js';
export { execl, execle, execlp, execlpe, execv, execve, execvp, execvpe, type Environment } from './launch/exec.js';
export { getoutput, getoutputSync, getstatusoutput, getstatusoutputSync } from './run/getoutput.js';
export type { ShellOptions, ShellSyncOptions } from './run/getoutput.js';
export { PipedCommand, popen } from './popen/piped-command.js';
export { Popen } from './popen/popen.js';
export type { Communicated } from './stdio/written.js';
export { command, shellCommand, type CommandValue } from './options/command-template.js';
export type {
  Command,
  InputTarget,
  OpenFile,
  Output,
  OutputTarget,
  PipedOptions,
  PopenOptions,
} from './options/popen-options.js';
export { call, checkCall, checkOutput, run } from './run/run.js';
export type { RunOptions, RunSyncOptions } from './options/run-options.js';
export { callSync, checkCallSync, checkOutputSync, runSync } from './run/run-sync.js';
export { DEVNULL, PIPE, STDOUT } from './options/stdio-constants.js';
export { system, systemSync } from './run/system.js';
