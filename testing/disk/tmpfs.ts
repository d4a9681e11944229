import { execFile } from 'node:child_process'
import { mkdtemp, open, rm, rmdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type Availability, tryOut } from '../availability/availability'

const run = promisify(execFile)
const PAGE = 4096

/** Tells whether this machine lets a test mount a small disk of its own. */
export function canMount(): Promise<Availability> {
  return tryOut(async () => (await Tmpfs.mount(PAGE)).unmount())
}

/** A small disk in memory: it can be full, or read-only, without harm to the machine. Linux, root. */
export class Tmpfs {
  readonly #filler: string

  private constructor(readonly path: string) {
    this.#filler = join(path, 'filler')
  }

  /** @param bytes are rounded up to whole pages. Rejects with the error message of `mount` */
  static async mount(bytes: number): Promise<Tmpfs> {
    const path = await mkdtemp(join(tmpdir(), 'studio-tmpfs-'))
    try {
      await run('mount', ['-t', 'tmpfs', '-o', `size=${bytes},mode=0700`, 'tmpfs', path])
    } catch (error) {
      await rmdir(path)
      throw error
    }
    return new Tmpfs(path)
  }

  /**
   * Fills the disk until a write fails with ENOSPC, then frees `leave` bytes, rounded down to whole pages.
   * Existing files can still grow inside their last page of 4 KiB.
   */
  async fill({ leave = 0 }: { readonly leave?: number } = {}): Promise<void> {
    const file = await open(this.#filler, 'a')
    try {
      const page = Buffer.alloc(PAGE)
      for (;;) await file.appendFile(page)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
      const { size } = await file.stat()
      await file.truncate(Math.max(0, size - Math.floor(leave / PAGE) * PAGE))
    } finally {
      await file.close()
    }
  }

  /** Undoes `fill`. */
  async free(): Promise<void> {
    await rm(this.#filler, { force: true })
  }

  /** `ro` rejects while a file is open for writing (EBUSY). */
  async remount(access: 'ro' | 'rw'): Promise<void> {
    await run('mount', ['-o', `remount,${access}`, this.path])
  }

  /**
   * Unmounts the disk and removes its folder. Rejects if a process still uses it, and then hides it all the
   * same.
   */
  async unmount(): Promise<void> {
    try {
      await run('umount', [this.path])
    } catch (error) {
      await run('umount', ['--lazy', this.path])
      throw error
    } finally {
      await rmdir(this.path)
    }
  }
}
