// Studio's engine, a Python server, as a backend like any other: what main runs in place of a backend's own file.

import { parseEngineArgument } from '../../common/engine/config'
import { runEngine } from './runner'

/** Loading is over when the engine answers. */
export const ready = runEngine(parseEngineArgument(process.argv[2]))
