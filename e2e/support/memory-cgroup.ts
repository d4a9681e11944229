import { randomUUID } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, rm, rmdir, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Availability, tryOut } from '../../testing/availability/availability'
import { waitFor } from '../../testing/waiting/wait-for'
import { type CgroupVersion, limitFiles, oomKillsOf, ROOTS } from './cgroup-files'

/** Tells whether this machine lets a test make a memory control group. */
export function canMakeMemoryCgroup(): Promise<Availability> {
  return tryOut(async () => (await MemoryCgroup.make(64 * 1024 * 1024)).remove())
}

/** A control group whose processes the kernel kills when together they need more memory than the limit. Linux, root. */
export class MemoryCgroup {
  readonly #scripts: string[] = []

  private constructor(
    readonly version: CgroupVersion,
    readonly path: string,
  ) {}

  /** @param limitBytes limit memory and swap together: the kernel kills instead of swapping */
  static async make(limitBytes: number): Promise<MemoryCgroup> {
    const version = memoryController()
    const group = new MemoryCgroup(version, join(ROOTS[version], `studio-e2e-${randomUUID()}`))
    if (version === 2) writeFileSync(join(ROOTS[2], 'cgroup.subtree_control'), '+memory')
    await mkdir(group.path)
    try {
      for (const { file, value } of limitFiles(version, limitBytes)) {
        // The swap files are missing if the kernel does not account for swap.
        if (existsSync(join(group.path, file))) writeFileSync(join(group.path, file), value)
      }
    } catch (error) {
      await rmdir(group.path)
      throw error
    }
    return group
  }

  /** Moves a running process in; what it already holds stays charged to its previous group. */
  add(pid: number): void {
    writeFileSync(join(this.path, 'cgroup.procs'), String(pid))
  }

  /** The same command, started inside the group: the pid stays the one that `spawn` returns. */
  wrap(command: string, args: readonly string[]): { command: string; args: string[] } {
    return { command: '/bin/sh', args: ['-c', ENTER, join(this.path, 'cgroup.procs'), command, ...args] }
  }

  /**
   * An executable file that does what `wrap` does, for launchers that take a path and put arguments of their
   * own first.
   */
  async launcher(executable: string): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'studio-cgroup-'))
    this.#scripts.push(folder)
    const script = join(folder, 'launch')
    const { command, args } = this.wrap(executable, [])
    await writeFile(script, `#!/bin/sh\nexec ${[command, ...args].map(quote).join(' ')} "$@"\n`)
    await chmod(script, 0o700)
    return script
  }

  /** The number of processes that the kernel has killed here for lack of memory. */
  oomKills(): number {
    return oomKillsOf(
      readFileSync(join(this.path, this.version === 1 ? 'memory.oom_control' : 'memory.events'), 'utf8'),
    )
  }

  /** The memory that its processes hold, without what the kernel would give up for others, in bytes. */
  usedBytes(): number {
    const [used, idle] =
      this.version === 1
        ? ['memory.usage_in_bytes', 'total_inactive_file']
        : ['memory.current', 'inactive_file']
    const stat = readFileSync(join(this.path, 'memory.stat'), 'utf8')
    const cached = Number(new RegExp(`^${idle} (\\d+)$`, 'm').exec(stat)?.[1] ?? 0)
    return Number(readFileSync(join(this.path, used), 'utf8')) - cached
  }

  pids(): number[] {
    return readFileSync(join(this.path, 'cgroup.procs'), 'utf8').split('\n').filter(Boolean).map(Number)
  }

  /** Waits until the processes are gone, then removes the group. Kills nothing. */
  async remove(options: { readonly timeout?: number } = {}): Promise<void> {
    const what = () => `the control group to be empty; still in it: ${this.pids().join(', ')}`
    await waitFor(() => this.pids().length === 0, { what, ...options })
    // The last process leaves the list a moment before the kernel releases the folder.
    await waitFor(async () => (await rmdir(this.path)) === undefined, {
      what: 'the control group to go',
      ...options,
    })
    for (const folder of this.#scripts) await rm(folder, { recursive: true })
  }
}

const ENTER = 'echo $$ > "$0" && exec "$@"'

function quote(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`
}

function memoryController(): CgroupVersion {
  if (existsSync(join(ROOTS[1], 'memory.limit_in_bytes'))) return 1
  const controllers = join(ROOTS[2], 'cgroup.controllers')
  if (existsSync(controllers) && readFileSync(controllers, 'utf8').split(/\s/).includes('memory')) return 2
  throw new Error('no memory controller is mounted below /sys/fs/cgroup')
}
