import { Lock } from 'multiprocess';

export async function fair(print: (page: string) => Promise<void>): Promise<void> {
  // #region fair
  using printer = new Lock({ name: 'printer', fair: true });

  await printer.run(() => print('one after the other, in the order in which they came'));
  // #endregion
}
