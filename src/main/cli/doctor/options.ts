import { parseArgs } from 'node:util'
import { UsageError } from '../list-options'

export interface DoctorOptions {
  readonly help: boolean
  readonly json: boolean
}

/** @throws {UsageError} */
export function parseDoctorOptions(args: readonly string[]): DoctorOptions {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { help: { type: 'boolean', short: 'h' }, json: { type: 'boolean' } },
    })
    return { help: values.help === true, json: values.json === true }
  } catch (error) {
    throw new UsageError(`${(error as Error).message.split('. ')[0]}: known are --json, --help`)
  }
}
