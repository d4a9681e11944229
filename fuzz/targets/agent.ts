import assert from 'node:assert/strict'
import { once } from 'node:events'
import net from 'node:net'
import fc from 'fast-check'
import {
  type AgentResponse,
  classifyProfileResponse,
  classifyTraceResponse,
  type DeliveryResult,
} from '../../src/main/datadog/agent/response'
import { sendToAgent } from '../../src/main/datadog/agent/send'
import { corpus } from '../support/corpus'
import { expectOneLine } from '../support/expect'
import { mutated } from '../support/mutate'
import { asyncPromise, promise, type Target } from '../support/target'

const ANSWERS = corpus('agent-answers')
const TIMEOUT_MS = 1_000
/** Longest wait for a response, in milliseconds: a longer one is for ever. */
const MAX_WAIT_MS = 4 * TIMEOUT_MS
const REQUEST = { method: 'PUT', path: '/', headers: {}, body: ['spans'] } as const

let listening: Promise<string> | null = null
let answer: Uint8Array = Buffer.alloc(0)

/** A server that responds with whatever it is given, and closes the connection. */
function agent(): Promise<string> {
  listening ??= listen()
  return listening
}

async function listen(): Promise<string> {
  const server = net.createServer((socket) => {
    socket.on('error', () => {})
    socket.once('data', () => socket.end(answer))
  })
  server.listen(0, '127.0.0.1').unref()
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as net.AddressInfo).port}`
}

function checkResult(result: DeliveryResult): void {
  if (result.outcome !== 'accepted') expectOneLine(result.reason, 300)
}

function checkJudges(given: AgentResponse): void {
  for (const judge of [classifyProfileResponse, classifyTraceResponse]) {
    const result = judge(given)
    checkResult(result)
    if (result.outcome === 'accepted') assert.ok(given.status >= 200 && given.status < 300)
  }
}

async function answered(bytes: Uint8Array): Promise<void> {
  answer = bytes
  const sent = sendToAgent(REQUEST, { agentUrl: await agent(), timeoutMs: TIMEOUT_MS }, classifyTraceResponse)
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), MAX_WAIT_MS)
  })
  const result = await Promise.race([sent, late])
  clearTimeout(timer)
  assert.ok(result, 'it waits for ever')
  checkResult(result)
}

const bodies = ANSWERS.map((bytes) => bytes.subarray(Buffer.from(bytes).indexOf('\r\n\r\n') + 4))
const status = fc.oneof(fc.constantFrom(200, 202, 400, 404, 429, 500), fc.integer())

export const agentAnswers: Target = {
  name: 'agent-answers',
  promises: [
    promise(
      'a status and a body',
      fc.tuple(status, fc.option(fc.string()), mutated(bodies)),
      ([code, type, body]) =>
        checkJudges({ status: code, headers: type === null ? {} : { 'content-type': type }, body }),
    ),
    asyncPromise('an answer on the wire', mutated(ANSWERS), answered, 0.02),
  ],
}
