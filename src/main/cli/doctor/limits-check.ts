import { size } from '../../../common/output/units'
import { type Finding, ok, warning } from './check'

/** The memory limits. Sizes in bytes; `null` for none. */
export interface LimitFacts {
  readonly memoryLimit: number | null
  readonly heapLimit: number | null
  readonly machine: number
  readonly cgroup: number | null
  /** True if the kernel's count of out-of-memory kills can be read; `null` if there is none. */
  readonly countsKills: boolean | null
}

/** Checks that our limit is reached before the kernel's. */
export function checkLimits({ memoryLimit, heapLimit, machine, cgroup, countsKills }: LimitFacts): Finding {
  const kernels = Math.min(machine, cgroup ?? machine)
  const where =
    cgroup !== null && cgroup < machine
      ? `the cgroup has ${size(cgroup)}`
      : `the machine has ${size(machine)}`
  const details = [
    `V8 heap of the backend: ${heapLimit === null ? "V8's own limit" : size(heapLimit)}`,
    `cgroup: ${cgroup === null ? 'no limit' : size(cgroup)}`,
    ...(countsKills === false
      ? ["the kernel's count of out-of-memory kills cannot be read: a SIGKILL counts as suspected"]
      : []),
  ]
  if (memoryLimit === null) {
    const next = `set STUDIO_MEMORY_LIMIT, for instance to ${size(Math.floor(kernels * 0.9))}, to have it ended before the kernel does`
    return warning(`the backend's memory is not limited; ${where}`, next, details)
  }
  if (memoryLimit >= kernels) {
    const next = `set STUDIO_MEMORY_LIMIT below ${size(kernels)}: otherwise the kernel's OOM killer acts first`
    return warning(`the backend may take ${size(memoryLimit)}, and ${where}`, next, details)
  }
  return ok(`the backend may take ${size(memoryLimit)}; ${where}`, details)
}
