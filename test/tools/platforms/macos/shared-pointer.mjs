// @ts-check
// Tries the shared pointer that the native part makes for V8 in Nodes that are built with libc++, against libc++ as zig carries
// it, on this machine: its layout is the same on all.
import path from 'node:path';
import { output, root } from '../../run.mjs';

/**
 * @param {string} cache a folder for what is built
 * @param {string} zig
 * @returns {Promise<string[]>} what is wrong
 */
export async function checkSharedPointer(cache, zig) {
  const sources = path.join(root, 'test/tools/platforms/macos/shared-pointer');
  const library = path.join(cache, 'libpointer.so');
  const program = path.join(cache, 'pointer');
  const options = ['--edition=2024', '--crate-type=cdylib', '-Cpanic=abort', '--out-dir', cache];
  await output('rustc', [...options, path.join(sources, 'pointer.rs')], root);
  // zig's libc++ is another version than that of a Mac; what programs have inlined of it has to be the same in all.
  await output(zig, ['c++', '-O1', '-std=c++20', path.join(sources, 'main.cpp'), '-o', program], root);
  try {
    const said = await output(program, [library], root);
    console.log(`Shared pointers of libc++: ${said.trim().split('\n').join(', ')}`);
    return [];
  } catch (error) {
    const { stdout = '', signal } = /** @type {Error & { stdout?: string, signal?: string }} */ (error);
    return [`shared pointers of libc++: ${stdout.trim() || `the program that tries them was ended by ${signal}`}`];
  }
}
