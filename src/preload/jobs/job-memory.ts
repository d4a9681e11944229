import * as v from 'valibot'
import { type JobMemory, JobMemorySchema } from '../../common/protocol/messages'
import { readField } from './job-context'

/** The memory that a job of the engine took, as its runner adds it to the context; `null` for anything else. */
export function readMemory(context: object): JobMemory | null {
  const memory = v.safeParse(JobMemorySchema, readField(context, 'memory'))
  return memory.success ? memory.output : null
}
