// @ts-check

/** Why our own code has it. What only others import says by whom it is needed. */
export const REASONS = /** @type {Readonly<Record<string, string>>} */ ({
  '@datadog/pprof': "its pure part makes pprof of the inspector's profiles, as dd-trace does",
  '@msgpack/msgpack': "packs spans the way the Agent's `/v0.4/traces` takes them",
  'dd-trace': 'traces and runtime metrics in both processes',
  'electron-store': '`failed-jobs.json`: the list that other programs read',
  pngjs: 'the example backend writes real images',
  'pprof-format': 'reads pprof files, for `top` and for the culprit of a death',
  'string-width': "tables on a terminal: a character's width",
  systeminformation: 'the process tree where there is no `/proc`: macOS, Windows',
  valibot: 'what comes from disk, from another process or from the network is data until it is parsed',
  ws: 'the WebSocket of the engine',
})

/**
 * Packages that may run code when they are installed, and why that is all right. None of them is shipped; `npm ci
 * --ignore-scripts` works as well.
 */
export const INSTALL_SCRIPTS = /** @type {Readonly<Record<string, string>>} */ ({
  esbuild:
    'puts the binary of its own optional package where its launcher is; fetches it from the registry where that is missing',
  'electron-winstaller':
    'copies the 7-Zip of its own package that fits the processor; for Squirrel, which is not used',
})
