// Runs Studio's engine, a Python server, as a backend: main runs this instead of a backend's own file.

import { parseEngineArgument } from '../../common/engine/config'
import { runEngine } from './runner'

/** Resolves when the engine responds. */
export const ready = runEngine(parseEngineArgument(process.argv[2]))
