import v8 from 'node:v8'

const COUNTED = 'detect-ineffective-gcs-near-heap-limit'

let open = 0

/**
 * V8 ends a process after four collections in a row that free little of a heap of 80 % of its limit or more
 * (`Heap::CheckIneffectiveMarkCompact`). Those that a profile makes are not the process's: they must not count.
 */
export async function uncounted<Result>(collect: () => Promise<Result>): Promise<Result> {
  // V8's flags are one for all threads.
  if (open++ === 0) v8.setFlagsFromString(`--no-${COUNTED}`)
  try {
    return await collect()
  } finally {
    if (--open === 0) v8.setFlagsFromString(`--${COUNTED}`)
  }
}
