import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'

interface Line {
  readonly stream: 'stdout' | 'stderr'
  readonly message: string
}

/** The backend's output in a data folder's log, from now on: the installed app writes it nowhere else. */
export class BackendLog {
  readonly #file: string
  readonly #before: number

  constructor(dataFolder: string) {
    this.#file = path.join(dataFolder, 'logs/backend.jsonl')
    this.#before = this.#lines().length
  }

  of(stream: Line['stream']): string {
    const own = this.#lines().slice(this.#before)
    return own.flatMap((line) => (line.stream === stream ? [`${line.message}\n`] : [])).join('')
  }

  #lines(): Line[] {
    const text = existsSync(this.#file) ? readFileSync(this.#file, 'utf8') : ''
    // The last line may be being written.
    const whole = text.slice(0, text.lastIndexOf('\n') + 1)
    return whole.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line)]))
  }
}
