import { SETTING_NAMES } from './definitions'
import { isNear, nearestName } from './hints'
import { CONSENT_KEY } from './package-consent'
import { printable } from './printable'
import type { Problems } from './problems'
import { CONFIG_VARIABLE, type Source } from './sources'

const KNOWN = new Set<string>([...SETTING_NAMES, CONFIG_VARIABLE])
const STUDIO_NAMES = [...KNOWN].filter((name) => name.startsWith('STUDIO_'))

/** True if the name may be one of dd-trace's variables; dd-trace decides what it means. */
export function isDatadogName(name: string): boolean {
  return /^DD_[A-Z0-9_]+$/.test(name)
}

/** Reports the names that nothing reads, with the most similar known one. */
export function reportUnknownNames(sources: readonly Source[], problems: Problems): void {
  for (const { kind, label, values } of sources) {
    for (const name of values.keys()) {
      if (name === CONFIG_VARIABLE && kind !== 'environment') {
        problems.add(() => `${label}: ${name} is read from the environment only, and ignored here`)
      } else if (
        !(kind === 'package' && name === CONSENT_KEY) &&
        !KNOWN.has(name) &&
        !(kind === 'environment' ? name.startsWith('DD_') : isDatadogName(name))
      ) {
        problems.add(() => `${label}: ${printable(name)} is unknown and ignored${hint(name)}`)
      }
    }
  }
}

function hint(name: string): string {
  const isStudioName = name.toUpperCase().startsWith('STUDIO_')
  const nearest = nearestName(name, isStudioName ? STUDIO_NAMES : [...KNOWN])
  if (nearest === null || !(isStudioName || isNear(name, nearest))) return ''
  return `; the nearest known name is ${nearest}`
}
