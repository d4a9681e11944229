import type { Target } from '../support/target'
import { agentAnswers } from './agent'
import { engine } from './engine'
import { journal } from './journal'
import { privacy } from './privacy'
import { pprof } from './profiles'
import { protocol } from './protocol'
import { failedJobs, incidents, profileSets } from './records'
import { memorySizes, restartLimits, settings } from './settings'
import { sourceMaps } from './source-maps'
import { cgroups, processes } from './system'
import { commandLine, output } from './text'

/** Every parser of input from elsewhere. The slow ones come first: nobody waits for them at the end. */
export const TARGETS: readonly Target[] = [
  pprof,
  settings,
  journal,
  protocol,
  failedJobs,
  incidents,
  profileSets,
  privacy,
  agentAnswers,
  sourceMaps,
  output,
  engine,
  commandLine,
  processes,
  cgroups,
  memorySizes,
  restartLimits,
]
