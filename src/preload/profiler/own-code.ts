import { OWN_SCRIPT } from '../../common/protocol/profile-set'

/** Names the code that the thread has the main thread run, at its end, so that profiles tell it from the backend's. */
export const OWN_CODE = `\n//# sourceURL=${OWN_SCRIPT}\n`
