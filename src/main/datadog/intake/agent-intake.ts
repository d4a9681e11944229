import { classifyProfileResponse, classifyTraceResponse } from '../agent/response'
import { type AgentRequest, sendToAgent } from '../agent/send'
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
    sendLogs: (json, limits) =>
      sendToAgent(logsRequest(json), { agentUrl, ...limits }, classifyProfileResponse),
    sendProfile: (what, limits) => upload(what, { agentUrl, ...limits }),
  }
}

/** By the trace Agent's proxy, which adds the key: its port for logs is another one, and closed unless it is set up. */
function logsRequest(json: string): AgentRequest {
  return {
    method: 'POST',
    path: '/evp_proxy/v2/api/v2/logs',
    headers: {
      'Content-Type': 'application/json',
      'Content-Length': String(Buffer.byteLength(json)),
      'X-Datadog-EVP-Subdomain': 'http-intake.logs',
    },
    body: [json],
  }
}
