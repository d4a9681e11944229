import globalSetup from '../support/app/global-setup'
import { leakProgram, SHORT_RANGE, WHOLE_RANGE } from './leak-program'
import { run } from './run'
import { faultsOf } from './verdict'

export interface LeaksOptions {
  readonly seed: number
  readonly count: number
  /** True for heaps up to 4 GiB that fill in up to 5 minutes. */
  readonly isLong: boolean
  readonly onLine: (line: string) => void
}

/** Runs the programs of `count` seeds from `seed` on. @returns the words of those that the incident was wrong about */
export async function leaks({ seed, count, isLong, onLine }: LeaksOptions): Promise<string[]> {
  const tidyUp = globalSetup()
  const wrong: string[] = []
  try {
    for (let one = seed; one < seed + count; one += 1) {
      const program = await leakProgram(one, isLong ? WHOLE_RANGE : SHORT_RANGE)
      const faults = await judge(program)
      if (faults.length > 0) wrong.push(`seed ${one}: ${program.words}: ${faults.join('; ')}`)
      onLine(
        `${one}  ${faults.length === 0 ? 'right' : 'WRONG'}  ${program.words}${faults.map((fault) => `\n      ${fault}`).join('')}`,
      )
    }
  } finally {
    tidyUp()
  }
  return wrong
}

async function judge(program: Awaited<ReturnType<typeof leakProgram>>): Promise<string[]> {
  try {
    const death = await run(program)
    await death.tidyUp()
    return faultsOf(program, death.incident)
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)]
  }
}

/** The programs themselves, as text. */
export async function show({ seed, count, isLong }: Omit<LeaksOptions, 'onLine'>): Promise<string[]> {
  const all = Array.from({ length: count }, (_, index) =>
    leakProgram(seed + index, isLong ? WHOLE_RANGE : SHORT_RANGE),
  )
  return (await Promise.all(all)).map(({ seed: one, words, files }) =>
    [`// seed ${one}: ${words}`, ...Object.entries(files).map(([name, text]) => `// ${name}\n${text}`)].join(
      '\n',
    ),
  )
}
