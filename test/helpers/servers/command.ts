import { once } from 'node:events';
import { connect } from 'node:net';

/** What a server answers, in RESP2. */
export type Reply = string | number | null | readonly Reply[];

/** Sends one command to the server at a port of loopback, over a connection of its own. Rejects with the server's error. */
export async function sendCommand(port: number, words: readonly string[]): Promise<Reply> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    socket.write(formatCommand(words));
    let received = '';
    for await (const chunk of socket.setEncoding('latin1')) {
      received += String(chunk);
      const read = readReply(received, 0);
      if (read !== undefined) return read.reply;
    }
    throw new Error(`The server at port ${port} hung up before it answered ${words.join(' ')}`);
  } finally {
    socket.destroy();
  }
}

/** A command as clients send it. */
function formatCommand(words: readonly string[]): string {
  return `*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join('')}`;
}

interface Read {
  readonly reply: Reply;
  /** Where the next one begins. */
  readonly end: number;
}

/** @returns undefined unless all of it is there */
function readReply(text: string, at: number): Read | undefined {
  const lineEnd = text.indexOf('\r\n', at);
  if (lineEnd < 0) return undefined;
  const line = text.slice(at + 1, lineEnd);
  const end = lineEnd + 2;
  switch (text[at]) {
    case '+':
      return { reply: line, end };
    case '-':
      throw new Error(line);
    case ':':
      return { reply: Number(line), end };
    case '$':
      return readText(text, end, Number(line));
    case '*':
      return readReplies(text, end, Number(line));
    default:
      throw new Error(`No reply begins like ${JSON.stringify(text.slice(at, at + 20))}`);
  }
}

function readText(text: string, at: number, length: number): Read | undefined {
  if (length < 0) return { reply: null, end: at };
  const end = at + length + 2;
  return end <= text.length ? { reply: text.slice(at, at + length), end } : undefined;
}

function readReplies(text: string, at: number, count: number): Read | undefined {
  const replies: Reply[] = [];
  let end = at;
  for (let i = 0; i < count; i++) {
    const read = readReply(text, end);
    if (read === undefined) return undefined;
    replies.push(read.reply);
    end = read.end;
  }
  return { reply: count < 0 ? null : replies, end };
}
