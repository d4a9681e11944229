// @ts-check
import { execFile } from 'node:child_process'
import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Time to notice a dead network; npm's own default is minutes. */
const ADDRESS_TIMEOUT_MS = 30_000
/** Time for 196 MB at 300 kB/s. */
const PACK_TIMEOUT_MS = 11 * 60_000

/**
 * The npm that runs this, otherwise the one on the path. Both use the user's own registry, proxy and tokens.
 * @param {NodeJS.ProcessEnv} env
 * @returns {[string, ...string[]]}
 */
export function npmCommand(env) {
  const cli = env.npm_execpath
  return cli && /npm-cli\.c?js$/.test(cli) ? [process.execPath, cli] : ['npm']
}

/**
 * @param {string[]} args
 * @param {{ folder: string, env: NodeJS.ProcessEnv, timeoutMs: number }} options
 * @returns {Promise<string>} stdout
 */
async function npm(args, { folder, env, timeoutMs }) {
  const [command, ...first] = npmCommand(env)
  try {
    const options = { cwd: folder, env, timeout: timeoutMs, maxBuffer: 16e6 }
    return (await run(command, [...first, ...args], options)).stdout
  } catch (error) {
    const failure = /** @type {Error & { stderr?: string, killed?: boolean }} */ (error)
    if (failure.killed) throw new Error(`npm ${args[0]} took more than ${timeoutMs / 1000} s`)
    const said = failure.stderr?.split('\n').find((line) => /^npm err(or|!) (?!code )/i.test(line))
    throw new Error(`npm ${args[0]}: ${said?.replace(/^npm err(or|!) /i, '') ?? failure.message}`)
  }
}

/**
 * The address of a package in the user's registry.
 * @param {string} spec `name@version`
 * @param {string} folder whose npm configuration counts
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<string>} an address
 */
export async function tarballAddress(spec, folder, env) {
  const args = ['view', spec, 'dist.tarball', '--json', '--fetch-retries=1', '--fetch-timeout=15000']
  const answer = await npm(args, { folder, env, timeoutMs: ADDRESS_TIMEOUT_MS })
  const address = JSON.parse(answer || 'null')
  if (typeof address !== 'string') throw new Error(`npm knows no address for ${spec}`)
  return address
}

/**
 * Fetches a package with npm itself: slower than a direct stream, but it handles proxies and tokens.
 * @param {string} spec `name@version`
 * @param {string} destination an empty folder
 * @param {string} folder whose npm configuration counts
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<string>} the file
 */
export async function packWithNpm(spec, destination, folder, env) {
  const args = ['pack', spec, '--silent', '--pack-destination', destination]
  await npm(args, { folder, env, timeoutMs: PACK_TIMEOUT_MS })
  const name = (await readdir(destination)).find((entry) => entry.endsWith('.tgz'))
  if (!name) throw new Error(`npm pack left no file for ${spec}`)
  return path.join(destination, name)
}
