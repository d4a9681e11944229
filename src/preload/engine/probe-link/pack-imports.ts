import type { PackImport } from '../../../common/engine/pack-import'
import { MAX_PACKS } from '../../../common/protocol/engine-costs'
import type { ProbeMessage } from './messages'

/** Gathers what importing each pack cost, from an engine's greeting until it is ready. Pure. */
export class PackImports {
  #packs: PackImport[] = []

  /** @returns the packs, the slowest first, once the engine is ready; else `null` */
  hear(message: ProbeMessage): PackImport[] | null {
    switch (message.type) {
      case 'hello':
        this.#packs = []
        return null
      case 'pack': {
        const { pack, ms, bytes, ok } = message
        this.#packs.push({ pack, ms: Math.max(0, ms), bytes, ok })
        return null
      }
      case 'ready':
        return this.#packs.toSorted((one, other) => other.ms - one.ms).slice(0, MAX_PACKS)
      default:
        return null
    }
  }
}
