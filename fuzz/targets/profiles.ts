import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { rankFunctions } from '../../src/main/profiling/rank'
import { PprofError, readPprof } from '../../src/main/profiling/read-pprof'
import { hotFunctions, hungIn, topAllocators } from '../../src/main/profiling/top-allocators'
import { corpus } from '../support/corpus'
import { expectOneLine } from '../support/expect'
import { mutated } from '../support/mutate'
import { promise, type Target } from '../support/target'

/** Size that a profile may unpack to here, in bytes: enough for every sample, and too little for a bomb. */
const MAX_UNPACKED = 2 ** 22
const PLAIN = corpus('pprof')
const BOMB = gzipSync(Buffer.alloc(2 ** 24))

const go = ['heap', 'cpu', 'mutex'].map((kind) =>
  readFileSync(path.resolve('src/main/profiling/testing', `go-${kind}.pb.gz`)),
)

/** Checks that a profile is read and ranked, or rejected in one line. */
function checkProfile(bytes: Uint8Array): void {
  try {
    const profile = readPprof(bytes, { maxBytes: MAX_UNPACKED })
    for (const { frames, values } of profile.stacks) {
      assert.equal(values.length, profile.sampleTypes.length)
      assert.ok(values.every(Number.isFinite) && frames.every(({ line }) => Number.isSafeInteger(line)))
    }
    assert.ok(profile.sampleTypes[profile.defaultType])
    rankFunctions(profile, profile.defaultType)
    const culprits = [...topAllocators(profile), ...hotFunctions(profile)]
    for (const { share } of culprits) assert.ok(share > 0 && share <= 1.000001, `a share of ${share}`)
    hungIn(profile)
  } catch (error) {
    if (!(error instanceof PprofError)) throw error
    expectOneLine(error.message, 300)
  }
}

export const pprof: Target = {
  name: 'pprof',
  promises: [
    promise('plain', mutated(PLAIN), checkProfile),
    promise('of Go, plain', mutated(go.map((bytes) => gunzipSync(bytes))), checkProfile, 0.2),
    promise('packed', mutated([...go, ...PLAIN.map((bytes) => gzipSync(bytes))]), checkProfile, 0.2),
    promise('a bomb', mutated([BOMB, gzipSync(BOMB)]), checkProfile, 0.02),
  ],
}
