import { EngineConnectionError } from '@multiprocess/shared-memory';
import type { Link } from '../link/link.js';
import { fetchPiece } from '../scripts/objects.js';
import type { Call } from './call.js';

/** Less than what is laid aside. */
const PIECE_BYTES = 2 * 1024 * 1024;

/**
 * An answer that the server has laid aside because it is large. `notice` says how many bytes it has.
 *
 * @throws {@link EngineConnectionError} if it is gone: the call is to be sent again.
 */
export async function fetchPieces(link: Link, prefix: string, call: Call, notice: Buffer): Promise<Buffer> {
  const length = Number(notice.toString('latin1', 1));
  const script = fetchPiece.compile(prefix);
  const number = String(call.number);
  const pieces: Buffer[] = [];
  for (let at = 0; at < length; at += PIECE_BYTES) {
    const end = Math.min(at + PIECE_BYTES, length) - 1;
    const args = [`${call.session} ${number}`, '', number, String(at), String(end)];
    const piece = await link.run(script, args);
    if (piece.length !== end - at + 2) throw new EngineConnectionError('The server has lost a large answer');
    pieces.push(piece.subarray(1));
  }
  return Buffer.concat(pieces, length);
}
