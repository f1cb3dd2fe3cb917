// Where messages wait: in memory while small, in a file of this folder once large.
//   incoming/  messages on their way in; a process that starts finds only what is nobody's and removes it
//   queued/    what the queue refers to, flushed before any row does
// Names are ids made here, never what a client sent. Modes are 0700 and 0600.

import { constants, type FileHandle, mkdir, open, readdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { concatBytes } from "../base/bytes.ts";
import { letterMemoryBytesMax } from "../base/limits.ts";
import { refuse } from "../model/problem.ts";
import { diskProblem } from "../store/disk-problem.ts";
import { HeaderCollector, type Letter, type LetterHeader, readLetterHeader } from "./letter.ts";

export class Spool {
  readonly #incoming: string;
  readonly #queued: string;
  readonly #messageBytesMax: number;
  #made = 0;

  constructor(folder: string, messageBytesMax: number) {
    this.#messageBytesMax = messageBytesMax;
    this.#incoming = join(folder, "incoming");
    this.#queued = join(folder, "queued");
  }

  /** Call once, before anything else. */
  async prepare(): Promise<void> {
    await rm(this.#incoming, { recursive: true, force: true });
    await mkdir(this.#incoming, { recursive: true, mode: 0o700 });
    await mkdir(this.#queued, { recursive: true, mode: 0o700 });
    // The folder itself has to outlive a power failure before anything in it can.
    for (const folder of [dirname(this.#queued), dirname(dirname(this.#queued))]) await flushFolder(folder);
  }

  newLetter(): LetterWriter {
    return new LetterWriter(join(this.#incoming, `${this.#made++}`), this.#messageBytesMax);
  }

  /** Puts a letter where the queue can refer to it: a small one's bytes are for its row, a large one is a flushed file. */
  async keep(letter: Letter, name: string): Promise<Uint8Array | "file"> {
    if (letter.size > letterMemoryBytesMax) {
      await onDisk(() => copyToFile(letter, join(this.#queued, name), this.#queued));
      return "file";
    }
    const pieces: Uint8Array[] = [];
    for await (const piece of letter.pieces(0)) pieces.push(piece);
    return concatBytes(pieces);
  }

  /** A letter of the queue. Disposing of it leaves its file. */
  async kept(name: string, bytes: Uint8Array | null): Promise<Letter> {
    if (bytes !== null) return new MemoryLetter([bytes], bytes.length);
    const path = join(this.#queued, name);
    try {
      await using file = await open(path, readFlags);
      const collector = new HeaderCollector();
      const { size } = await file.stat();
      for await (const piece of readPieces(file, 0, Math.min(size, letterMemoryBytesMax))) collector.push(piece);
      return new FileLetter(path, size, collector.finish(), "leave");
    } catch (error) {
      throw refuse({ kind: "data-damaged" }, error);
    }
  }

  async removeKept(name: string): Promise<void> {
    await rm(join(this.#queued, name), { force: true });
  }

  /** The names of all files that are kept, for the sweep at start. */
  async keptNames(): Promise<readonly string[]> {
    return await readdir(this.#queued);
  }
}

/** Takes a message's bytes as they come. The pieces are not copied while they stay in memory. */
export class LetterWriter {
  readonly #path: string;
  readonly #bytesMax: number;
  #pieces: Uint8Array[] = [];
  #size = 0;
  #file: { readonly handle: FileHandle; readonly header: HeaderCollector } | undefined;

  constructor(path: string, bytesMax: number) {
    this.#path = path;
    this.#bytesMax = bytesMax;
  }

  /** Await what it returns before writing more. Throws message-too-large, disk-full, store-unavailable. */
  write(piece: Uint8Array): Promise<void> | undefined {
    this.#size += piece.length;
    if (this.#size > this.#bytesMax) throw refuse({ kind: "message-too-large", limitBytes: this.#bytesMax });
    if (this.#file !== undefined) return this.#append(piece);
    this.#pieces.push(piece);
    return this.#size > letterMemoryBytesMax ? this.#spill() : undefined;
  }

  async finish(): Promise<Letter> {
    const file = this.#file;
    if (file === undefined) return new MemoryLetter(this.#pieces, this.#size);
    await onDisk(() => file.handle.close());
    this.#file = undefined;
    return new FileLetter(this.#path, this.#size, file.header.finish(), "remove");
  }

  /** Drops what has come; a finished letter has its own end. */
  async discard(): Promise<void> {
    this.#pieces = [];
    if (this.#file === undefined) return;
    await this.#file.handle.close().catch(() => undefined);
    await rm(this.#path, { force: true });
  }

  async #spill(): Promise<void> {
    const pieces = this.#pieces;
    this.#pieces = [];
    this.#file = { handle: await onDisk(() => open(this.#path, writeFlags, 0o600)), header: new HeaderCollector() };
    for (const piece of pieces) await this.#append(piece);
  }

  async #append(piece: Uint8Array): Promise<void> {
    const file = this.#file;
    if (file === undefined) return;
    file.header.push(piece);
    await onDisk(() => writeWhole(file.handle, piece));
  }
}

class MemoryLetter implements Letter {
  readonly size: number;
  readonly #pieces: readonly Uint8Array[];
  #header: LetterHeader | undefined;

  constructor(pieces: readonly Uint8Array[], size: number) {
    this.#pieces = pieces;
    this.size = size;
  }

  get header(): LetterHeader {
    const [first] = this.#pieces;
    const only = this.#pieces.length === 1 && first !== undefined;
    this.#header ??= readLetterHeader(only ? first : concatBytes(this.#pieces));
    return this.#header;
  }

  *pieces(from: number): Iterable<Uint8Array> {
    let skip = from;
    for (const piece of this.#pieces) {
      if (skip < piece.length) yield skip === 0 ? piece : piece.subarray(skip);
      skip = Math.max(0, skip - piece.length);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // Nothing but memory.
  }
}

class FileLetter implements Letter {
  readonly size: number;
  readonly header: LetterHeader;
  readonly #path: string;
  readonly #afterwards: "remove" | "leave";

  constructor(path: string, size: number, header: LetterHeader, afterwards: "remove" | "leave") {
    this.#path = path;
    this.size = size;
    this.header = header;
    this.#afterwards = afterwards;
  }

  async *pieces(from: number): AsyncIterable<Uint8Array> {
    await using file = await onDisk(() => open(this.#path, readFlags));
    yield* readPieces(file, from, this.size);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#afterwards === "remove") await rm(this.#path, { force: true });
  }
}

export const emptyLetter: Letter = new MemoryLetter([], 0);

const writeFlags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
const readFlags = constants.O_RDONLY | constants.O_NOFOLLOW;
const pieceBytes = 64 * 1024;

async function* readPieces(file: FileHandle, from: number, to: number): AsyncIterable<Uint8Array> {
  for (let at = from; at < to; ) {
    const piece = new Uint8Array(Math.min(pieceBytes, to - at));
    const { bytesRead } = await file.read(piece, 0, piece.length, at);
    if (bytesRead === 0) throw refuse({ kind: "data-damaged" }, new Error("a spooled message is shorter than it was"));
    yield piece.subarray(0, bytesRead);
    at += bytesRead;
  }
}

async function copyToFile(letter: Letter, path: string, folder: string): Promise<void> {
  {
    await using file = await open(path, writeFlags, 0o600);
    for await (const piece of letter.pieces(0)) await writeWhole(file, piece);
    await file.datasync();
  }
  await flushFolder(folder);
}

async function flushFolder(path: string): Promise<void> {
  await using folder = await open(path, constants.O_RDONLY);
  await folder.sync();
}

async function writeWhole(file: FileHandle, piece: Uint8Array): Promise<void> {
  for (let at = 0; at < piece.length; ) at += (await file.write(piece, at)).bytesWritten;
}

async function onDisk<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw diskProblem(error) ?? error;
  }
}
