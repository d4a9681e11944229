import { readFileSync } from 'node:fs'
import path from 'node:path'
import { times } from '../testing/form/form'
import { expect, test } from './support/app/test'
import { Chance } from './support/engine/chance/chance'
import { PublishedEngine, usePublishedEngine } from './support/engine/published-engine'

usePublishedEngine()

const SEED = Number(process.env.STUDIO_TEST_SEED ?? '20261130')
/** Jobs whose kind has run three times before, and jobs of sizes that were never seen. */
const KNOWN = times(24, 100)
const UNSEEN = times(8, 50)
const MOST_MS = times(5 * 60_000, 20 * 60_000)

/** A kind has the errors of its forecasts, as parts of what came, in the order of its runs; the earliest may have none. */
interface Kind {
  readonly label: string
  readonly errors: readonly number[]
  readonly runs: readonly unknown[]
}

test(`forecasts of workflows by chance, seed ${SEED}, are as near as is said`, async ({ launch }) => {
  test.setTimeout(MOST_MS)
  const chance = new Chance(SEED)
  const engine = await PublishedEngine.create()
  const studio = launch({ backend: null, env: engine.settings() })
  await studio.said(/the engine answers at /)
  let seed = 0
  const run = async (width: number, height: number, kind: string) => {
    seed += 1
    const workflow = [['Sized', { width, height, seed, kind, seconds: 0.05 }]] as const
    await engine.ended(await engine.submit(workflow))
  }
  const side = () => chance.whole(12, 40) * 64
  const kinds = ['tensors', 'objects'].flatMap((kind) =>
    [1, 2, 3].map(() => ({ width: side(), height: side(), kind })),
  )
  const learnt = async () => {
    // It is written within five seconds, and when the app ends.
    expect(await studio.quit()).toEqual({ code: 0, signal: null })
    const text = readFileSync(path.join(studio.dataFolder, 'needs.json'), 'utf8')
    return (JSON.parse(text) as { kinds: Kind[] }).kinds
  }
  for (const { width, height, kind } of kinds) for (const _ of [1, 2, 3]) await run(width, height, kind)
  for (let n = 0; n < KNOWN; n += 1) {
    const each = kinds[chance.whole(0, kinds.length - 1)]
    if (each) await run(each.width, each.height, each.kind)
  }
  const seen = new Set(kinds.map(({ width, height }) => `${width}x${height}`))
  for (let n = 0; n < UNSEEN; n += 1) {
    const [width, height] = [side(), side()]
    if (!seen.has(`${width}x${height}`)) await run(width, height, 'tensors')
    seen.add(`${width}x${height}`)
  }
  const all = await learnt()
  const isKnown = ({ label }: Kind) => kinds.some(({ width, height }) => label.includes(`${width}x${height}`))
  // The first three were made of what else was seen.
  const known = all
    .filter(isKnown)
    .flatMap(({ errors, runs }) => errors.slice(Math.max(0, errors.length + 3 - runs.length)))
  const unseen = all.filter((kind) => !isKnown(kind)).flatMap(({ errors }) => errors)
  const within = (errors: readonly number[], most: number) => errors.filter((error) => error <= most).length
  const figures = [
    `seed ${SEED}: ${within(known, 0.15)} of ${known.length} forecasts of known kinds within 15 %`,
    `${within(unseen, 0.25)} of ${unseen.length} of sizes never seen within 25 %`,
  ].join(', ')
  test.info().annotations.push({ type: 'figures', description: figures })
  console.log(figures)
  expect(known.length, figures).toBeGreaterThan(KNOWN / 2)
  expect(unseen.length, figures).toBeGreaterThan(UNSEEN / 2)
  expect(within(known, 0.15) / known.length, figures).toBeGreaterThanOrEqual(0.9)
  expect(within(unseen, 0.25) / unseen.length, figures).toBeGreaterThanOrEqual(0.8)
})
