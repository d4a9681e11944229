import { classifyTraceResponse } from '../agent/response'
import { sendToAgent } from '../agent/send'
import { upload } from '../profiles/upload'
import { pack, tracesRequest } from '../spans/payload'
import type { Intake } from './intake'

/** The way through a Datadog Agent. dd-trace sends it its own spans and metrics itself. */
export function agentIntake(agentUrl: string): Intake {
  return {
    name: 'the Datadog Agent',
    packSpans: (spans, limits) => pack(spans, limits),
    sendSpans: (payload, limits) =>
      sendToAgent(tracesRequest(payload), { agentUrl, ...limits }, classifyTraceResponse),
    sendProfile: (what, limits) => upload(what, { agentUrl, ...limits }),
  }
}
