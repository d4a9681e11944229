import type { StudioOptions } from '../../support/app/studio'
import { canMakeMemoryCgroup, MemoryCgroup } from '../../support/memory-cgroup'

export interface SmallMachine {
  /** The options that start the app there. */
  readonly options: Pick<StudioOptions, 'env' | 'wrap'>
  /** Returns the number of processes that the kernel has killed there. */
  readonly oomKills: () => number
}

/**
 * Runs `use` with a machine of so little memory that the kernel has to kill; or says why there is none. The
 * monitor's own limit is off, as it would act first.
 */
export async function onSmallMachine<T>(
  bytes: number,
  use: (machine: SmallMachine) => Promise<T>,
): Promise<T | { readonly skip: string }> {
  const available = await canMakeMemoryCgroup()
  if (!available.ok) return { skip: available.reason }
  const cgroup = await MemoryCgroup.make(bytes)
  try {
    return await use({
      options: {
        env: { STUDIO_MEMORY_LIMIT: '0' },
        wrap: (command, args) => cgroup.wrap(command, args),
      },
      oomKills: () => cgroup.oomKills(),
    })
  } finally {
    // After a failure it still runs.
    for (const pid of cgroup.pids()) process.kill(pid, 'SIGKILL')
    await cgroup.remove()
  }
}
