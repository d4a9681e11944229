import type { RequestLimits } from '../../agent/send'
import { type Upload, upload } from '../upload'

/** For `ProfileDelivery`: uploads to the Agent at this address. */
export const sendTo = (agentUrl: string) => (what: Upload, limits: RequestLimits) =>
  upload(what, { agentUrl, ...limits })
