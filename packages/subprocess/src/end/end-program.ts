import { TimeoutExpired } from '@multiprocess/shared-memory';

/** A program that runs. */
interface Program {
  terminate(): void;
  kill(): void;
  wait(options?: { readonly timeout: number }): Promise<number>;
}

/**
 * Ends a program, and waits for its end: by SIGKILL, or by SIGTERM and then SIGKILL for what is left after `killAfter` ms or the
 * end of the program itself.
 */
export async function endProgram(program: Program, killAfter: number): Promise<void> {
  if (killAfter > 0) {
    program.terminate();
    try {
      await program.wait({ timeout: killAfter });
    } catch (error) {
      if (!(error instanceof TimeoutExpired)) throw error;
    }
  }
  program.kill();
  await program.wait();
}
