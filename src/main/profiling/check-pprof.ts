import { damaged } from './pprof-error'
import { eachField, LENGTH_DELIMITED, VARINT } from './pprof-wire'

/** The fields of `Profile`, and their wire types. Source: github.com/google/pprof/blob/main/proto/profile.proto. */
const SAMPLE_TYPE = 1
const STRING = 6
const LAST_FIELD = 15
const MESSAGES: ReadonlySet<number> = new Set([SAMPLE_TYPE, 2, 3, 4, 5, 11])
const NUMBERS: ReadonlySet<number> = new Set([7, 8, 9, 10, 12, 14, 15])

/**
 * Checks that bytes are an unpacked pprof, and nothing else: another file may lie where a profile should. Unlike `readPprof` it
 * keeps nothing: it runs in main for each upload.
 * @throws {PprofError}
 */
export function checkPprof(bytes: Uint8Array): void {
  let strings = 0
  let sampleTypes = 0
  eachField(bytes, (field, wireType, value) => {
    if (field > LAST_FIELD) throw damaged(`it has a field ${field}`)
    if (NUMBERS.has(field) && wireType !== VARINT) throw damaged(`field ${field} is no number`)
    // Comments, 13, are numbers, one in each or all in one.
    if (NUMBERS.has(field) || field === 13) return
    if (wireType !== LENGTH_DELIMITED) throw damaged(`field ${field} has the wire type ${wireType}`)
    if (MESSAGES.has(field)) eachField(value, () => {})
    if (field === SAMPLE_TYPE) sampleTypes++
    // Every writer begins with the empty one; Go's reader rejects a file that does not.
    if (field === STRING && strings++ === 0 && value.length > 0)
      throw damaged('its first string is not the empty one')
  })
  if (strings === 0 || sampleTypes === 0) throw damaged('it names no sample types')
}
