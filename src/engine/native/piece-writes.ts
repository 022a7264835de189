import type { Socket } from 'node:net';

/** A piece up to this many bytes is written together with its head as one string. */
const SMALL = 16_384;

/**
 * Writes a piece of a body as it is: a copy, where not all of it goes at once, as its memory is used again for the next.
 * @param head what goes before it, in latin-1; may be empty
 * @returns false: enough for now, 'drain' says when to go on
 */
export function writePiece(socket: Socket, head: string, piece: Buffer): boolean {
  if (head === '') return socket.write(Buffer.from(piece));
  if (piece.length <= SMALL) return socket.write(head + piece.toString('latin1'), 'latin1');
  socket.cork();
  socket.write(head, 'latin1');
  const more = socket.write(Buffer.from(piece));
  socket.uncork();
  return more;
}

/** The same as a chunk of its own. */
export function writeChunk(socket: Socket, head: string, piece: Buffer): boolean {
  const size = `${head}${piece.length.toString(16)}\r\n`;
  if (piece.length <= SMALL) return socket.write(`${size}${piece.toString('latin1')}\r\n`, 'latin1');
  socket.cork();
  socket.write(size, 'latin1');
  socket.write(Buffer.from(piece));
  const more = socket.write('\r\n', 'latin1');
  socket.uncork();
  return more;
}
