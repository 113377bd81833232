/** What `next` gives, until it throws an error that means the end. */
export async function* untilEnd<T>(
  next: () => Promise<T>,
  isEnd: (error: unknown) => boolean,
): AsyncGenerator<T, void, void> {
  for (;;) {
    let value: T;
    try {
      value = await next();
    } catch (error) {
      if (isEnd(error)) return;
      throw error;
    }
    yield value;
  }
}
