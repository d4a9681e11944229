import { describeNode } from '../../../common/engine/engine-node'
import { size } from '../../../common/output/units'
import type { ProbePlace } from './memory-messages'
import type { ProbeMessage, ProbeMessageOf } from './messages'

/** Jobs in a row that each leave more behind than the one before, until that is told. */
const IN_A_ROW = 5
/** The least that counts as more, in bytes: a resident set wavers by less. */
const MORE_BYTES = 4 * 2 ** 20

interface Left {
  readonly resident: number
  readonly top: readonly ProbePlace[]
}

/**
 * Jobs that leave more and more behind, whatever is told of them in which order. Only what is left after Python has
 * collected its garbage counts: what waits for that is not kept. Pure.
 */
export class LeavingJobs {
  readonly #tops = new Map<number, readonly ProbePlace[]>()
  #row: Left[] = []
  #isTold = false

  /** @returns what to tell, once for each engine; else `null` */
  hear(message: ProbeMessage): string | null {
    switch (message.type) {
      case 'hello':
        this.#tops.clear()
        this.#row = []
        this.#isTold = false
        return null
      case 'ended':
        this.#tops.set(message.job, message.top)
        return null
      case 'left':
        return this.#leave(message)
      default:
        return null
    }
  }

  #leave({ job, resident, collected }: ProbeMessageOf<'left'>): string | null {
    const top = this.#tops.get(job) ?? []
    this.#tops.clear()
    if (collected !== true || resident === null) return null
    const last = this.#row.at(-1)
    if (last && resident < last.resident + MORE_BYTES) this.#row = []
    this.#row.push({ resident, top })
    // The first one is what the others are compared with.
    if (this.#isTold || this.#row.length <= IN_A_ROW) return null
    this.#isTold = true
    return describe(this.#row)
  }
}

function describe(row: readonly Left[]): string {
  const [first, ...rest] = row
  const grown = (rest.at(-1)?.resident ?? 0) - (first?.resident ?? 0)
  const words = `each of ${rest.length} jobs in a row left more memory than the one before, ${size(grown)} together`
  const most = mostOf(rest.flatMap(({ top }) => top))
  return most === null
    ? words
    : `${words}; what they took came most from ${most}: it may keep what it should free`
}

/** The place that took most, over all jobs; `null` where none was seen. */
function mostOf(places: readonly ProbePlace[]): string | null {
  const sums = new Map<string, { place: ProbePlace; bytes: number }>()
  for (const place of places) {
    const key = JSON.stringify([place.node?.class, place.node?.pack, place.function, place.file])
    const known = sums.get(key)
    sums.set(key, { place, bytes: (known?.bytes ?? 0) + place.bytes })
  }
  const [most] = [...sums.values()].sort((a, b) => b.bytes - a.bytes)
  if (!most?.place.node) return null
  const { node, function: name, file, line } = most.place
  const where = name === null ? '' : `, in ${name} (${file}:${line})`
  return `${describeNode({ id: node.id ?? '?', type: node.class, pack: node.pack })}${where}`
}
