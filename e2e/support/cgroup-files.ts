/** The version: 1 as in `cgroup-v1/memory.rst`, 2 as in `cgroup-v2.rst` of the kernel's documentation. */
export type CgroupVersion = 1 | 2

/** The roots of the memory controller's folders. */
export const ROOTS = { 1: '/sys/fs/cgroup/memory', 2: '/sys/fs/cgroup' } as const

/** The files to write to limit memory, in this order: v1 rejects a sum with swap below the memory limit. */
export function limitFiles(version: CgroupVersion, limitBytes: number): { file: string; value: string }[] {
  const value = String(limitBytes)
  switch (version) {
    case 1:
      return [
        { file: 'memory.limit_in_bytes', value },
        { file: 'memory.memsw.limit_in_bytes', value },
        { file: 'memory.swappiness', value: '0' },
      ]
    case 2:
      return [
        { file: 'memory.max', value },
        { file: 'memory.swap.max', value: '0' },
      ]
  }
}

/** Parses the counter `oom_kill` of v1's `memory.oom_control` or v2's `memory.events`. */
export function oomKillsOf(text: string): number {
  const count = /^oom_kill (\d+)$/m.exec(text)?.[1]
  if (count === undefined) throw new Error(`No oom_kill counter (Linux 4.13 or later has it) in: ${text}`)
  return Number(count)
}
