import { consentOf, sendGate } from '../../common/privacy/send-gate'
import { SPANS_TO_VARIABLE, startTracer } from '../../common/tracing/tracer'

sendGate.answer(consentOf(process.env))

/** The backend's tracer. Importing this starts it: it must be the first import of the process. */
export const boot = startTracer('backend', process.env[SPANS_TO_VARIABLE] === 'tap' ? 'tap' : 'agent')
