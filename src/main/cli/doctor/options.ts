import { parseOptions, refuseWords } from '../options'

export interface DoctorOptions {
  readonly help: boolean
  readonly json: boolean
}

/** @throws {UsageError} */
export function parseDoctorOptions(args: readonly string[]): DoctorOptions {
  const { values, words } = parseOptions(args, {
    json: { type: 'boolean' },
    help: { type: 'boolean', short: 'h' },
  })
  refuseWords(words)
  return { help: values.help === true, json: values.json === true }
}
