/** The beginning of each line that the engine's runner writes to stdout itself, between those of the engine. */
export const RUNNER_LINE = 'studio-engine: '
