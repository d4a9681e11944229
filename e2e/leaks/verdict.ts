import type { Incident } from '../../src/main/records/incidents/incident'
import type { LeakProgram } from './leak-program'

export type Outcome = Pick<Incident, 'cause' | 'evidence' | 'topAllocators' | 'profiles'>

/** An incident says of the process's memory that it lay in Buffers and the like. */
const OUTSIDE = /outside V8's heap/

/** Lists what an incident says that is not so, or leaves out; empty if it is right. */
export function faultsOf(program: LeakProgram, incident: Outcome): string[] {
  return program.memoryMiB === null ? insideFaults(program, incident) : outsideFaults(incident)
}

function insideFaults({ culprits, file }: LeakProgram, incident: Outcome): string[] {
  const { cause, evidence, topAllocators, profiles } = incident
  const [first] = topAllocators
  const isRight =
    first !== undefined &&
    culprits.some(
      (name) =>
        first.function
          .replace(/^(get|bound) /, '')
          .split('.')
          .at(-1) === name,
    ) &&
    (file === null || first.file.replaceAll('\\', '/').endsWith(`/${file}`))
  const told = first
    ? `${first.function} ${first.file}:${first.line} with ${Math.round(first.share * 100)} %`
    : 'nobody'
  return [
    ...(cause === 'heap-out-of-memory' ? [] : [`the cause is ${cause}`]),
    ...(isRight ? [] : [`${told} is named, not ${culprits.join(' or ')}`]),
    ...(profiles.heap !== null || evidence.some((words) => /profile/.test(words))
      ? []
      : ['no profile, and no word why']),
    ...(profiles.cpu !== null || evidence.some((words) => /CPU profile/.test(words))
      ? []
      : ['no CPU profile, and no word why']),
    ...(evidence.some((words) => OUTSIDE.test(words)) ? ['the memory is said to lie outside the heap'] : []),
  ]
}

/** The heap's profile knows nothing of Buffers: who allocated them is not known, that it were Buffers must be said. */
function outsideFaults({ cause, evidence }: Outcome): string[] {
  const all = evidence.join('; ')
  return [
    ...(cause === 'memory-limit' ? [] : [`the cause is ${cause}`]),
    ...(OUTSIDE.test(all) ? [] : [`nothing says that the memory lay outside V8's heap: ${all}`]),
  ]
}
