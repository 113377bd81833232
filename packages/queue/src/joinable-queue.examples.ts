import { JoinableQueue } from './joinable-queue.js';

export async function joinable(): Promise<void> {
  // #region joinable
  using pages = new JoinableQueue<string>();
  pages.putSync('index.html');

  const consume = async (): Promise<void> => {
    console.log(`Fetching ${await pages.get()}`);
    pages.taskDone();
  };
  void consume(); // as a rule in another process

  await pages.join(); // everything that was put has been dealt with
  // #endregion
}
