// Large bodies as files named by the SHA-256 of their bytes, flushed with their folder before any row refers to them.

import { createHash, hash } from "node:crypto";
import { constants, type FileHandle, mkdir, open, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { concatBytes } from "../../base/bytes.ts";
import { inlineBodyBytesMax } from "../../base/limits.ts";
import { asBodyId, type BodyId } from "../../model/ids.ts";
import { refuse } from "../../model/problem.ts";
import { diskProblem } from "../disk-problem.ts";
import type { BodySink, StagedBody, StoredBody } from "../store.ts";

const pieceBytes = 64 * 1024;

/** The folder of one account's body files. */
export class BodyFiles {
  readonly #folder: string;
  readonly #inlineBytesMax: number;
  #staged = 0;
  /** Files whose row may not be committed yet: they came in since the account was opened. Never removed by a sweep. */
  readonly #fresh = new Set<BodyId>();
  readonly #removing = new Map<BodyId, Promise<void>>();

  constructor(folder: string, inlineBytesMax = inlineBodyBytesMax) {
    this.#folder = folder;
    this.#inlineBytesMax = inlineBytesMax;
  }

  /** Drops what was staged by a process that is gone. Call before the first `sink`. */
  async prepare(): Promise<void> {
    await rm(this.#staging(), { recursive: true, force: true });
    await mkdir(this.#staging(), { recursive: true, mode: 0o700 });
  }

  sink(): BodySink {
    const staged = join(this.#staging(), `${this.#staged++}`);
    return new FileBackedSink(staged, this.#inlineBytesMax, {
      keep: (id) => this.#keep(staged, id),
      body: (id, size) => this.body(id, size),
    });
  }

  body(id: BodyId, size: number): StoredBody {
    const path = this.#path(id);
    return {
      size,
      async slice(from, to) {
        await using file = await openBody(path);
        return readRange(file, from, Math.min(to, size));
      },
      async *chunks(from, to) {
        await using file = await openBody(path);
        const end = Math.min(to, size);
        for (let at = from; at < end; at += pieceBytes) yield await readRange(file, at, Math.min(at + pieceBytes, end));
      },
    };
  }

  // The same bytes may come in again while their old file is being removed: the new file waits for that.
  async remove(id: BodyId): Promise<void> {
    if (this.#fresh.has(id)) return;
    const removing = rm(this.#path(id), { force: true });
    this.#removing.set(id, removing);
    try {
      await removing;
    } finally {
      this.#removing.delete(id);
    }
  }

  async *ids(): AsyncIterable<BodyId> {
    for (const shelf of await readdir(this.#folder)) {
      if (!/^[0-9a-f]{2}$/.test(shelf)) continue;
      for (const name of await readdir(join(this.#folder, shelf))) yield asBodyId(name);
    }
  }

  #staging(): string {
    return join(this.#folder, "staging");
  }

  #path(id: BodyId): string {
    return bodyPath(this.#folder, id);
  }

  async #keep(staged: string, id: BodyId): Promise<void> {
    this.#fresh.add(id);
    await this.#removing.get(id);
    const path = this.#path(id);
    const shelf = join(this.#folder, id.slice(0, 2));
    const made = await mkdir(shelf, { recursive: true, mode: 0o700 });
    await rename(staged, path);
    await flush(shelf);
    if (made !== undefined) await flush(this.#folder);
  }
}

/** Where a body's file is below the folder of an account's bodies. */
export function bodyPath(folder: string, id: BodyId): string {
  return join(folder, id.slice(0, 2), id);
}

async function flush(folder: string): Promise<void> {
  await using handle = await open(folder, "r");
  await handle.sync();
}

async function openBody(path: string): Promise<FileHandle> {
  try {
    return await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  } catch (error) {
    throw refuse({ kind: "data-damaged" }, error);
  }
}

async function readRange(file: FileHandle, from: number, to: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(Math.max(0, to - from));
  let at = 0;
  while (at < bytes.length) {
    const { bytesRead } = await file.read(bytes, at, bytes.length - at, from + at);
    if (bytesRead === 0) throw refuse({ kind: "data-damaged" }, new Error("a body file is shorter than its row says"));
    at += bytesRead;
  }
  return bytes;
}

interface Keeping {
  readonly keep: (id: BodyId) => Promise<void>;
  readonly body: (id: BodyId, size: number) => StoredBody;
}

/** Collects in memory up to `inlineBytesMax`, then in a file. */
class FileBackedSink implements BodySink {
  readonly #path: string;
  readonly #inlineBytesMax: number;
  readonly #keeping: Keeping;
  #parts: Uint8Array[] = [];
  #size = 0;
  #file: { readonly handle: FileHandle; readonly sum: ReturnType<typeof createHash> } | null = null;
  #kept = false;

  constructor(path: string, inlineBytesMax: number, keeping: Keeping) {
    this.#path = path;
    this.#inlineBytesMax = inlineBytesMax;
    this.#keeping = keeping;
  }

  write(chunk: Uint8Array): Promise<void> | undefined {
    this.#size += chunk.length;
    if (this.#file !== null) return this.#append(chunk);
    this.#parts.push(chunk.slice());
    return this.#size > this.#inlineBytesMax ? this.#spill() : undefined;
  }

  async finish(): Promise<StagedBody> {
    if (this.#file === null) {
      const inline = concatBytes(this.#parts);
      return { id: asBodyId(hash("sha256", inline)), size: this.#size, inline, file: null };
    }
    const { handle, sum } = this.#file;
    try {
      await handle.datasync();
      await handle.close();
      const id = asBodyId(sum.digest("hex"));
      await this.#keeping.keep(id);
      this.#kept = true;
      return { id, size: this.#size, inline: null, file: this.#keeping.body(id, this.#size) };
    } catch (error) {
      await this.discard();
      throw diskProblem(error) ?? error;
    }
  }

  // A kept file may be shared with another message of the same bytes by now: the sweep removes it if not.
  async discard(): Promise<void> {
    this.#parts = [];
    if (this.#file === null || this.#kept) return;
    await this.#file.handle.close().catch(() => undefined);
    await rm(this.#path, { force: true });
  }

  async #spill(): Promise<void> {
    const parts = this.#parts;
    this.#parts = [];
    try {
      const handle = await open(
        this.#path,
        constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW,
        0o600,
      );
      this.#file = { handle, sum: createHash("sha256") };
    } catch (error) {
      throw diskProblem(error) ?? error;
    }
    await this.#append(concatBytes(parts));
  }

  async #append(chunk: Uint8Array): Promise<void> {
    const file = this.#file;
    if (file === null) return;
    file.sum.update(chunk);
    try {
      let at = 0;
      while (at < chunk.length) at += (await file.handle.write(chunk, at)).bytesWritten;
    } catch (error) {
      throw diskProblem(error) ?? error;
    }
  }
}
