#!/usr/bin/env node
// @ts-check
// `npm run leaks`: programs that leak are generated, run as the real app's backend until they die, and the incident's
// word is held against who leaked.
//   npm run leaks -- [--seed N] [--count M] [--long] [--show]
//     --seed   the first program's; each further one has the next. Told, and new each time, unless it is given
//     --count  20 unless it is given
//     --long   heaps of up to 4 GiB that take up to 5 minutes to fill; without it up to 512 MiB and 15 s
//     --show   print the programs and run nothing
import { randomInt } from 'node:crypto'
import { parseArgs } from 'node:util'
import { argumentsOr, say } from './arguments.mjs'
import { bundle } from './build.mjs'
import { loadTypeScript } from './bundle/load-typescript.mjs'

const USAGE = 'Usage: npm run leaks -- [--seed N] [--count M] [--long] [--show]'

const options = argumentsOr(USAGE, () => {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string' },
      count: { type: 'string' },
      long: { type: 'boolean' },
      show: { type: 'boolean' },
    },
  })
  return {
    seed: values.seed === undefined ? randomInt(2 ** 31) : wholeNumber('seed', values.seed),
    count: wholeNumber('count', values.count ?? '20'),
    isLong: values.long ?? false,
    shows: values.show ?? false,
  }
})
const { leaks, show } = /** @type {typeof import('../e2e/leaks/index')} */ (
  await loadTypeScript('e2e/leaks/index.ts')
)
if (options.shows) for (const text of await show(options)) process.stdout.write(`${text}\n`)
else await runAll()

async function runAll() {
  say('bundling the app into dist/')
  await bundle()
  process.stdout.write(`seed ${options.seed}, ${options.count} programs\n`)
  const wrong = await leaks({ ...options, onLine: (line) => void process.stdout.write(`${line}\n`) })
  process.stdout.write(
    `\n${options.count - wrong.length} of ${options.count} right, from seed ${options.seed} on\n`,
  )
  for (const words of wrong) process.stdout.write(`${words}\n`)
  process.exitCode = wrong.length === 0 ? 0 : 1
}

/** @param {string} name @param {string} text */
function wholeNumber(name, text) {
  const value = Number(text)
  if (!Number.isSafeInteger(value) || value < 0)
    throw new Error(`--${name} is ${JSON.stringify(text)}; accepted: a whole number from 0 on`)
  return value
}
