// The staff's pages: htmx for partial updates and server-sent events, under a policy without inline code or style.
import './panel.css'
import htmx from 'htmx.org'
import { confirmations } from './confirm'
import { fleet } from './fleet'
import { follow } from './live'
import { passkeys } from './passkeys'
import { planogram } from './planogram'
import { push } from './push'
import { search } from './search'
import { uploads } from './upload'

htmx.config.includeIndicatorCSS = false
htmx.config.history = false
passkeys()
search()
confirmations()
uploads()
fleet()
void planogram()
document.querySelectorAll<HTMLElement>('[data-live]').forEach(follow)
document.querySelectorAll<HTMLFormElement>('form[data-push]').forEach(push)

// Times are shown as the reader's clock has them, from the next page on.
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone
if (zone) {
  const secure = location.protocol === 'https:' ? ';secure' : ''
  document.cookie = `automat_zone=${encodeURIComponent(zone)};path=/;max-age=31536000;samesite=lax${secure}`
}
