import { consentOf, sendGate } from '../../common/privacy/send-gate'
import { STANDBY_VARIABLE } from '../../common/protocol/standby'
import { SPANS_TO_VARIABLE, startTracer } from '../../common/tracing/tracer'

/** True if this process waits for a backend to run: it is nobody's yet, and nothing of it leaves. */
export const isSpare = process.env[STANDBY_VARIABLE] !== undefined

sendGate.answer(isSpare ? 'pending' : consentOf(process.env))

/** The backend's tracer. Importing this starts it: it must be the first import of the process. */
export const boot = startTracer('backend', process.env[SPANS_TO_VARIABLE] === 'tap' ? 'tap' : 'agent')
